/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * opt_ids.c - options about namespaces, ids and the caller's descriptors
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

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

int opt_map_ids(struct request *request, const struct option *option, char **values, struct err *e)
{
	struct ids *ids = &request->plan->ids;

	if (ids->kind == MAP_EXPLICIT)
		return err_usage(e, "%s excludes --uid-map and --gid-map", option->name);
	if (map_kind_parse(values[0], &ids->kind) < 0 || ids->kind == MAP_EXPLICIT)
		return err_usage(e, "unknown kind %s: it is single, root, auto, subid or keep",
				 values[0]);
	request->map_ids_given = true;
	return 0;
}

int opt_id_map(struct request *request, const struct option *option, char **values, struct err *e)
{
	struct plan *plan = request->plan;
	struct id_map *map = option->value ? &plan->ids.gid : &plan->ids.uid, more;

	if (request->map_ids_given)
		return err_usage(e, "%s excludes --map-ids", option->name);
	if (id_map_parse(values[0], &plan->arena, &more) < 0) {
		err_usage(e, "\"%s\" is no map of ids", values[0]);
		return err_hint(e, "three numbers, as in 0:100000:65536: the first id inside, the "
				   "first outside, and how many");
	}
	for (size_t i = 0; i < more.count; i++)
		id_map_add(map, &plan->arena, more.ranges[i]);
	plan->ids.kind = MAP_EXPLICIT;
	return 0;
}

int opt_user(struct request *request, const struct option *option, char **values, struct err *e)
{
	struct plan *plan = request->plan;
	char *name = arena_strdup(&plan->arena, values[0]), *colon = strchr(name, ':');

	if (colon)
		*colon++ = '\0';
	if (!name[0] || (colon && !colon[0]))
		return err_usage(e, "%s takes USER or USER:GROUP, not \"%s\"", option->name,
				 values[0]);
	plan->user = name;
	plan->group = colon;
	plan->user_origin = request->origin;
	return 0;
}

int opt_groups(struct request *request, const struct option *o _unused_, char **values,
	       struct err *e)
{
	struct plan *plan = request->plan;

	plan->groups = strcmp(values[0], "keep") == 0   ? GROUPS_KEEP
		       : strcmp(values[0], "none") == 0 ? GROUPS_NONE
							: GROUPS_LIST;
	plan->group_list = plan->groups == GROUPS_LIST ? values[0] : NULL;
	plan->groups_origin = request->origin;
	return values[0][0] ? 0 : err_usage(e, "it takes keep, none, or names with commas");
}

int opt_net(struct request *request, const struct option *o _unused_, char **values, struct err *e)
{
	if (strcmp(values[0], "none") == 0)
		request->plan->unshare |= CLONE_NEWNET;
	else if (strcmp(values[0], "host") == 0)
		request->plan->unshare &= ~(unsigned)CLONE_NEWNET;
	else
		return err_usage(e, "unknown kind %s: it is none or host", values[0]);
	return 0;
}
