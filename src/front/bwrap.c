/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bwrap.c - the front-end that adds nothing: bubblewrap's command line
 */
#define _GNU_SOURCE
#include <sched.h>
#include <unistd.h>

#include "front/caps.h"
#include "front/conflicts.h"
#include "front/front.h"
#include "base/caps.h"

static void start(struct plan *plan)
{
	front_caller(plan);
	env_import(&plan->env, environ);
	if (plan->host_uid == 0) {
		plan->keep_caps = true;
		plan->caps = caps_effective();
	}
}

int front_bwrap(struct request *request, char **words, struct err *e)
{
	struct plan *plan = request->plan;
	char **command;

	start(plan);
	int r = options_parse(request, words, &command, e);
	if (r < 0 || request->wanted != WANT_RUN)
		return r;
	caps_settle(request, plan->caps);
	r = conflicts_early(request, e);
	if (r < 0)
		return r;
	if (!*command) {
		request->wanted = WANT_USAGE;
		return 0;
	}
	if (plan->host_uid != 0 && plan->userns_fd < 0)
		plan->unshare |= CLONE_NEWUSER;
	if (plan->userns_fd >= 0)
		plan->unshare &= ~(unsigned)CLONE_NEWUSER;
	plan->cwd = front_cwd(plan, env_get(&plan->env, "PWD"));
	front_command(plan, command);
	return conflicts_late(request, e);
}
