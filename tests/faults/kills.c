/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kills.c - the launcher, or its parent, is killed at each stop of a launch
 *
 * Where all must end with the launcher, the program is one that would stay. Elsewhere it may run
 * on, but no process may wait for a launcher that is gone, so the program is the one that soon
 * ends.
 *
 * The launcher's parent may die from when the launcher has first asked who it is: one that died
 * before cannot be told from one that was init all along.
 */
#include "suite.h"

enum { STOPS_MORE = 16 }; /* after the program has started */

static void try_one(struct worker *worker, enum victim victim, unsigned stop)
{
	const struct wish wish = { .victim = victim, .kill_at = stop };
	const struct outcome *out = worker->out;
	enum verdict verdict = GOOD;
	char what[128];

	suite_try(worker, &wish);
	if (!out->hit)
		return; /* it had ended before that stop */
	if (out->leaked)
		verdict = LEAKED;
	else if (out->hung)
		verdict = HUNG;
	snprintf(what, sizeof(what), "%s killed at stop %u",
		 victim == VICTIM_PARENT ? "launcher's parent" : "launcher", stop);
	suite_count(worker, verdict, what);
}

void kills_run(struct worker *worker)
{
	unsigned traits = worker->launch.plan->traits;
	unsigned first = worker->out->first_kill, last = worker->out->stops_before + STOPS_MORE;

	if (traits & PLAN_DIES)
		launch_set_program(&worker->launch, "wait");
	for (unsigned stop = 1; stop <= last; stop++) {
		if (suite_takes(worker))
			try_one(worker, VICTIM_LAUNCHER, stop);
	}
	if (!(traits & PLAN_DIES_EARLY) || !first)
		return;
	for (unsigned stop = first; stop <= last; stop++) {
		if (suite_takes(worker))
			try_one(worker, VICTIM_PARENT, stop);
	}
}
