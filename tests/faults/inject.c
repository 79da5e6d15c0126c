/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inject.c - fault injection for launchers of sandboxes
 *
 *	inject check           says why it cannot work here, if so
 *	inject plans           lists the plans
 *	inject faults PLAN     each system call of the launch fails
 *	inject kills PLAN      the launcher or its parent is killed at each system call
 *
 * With a last word -v it says what came of each trial. CRANNOG and OURS name the program under
 * test; the work is done below the current directory.
 *
 * Inside a launch it is the program: `inject look` and `inject wait`, and `inject reach`, which
 * fails if it can do anything to the processes above it. `inject swap A B` exchanges two names
 * without end.
 */
#include <stdio.h>
#include <string.h>

#include "probe.h"
#include "reach.h"
#include "suite.h"

static int check(void)
{
	const char *why = trace_why_not();

	if (why)
		printf("%s\n", why);
	return why ? 1 : 0;
}

static int list_plans(void)
{
	for (const struct test_plan *plan = test_plans; plan->name; plan++)
		printf("%s\n", plan->name);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";
	const char *word = argc > 2 ? argv[2] : "";
	bool talks = argc > 3 && strcmp(argv[3], "-v") == 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (strcmp(verb, "look") == 0)
		return probe_look(word);
	if (strcmp(verb, "wait") == 0)
		return probe_wait();
	if (strcmp(verb, "reach") == 0)
		return reach_up();
	if (strcmp(verb, "swap") == 0 && argc == 4)
		return reach_swap(argv[2], argv[3]);
	if (strcmp(verb, "check") == 0)
		return check();
	if (strcmp(verb, "plans") == 0)
		return list_plans();
	if (strcmp(verb, "faults") == 0)
		return suite_run(word, faults_run, talks);
	if (strcmp(verb, "kills") == 0)
		return suite_run(word, kills_run, talks);
	fprintf(stderr, "usage: inject check|plans|faults PLAN|kills PLAN [-v]\n");
	return 2;
}
