/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * base.h - what `run` shows before any option of the command line: there is nothing in it that
 * could not be typed
 */
#pragma once

#include "front/options.h"

/* Where the steps of the base view come from, in messages and in `show`. */
extern const char base_view[];

/* Appends an operation of the base view; its descriptor is none. */
struct op *base_add(struct plan *plan, const char *option, struct op op);
void base_add_tmpfs(struct plan *plan, const char *path, mode_t perms, unsigned flags);
void base_add_proc_and_dev(struct plan *plan);
