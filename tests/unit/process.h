/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * process.h - for units that change the process they run in
 */
#pragma once

#include <stdbool.h>

/* The text written to stderr between the two calls; the second returns it, heap memory. */
void stderr_catch(void);
char *stderr_caught(void);

/* Runs @check in a child and returns what that did; false too if the child crashed. */
bool in_child(bool (*check)(void));
