/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * print_op.h - one operation as the words of an option
 */
#pragma once

#include "plan/plan.h"

/* Calls @put for each word: modifiers such as --perms, the option, its values. */
void print_op_words(const struct op *op, void (*put)(void *to, const char *word), void *to);

/* The option itself, "--ro-bind". */
const char *print_op_option(const struct op *op);
