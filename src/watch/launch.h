/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * launch.h - from a plan to the program's exit status
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "plan/plan.h"

struct launch_start {
	const struct plan *plan; /* checked */
	const char *name;        /* what ps(1) calls us while the program runs */
	pid_t parent;            /* who started us, asked as early as possible */
};

/**
 * launch: make the sandbox, run the program in it, and wait for its end.
 * @ret_code: the program's exit code, or 128 and the number of the signal that ended it
 *
 * Returns 0, or a negative errno with *e filled: then the program did not run, and nothing of the
 * sandbox is left but, at most, a first process that is about to notice. Closes the descriptors
 * that the caller passed on: they live on inside.
 */
_must_check_ int launch(const struct launch_start *start, int *ret_code, struct err *e);
