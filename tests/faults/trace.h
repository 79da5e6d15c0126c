/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trace.h - one launch, followed system call by system call
 *
 * Processes are numbered in the order of their creation: 0 is the launcher, then its threads, pid
 * 1, the program's process. The calls of each are counted from 1.
 *
 * What the dynamic loader does is not ours to test: counting begins when the launcher reaches the
 * entry point that its ELF header names, where the kernel would have started it without a loader,
 * and calls made from the loader's own code do not count. It ends, for the program, with its
 * execve(2).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "launch.h"

enum { CALLS_MAX = 4096, PROCESSES_MAX = 64, PATH_SHOWN = 80 };

/* A system call as it was entered, and what came of it. */
struct call {
	int process;
	unsigned nth;
	long nr;
	uint64_t args[6];
	char path[PATH_SHOWN]; /* that it names, or that its descriptor was opened by */
	long result;
	bool alone;       /* the launcher had not yet made a child or a thread */
	bool before;      /* the program was not running yet */
	bool main_thread; /* of the launcher */
};

enum victim { VICTIM_NONE, VICTIM_LAUNCHER, VICTIM_PARENT };

/* What is to go wrong; all zero: nothing. */
struct wish {
	int process;
	unsigned nth; /* 0: no call fails */
	int code;     /* errno of the call */
	bool done;    /* the call does its work, and only then says that it failed */
	enum victim victim;
	unsigned kill_at; /* at this stop, counted from 1 over all processes; if there is none,
			     when the program has run for a while */
};

struct outcome {
	unsigned call_count;
	unsigned stops;
	unsigned stops_before; /* those before the program ran */
	unsigned first_kill;   /* stop after which the launcher could know its parent; 0: never */

	bool hit;             /* the wish came true… */
	struct call hit_call; /* …in this call */
	bool ran;             /* a program was executed */
	int status;           /* of the launcher */
	bool ended;           /* it did */
	bool hung;
	unsigned leaked; /* processes that had to be killed */

	struct call calls[CALLS_MAX]; /* in the order in which they began */
};

/**
 * trace_run: start a launch, follow it to its end, and see that nothing is left of it
 *
 * The caller must be a child subreaper without other children.
 */
void trace_run(const struct launch *launch, const struct wish *wish, struct outcome *ret);

/* Why it cannot work here, or NULL. */
const char *trace_why_not(void);
