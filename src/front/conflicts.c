/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * conflicts.c - see conflicts.h
 */
#define _GNU_SOURCE
#include <sched.h>

#include "front/conflicts.h"

struct conflict {
	bool found;
	const char *text;
};

static int first(const struct conflict *conflicts, size_t count, struct err *e)
{
	e->origin = (struct origin){ 0 };
	for (size_t i = 0; i < count; i++) {
		if (conflicts[i].found)
			return err_usage(e, "%s", conflicts[i].text);
	}
	return 0;
}

int conflicts_early(const struct request *request, struct err *e)
{
	const struct plan *plan = request->plan;
	bool block = plan->userns_block_fd >= 0, given = plan->userns_fd >= 0;
	bool user = request->unshare_user_given;
	const struct conflict conflicts[] = {
		{ block && !user, "--userns-block-fd requires --unshare-user" },
		{ block && plan->info_fd < 0, "--userns-block-fd requires --info-fd" },
		{ given && user, "--userns not compatible --unshare-user" },
		{ given && request->unshare_user_try_given,
		  "--userns not compatible --unshare-user-try" },
		{ plan->disable_userns && !user && request->mode == MODE_BWRAP,
		  "--disable-userns requires --unshare-user" },
		{ plan->disable_userns && block,
		  "--disable-userns is not compatible with  --userns-block-fd" },
	};

	return first(conflicts, ARRAY_SIZE(conflicts), e);
}

static bool sets_hostname(const struct plan *plan)
{
	return plan_has_op(plan, OP_HOSTNAME) && !(plan->unshare & CLONE_NEWUTS);
}

/* Of `run`; each names the option that is in the wrong place. */
int conflicts_run(const struct request *request, struct err *e)
{
	const struct plan *plan = request->plan;
	bool ranges = plan->ids.kind != MAP_SINGLE && plan->ids.kind != MAP_ROOT;
	bool layered = request->layer.origin.option || request->layer.lower_count;
	const struct {
		bool found;
		const char *option, *text, *hint;
	} rows[] = {
		{ plan->user && !ranges, "--user", "users are looked up where ids are mapped",
		  "--map-ids auto, subid or keep; or --uid for one number" },
		{ plan->groups != GROUPS_KEEP && !ranges, "--groups",
		  "the kernel lets nobody change groups with one id", "--map-ids auto maps more" },
		{ plan->user && (plan->uid_given || plan->gid_given), "--user",
		  "it excludes --uid and --gid", NULL },
		{ plan->suid && !ranges, "--suid",
		  "with one id there is nobody that a setuid bit could lead to",
		  "--map-ids auto maps more" },
		{ layered && request->base != VIEW_ROOTFS,
		  request->layer.origin.option ? request->layer.origin.option : "--lower",
		  "layers lie over a root: --rootfs says which", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!rows[i].found)
			continue;
		e->origin = (struct origin){ .option = rows[i].option };
		err_usage(e, "%s", rows[i].text);
		return rows[i].hint ? err_hint(e, rows[i].hint) : -e->code;
	}
	return 0;
}

int conflicts_late(const struct request *request, struct err *e)
{
	const struct plan *plan = request->plan;
	bool user = (plan->unshare & CLONE_NEWUSER) || plan->userns_fd >= 0;
	const struct conflict conflicts[] = {
		{ plan->uid_given && plan->uid != plan->host_uid && !user,
		  "Specifying --uid requires --unshare-user or --userns" },
		{ plan->gid_given && plan->gid != plan->host_gid && !user,
		  "Specifying --gid requires --unshare-user or --userns" },
		{ sets_hostname(plan), "Specifying --hostname requires --unshare-uts" },
		{ plan->as_pid_1 && !(plan->unshare & CLONE_NEWPID),
		  "Specifying --as-pid-1 requires --unshare-pid" },
		{ plan->as_pid_1 && plan->lock_count,
		  "Specifying --as-pid-1 and --lock-file is not permitted" },
	};

	return first(conflicts, ARRAY_SIZE(conflicts), e);
}
