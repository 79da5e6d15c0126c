/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * suite.h - all the trials of one plan, shared out among workers
 *
 * A worker is a process with a folder of its own; it learns what happens when nothing fails, and
 * then does every n-th trial. What it finds goes to standard output, a line each; the sums come
 * back here.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "launch.h"
#include "trace.h"
#include "verdict.h"

struct tally {
	unsigned tried;
	unsigned found[VERDICTS];
};

struct worker {
	struct launch launch;
	int number, count; /* trial i is ours if i % count == number */
	unsigned trial;
	struct tally tally;
	struct outcome *out;
	char *text, *message; /* what the probe saw, and what the launch said */
	char *expected;       /* what the probe sees when nothing fails */
	char *files;          /* the folder's contents, likewise */
	bool talks;           /* a line for every trial, not only for the bad ones */
};

/* Lets each call of each process fail. */
void faults_run(struct worker *worker);

/* Kills the launcher, or its parent, at each stop of each process. */
void kills_run(struct worker *worker);

/* --- for these two --- */

/* One launch that must succeed; exits when it does not. What the probe saw is in worker->text. */
void suite_rehearse(struct worker *worker);

/* Is the next trial this worker's, and are there few enough findings to go on? */
bool suite_takes(struct worker *worker);

/* Runs a trial and reads what was written. */
void suite_try(struct worker *worker, const struct wish *wish);

/* Counts a verdict and, unless all is well, says it in a line that begins with @what. */
void suite_count(struct worker *worker, enum verdict verdict, const char *what);

/* Prints the first line in which two texts differ. */
void suite_say_difference(const char *text, const char *expected);

/* --- for main() --- */

/* All trials of one kind for a plan, by workers. Prints the sums; 0 if nothing bad was found. */
int suite_run(const char *plan, void (*run)(struct worker *worker), bool talks);
