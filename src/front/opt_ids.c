/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * opt_ids.c - options about namespaces, ids and the caller's descriptors
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>

#include "base/sys.h"
#include "front/handlers.h"

int opt_unshare(struct request *request, const struct option *option, char **v _unused_,
		struct err *e _unused_)
{
	request->plan->unshare |= (unsigned)option->value;
	request->plan->unshare_try &= ~(unsigned)option->value;
	if (option->value == CLONE_NEWUSER)
		request->unshare_user_given = true;
	return 0;
}

/* The kind is left out where the kernel has none, unless it is also asked for without "-try". */
static void unshare_try(struct plan *plan, unsigned kind)
{
	if (!(plan->unshare & kind))
		plan->unshare_try |= kind;
	plan->unshare |= kind;
}

int opt_unshare_try(struct request *request, const struct option *option, char **v _unused_,
		    struct err *e _unused_)
{
	unshare_try(request->plan, (unsigned)option->value);
	if (option->value == CLONE_NEWUSER)
		request->unshare_user_try_given = true;
	return 0;
}

/* As bwrap it means less where the kernel has less; else it means all. */
int opt_unshare_all(struct request *request, const struct option *o _unused_, char **v _unused_,
		    struct err *e _unused_)
{
	struct plan *plan = request->plan;

	plan->unshare |= CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS;
	if (request->mode != MODE_BWRAP) {
		plan->unshare |= CLONE_NEWUSER | CLONE_NEWCGROUP;
		return 0;
	}
	unshare_try(plan, CLONE_NEWUSER);
	unshare_try(plan, CLONE_NEWCGROUP);
	request->unshare_user_try_given = true;
	return 0;
}

int opt_share_net(struct request *request, const struct option *o _unused_, char **v _unused_,
		  struct err *e _unused_)
{
	request->plan->unshare &= ~(unsigned)CLONE_NEWNET;
	return 0;
}

int opt_fd_once(struct request *request, const struct option *option, char **values, struct err *e)
{
	struct plan *plan = request->plan;
	const struct {
		int *field;
		enum fd_use use;
	} rows[] = {
		[F_USERNS] = { &plan->userns_fd, FD_SHARED },
		[F_USERNS2] = { &plan->userns2_fd, FD_SHARED },
		[F_PIDNS] = { &plan->pidns_fd, FD_SHARED },
		[F_SYNC] = { &plan->sync_fd, FD_LAST },
		[F_BLOCK] = { &plan->block_fd, FD_LAST },
		[F_USERNS_BLOCK] = { &plan->userns_block_fd, FD_LAST },
		[F_INFO] = { &plan->info_fd, FD_LAST },
		[F_JSON] = { &plan->json_fd, FD_LAST },
	};

	return parse_fd(request, values[0], rows[option->value].use, rows[option->value].field, e);
}

int opt_disable_userns(struct request *request, const struct option *o _unused_, char **v _unused_,
		       struct err *e _unused_)
{
	request->plan->disable_userns = true;
	return 0;
}

int opt_assert_userns_disabled(struct request *request, const struct option *o _unused_,
			       char **v _unused_, struct err *e _unused_)
{
	request->plan->assert_userns_disabled = true;
	return 0;
}

/* An id the kernel can have: 4294967295 stands for "none". */
static int parse_id(const char *text, unsigned *ret_id)
{
	char *end;

	errno = 0;
	long long id = strtoll(text, &end, 10);
	if (errno || *end || end == text || id < 0 || id >= UINT_MAX)
		return -EINVAL;
	*ret_id = (unsigned)id;
	return 0;
}

int opt_uid(struct request *request, const struct option *o _unused_, char **values, struct err *e)
{
	if (parse_id(values[0], &request->plan->uid) < 0)
		return err_usage(e, "Invalid uid: %s", values[0]);
	request->plan->uid_given = true;
	return 0;
}

int opt_gid(struct request *request, const struct option *o _unused_, char **values, struct err *e)
{
	if (parse_id(values[0], &request->plan->gid) < 0)
		return err_usage(e, "Invalid gid: %s", values[0]);
	request->plan->gid_given = true;
	return 0;
}

int opt_hostname(struct request *request, const struct option *o _unused_, char **values,
		 struct err *e _unused_)
{
	struct op op = {
		.kind = OP_HOSTNAME, .origin = request->origin, .source = values[0], .fd = -1
	};

	plan_add(request->plan, &op);
	return 0;
}
