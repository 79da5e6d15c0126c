/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * launch.h - the launches that are put to the test, and what they are given
 *
 * A plan is a command line; @NAME in it stands for a file or folder of the test's own, and
 * descriptors have the fixed numbers below. The program is this very executable, as the probe.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum plan_traits {
	PLAN_RUN = 1 << 0,        /* for `crannog run`; else for bwrap */
	PLAN_DIES = 1 << 1,       /* nothing may outlive the launcher */
	PLAN_DIES_EARLY = 1 << 2, /* nor the launcher's parent */
	PLAN_MAPS = 1 << 3,       /* somebody outside writes the id maps */
};

struct test_plan {
	const char *name;
	unsigned traits;
	const char *words; /* with spaces between; none has one in it */
};

/* In plans.c. */
extern const struct test_plan test_plans[]; /* the last has no name */

/* Descriptors that plans name. */
enum test_fd {
	FD_DATA = 10,
	FD_DATA2,
	FD_FILE,
	FD_ARGS,
	FD_SECCOMP,
	FD_INFO,
	FD_JSON,
	FD_BLOCK,
	FD_SYNC,
	FD_USERNS_BLOCK,
	FD_KEEP,
	FD_FIRST = FD_DATA,
	FD_LAST = FD_KEEP,
};

/* One plan, at work in a folder. */
struct launch {
	const struct test_plan *plan;
	const char *program; /* what the probe is to do: "look" or "wait" */
	const char *dir;
	char **argv; /* made by launch_prepare(); the program's word is at program_at */
	int program_at;
	int out_fd, err_fd; /* what the launch and the program wrote */
};

enum { LAUNCHER, PARENT, HELPER, STARTED_MAX };

struct started {
	pid_t pids[STARTED_MAX]; /* 0: none, or ended */
	int go_fd;
};

/* Makes the folder's contents and the command line; exits when it cannot. */
void launch_prepare(struct launch *launch);

/* Changes what the probe is to do. */
void launch_set_program(struct launch *launch, const char *program);

/**
 * launch_start: make the launcher's process, which waits for launch_go()
 * @with_parent: let a process between us and the launcher be its parent
 */
void launch_start(const struct launch *launch, bool with_parent, struct started *ret);

void launch_go(struct started *started);

/* Reads what was written to @fd since the start; returns its length. */
size_t launch_read(int fd, char *buffer, size_t size);
