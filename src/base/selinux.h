/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * selinux.h - libselinux, loaded only when a label was asked for
 *
 * It would cost every launch more than all of our own start.
 */
#pragma once

#include <stdbool.h>

/* A function of the library, or NULL where it was not found at build time or is not there now. */
void *selinux_function(const char *name);

/* Does this system label files and processes? */
bool selinux_is_enabled(void);
