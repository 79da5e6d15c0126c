/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * faults.c - each system call of a launch fails, in turn, with several errors
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "suite.h"

static const char *error_name(int code)
{
	switch (code) {
	case EPERM:
		return "EPERM";
	case EIO:
		return "EIO";
	case EINTR:
		return "EINTR";
	case EINVAL:
		return "EINVAL";
	case ENOMEM:
		return "ENOMEM";
	case ENOSPC:
		return "ENOSPC";
	case EMFILE:
		return "EMFILE";
	default:
		return "ENOSYS";
	}
}

static void try_one(struct worker *worker, const struct call *call, int code)
{
	const struct wish wish = { .process = call->process,
				   .nth = call->nth,
				   .code = code,
				   .done = failure_is_late(call) };
	struct outcome *out = worker->out;
	char what[256];

	suite_try(worker, &wish);
	if (!out->hit || out->hit_call.nr != call->nr)
		return;                      /* things went in another order this time */
	out->hit_call.result = call->result; /* would it have failed anyway? */
	snprintf(what, sizeof(what), "process %d, call %u: %s(%#lx, %#lx%s%s) = %s", call->process,
		 call->nth, call_name(&out->hit_call), (unsigned long)out->hit_call.args[0],
		 (unsigned long)out->hit_call.args[1], out->hit_call.path[0] ? ", " : "",
		 out->hit_call.path, error_name(code));
	suite_count(worker, verdict_on(out, &wish, worker->text, worker->expected, worker->message),
		    what);
}

static void check_repeatable(struct worker *worker)
{
	suite_rehearse(worker);
	if (strcmp(worker->text, worker->expected) == 0)
		return;
	printf("%s: two launches are not alike\n", worker->launch.plan->name);
	suite_say_difference(worker->text, worker->expected);
	exit(1);
}

void faults_run(struct worker *worker)
{
	check_repeatable(worker);

	unsigned count = worker->out->call_count;
	struct call *calls = malloc(count * sizeof(*calls));

	if (!calls)
		return;
	memcpy(calls, worker->out->calls, count * sizeof(*calls));
	for (unsigned i = 0; i < count; i++) {
		int codes[ERRORS_MAX], code_count = errors_for(&calls[i], codes);

		for (int j = 0; j < code_count; j++) {
			if (suite_takes(worker))
				try_one(worker, &calls[i], codes[j]);
		}
	}
	free(calls);
}
