/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * spawn.h - the first process inside, and the program
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "plan/plan.h"
#include "stage/net.h"

typedef int spawn_main(void *arg);

/**
 * spawn_may_share: may pid 1 share the launcher's memory?
 *
 * It saves the copy of every page table and a page fault for every page touched, a seventh of a
 * launch. Only where the program can never trace pid 1, which would then be as good as tracing the
 * launcher: pid 1 must be a process apart from the program, in a user namespace of ours, and the
 * program without any capability there.
 */
bool spawn_may_share(const struct plan *plan);

/**
 * spawn_inside: run @main in the new namespaces of the plan, as a child of the caller.
 * @net: not NULL: the network is made beside, and @main enters it; only with shared memory
 *
 * With shared memory a thread of the launcher makes the child and stays blocked until that has
 * ended; the child runs with the thread's errno and the like, so the two do not disturb each
 * other. Returns when the child exists, or may come to exist: a failure to make one is sent to
 * @inside_fd.
 *
 * *@inside_fd is closed in the launcher when only the inside needs it: at once, and set to -1, or
 * by the thread when the child has ended. So an end of file means that nobody is left to report.
 */
int spawn_inside(const struct plan *plan, struct net_beside *net, spawn_main *main, void *arg,
		 int *inside_fd, struct err *e);

/**
 * spawn_program: run @main in a child that shares our memory until it execs; we wait until then.
 * @flags: more for clone(2), CLONE_NEWUSER
 *
 * Returns its pid, or -errno.
 */
pid_t spawn_program(unsigned flags, spawn_main *main, void *arg);
