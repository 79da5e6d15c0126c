/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * exec.h - the last steps, in the process that becomes the program
 */
#pragma once

#include <signal.h>

#include "base/err.h"
#include "stage/ctx.h"
#include "stage/filter.h"
#include "stage/user.h"

struct exec_start {
	const struct ctx *ctx;
	struct late_filter filter;
	struct inside_user user;
	sigset_t signal_mask; /* the caller's, to be put back */
	bool userns_is_new;   /* we were cloned into the second user namespace */
	int alive_fd;         /* hangs up when the launcher is gone */
	pid_t parent_pid;     /* who started us; 0: nobody of ours */
};

/**
 * exec_program: everything between clone and execve(2), and that. Returns only on failure.
 *
 * Shares memory with pid 1 when that made us with CLONE_VM: it writes nothing that pid 1 uses.
 */
int exec_program(const struct exec_start *start, struct err *e);
