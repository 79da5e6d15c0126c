/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * check.c - see check.h
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/log.h"
#include "base/sys.h"
#include "plan/check.h"
#include "plan/ids_host.h"

/* Does the kernel have this kind of namespace, and let anybody make one? 1, 0, or -errno. */
static int has_namespace(unsigned kind)
{
	char limit[32];

	if (access(kind == CLONE_NEWCGROUP ? "/proc/self/ns/cgroup" : "/proc/self/ns/user", F_OK) <
	    0)
		return errno == ENOENT ? 0 : -errno;
	if (kind == CLONE_NEWCGROUP)
		return 1;
	int r = read_line_at(AT_FDCWD, "/proc/sys/user/max_user_namespaces", limit, sizeof(limit));
	return r == -ENOENT ? 1 : r < 0 ? r : strcmp(limit, "0") != 0;
}

static int settle_tries(struct plan *plan, struct err *e)
{
	static const struct {
		unsigned kind;
		const char *name;
	} kinds[] = { { CLONE_NEWUSER, "user" }, { CLONE_NEWCGROUP, "cgroup" } };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		int has = plan->unshare_try & kinds[i].kind ? has_namespace(kinds[i].kind) : 1;

		if (has < 0)
			return err_set(e, -has, "find out about namespaces of the kind",
				       kinds[i].name);
		if (has)
			continue;
		plan->unshare &= ~kinds[i].kind;
		log_step("no %s namespace: this kernel gives none", kinds[i].name);
	}
	plan->unshare_try = 0;
	return 0;
}

/* One id: the map is written inside, and devpts may need another one first. */
static void settle_single(struct plan *plan)
{
	bool ours = (plan->unshare & CLONE_NEWUSER) && plan->userns_block_fd < 0;
	bool root = plan->ids.kind == MAP_ROOT;

	if (!plan->uid_given)
		plan->uid = root ? 0 : plan->host_uid;
	if (!plan->gid_given)
		plan->gid = root ? 0 : plan->host_gid;
	plan->map_root = ours && plan_has_op(plan, OP_DEV);
	plan->second_userns =
		ours && ((plan->map_root && (plan->uid || plan->gid)) || plan->disable_userns);
}

static int check_mapped(const struct id_map *map, uint32_t id, const char *option, struct err *e)
{
	uint32_t unused;

	if (id_map_outside(map, id, &unused))
		return 0;
	e->origin = (struct origin){ .option = option };
	return err_usage(e, "%u is not among the mapped ids", id);
}

/* The number the program has if nobody says: root's, or the caller's own. */
static uint32_t usual_id(enum map_kind kind, const struct id_map *map, uint32_t own)
{
	uint32_t inside = own;

	if (kind == MAP_AUTO || kind == MAP_SUBID)
		return 0;
	(void)id_map_inside(map, own, &inside); /* it is mapped: ids_settle() saw to that */
	return inside;
}

static int settle_ranges(struct plan *plan, struct err *e)
{
	uint32_t unused;
	bool has_root = id_map_outside(&plan->ids.uid, 0, &unused) &&
			id_map_outside(&plan->ids.gid, 0, &unused);

	if (!plan->uid_given)
		plan->uid = usual_id(plan->ids.kind, &plan->ids.uid, plan->host_uid);
	if (!plan->gid_given)
		plan->gid = usual_id(plan->ids.kind, &plan->ids.gid, plan->host_gid);
	if (check_mapped(&plan->ids.uid, plan->uid, "--uid", e) < 0 ||
	    check_mapped(&plan->ids.gid, plan->gid, "--gid", e) < 0)
		return -e->code;
	if (!has_root && plan_has_op(plan, OP_DEV)) {
		err_usage(e, "a /dev needs the ids 0 inside, for its terminals");
		return err_hint(e, "map 0 too, in --uid-map and in --gid-map");
	}
	if (plan->disable_userns && ((plan->caps | plan->bounding) >> CAP_SYS_RESOURCE & 1)) {
		e->origin = (struct origin){ .option = "--disable-userns" };
		return err_usage(e, "a program with CAP_SYS_RESOURCE could undo it");
	}
	plan->maps_outside = true;
	plan->make_as_root = has_root && plan->ids.kind != MAP_KEEP;
	return 0;
}

static int settle_ids(struct plan *plan, struct err *e)
{
	enum map_kind kind = plan->ids.kind;

	if (kind != MAP_SINGLE &&
	    (!(plan->unshare & CLONE_NEWUSER) || plan->userns_block_fd >= 0)) {
		e->origin = (struct origin){ .option = "--map-ids" };
		return err_usage(e, "ids are mapped in a user namespace of our own: not together "
				    "with --userns or --userns-block-fd");
	}
	if (!plan->suid)
		plan->bounding = plan->caps;
	if (kind != MAP_SINGLE)
		e->origin = (struct origin){ .option = kind == MAP_EXPLICIT ? "--uid-map"
									    : "--map-ids" };
	int r = ids_settle(kind, &plan->arena, &plan->ids, e);
	if (r < 0)
		return r;
	e->origin = (struct origin){ 0 };
	if (plan->ids.uid.count)
		return settle_ranges(plan, e);
	settle_single(plan);
	return 0;
}

/* The array for execve(2), with places at the end for what is known late. */
static void settle_env(struct plan *plan)
{
	size_t n = plan->env.count;

	plan->env_words =
		arena_alloc(&plan->arena, (n + LATE_COUNT + 1) * sizeof(*plan->env_words));
	for (size_t i = 0; i < n; i++)
		plan->env_words[i] = plan->env.words[i];
}

static int check_fd(int fd, const char *what, const char *object, struct err *e)
{
	return fd < 0 || fd_is_open(fd) ? 0 : err_set(e, EBADF, what, object);
}

static int check_op(const struct op *op, struct err *e)
{
	char number[32];
	int r;

	snprintf(number, sizeof(number), "%d", op->fd);
	if (op->kind == OP_BIND)
		r = check_fd(op->fd, "bind descriptor", number, e);
	else
		r = check_fd(op->fd, "write data to file", op->dest, e);
	if (r < 0)
		e->origin = op->origin;
	return r;
}

static int check_fds(const struct plan *plan, struct err *e)
{
	const struct {
		int fd;
		const char *option, *what;
	} fds[] = {
		{ plan->userns_fd, "--userns", "enter the user namespace of --userns" },
		{ plan->userns2_fd, "--userns2", "enter the user namespace of --userns2" },
		{ plan->pidns_fd, "--pidns", "enter the pid namespace of --pidns" },
		{ plan->filter_fd, "--seccomp", "read seccomp data" },
		{ plan->sync_fd, "--sync-fd", "use the descriptor" },
		{ plan->block_fd, "--block-fd", "use the descriptor" },
		{ plan->userns_block_fd, "--userns-block-fd", "use the descriptor" },
		{ plan->info_fd, "--info-fd", "write to info_fd" },
		{ plan->json_fd, "--json-status-fd", "write to info_fd" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		if (check_fd(fds[i].fd, fds[i].what, NULL, e) < 0) {
			e->origin = (struct origin){ .option = fds[i].option };
			return -e->code;
		}
	}
	return 0;
}

int plan_check(struct plan *plan, struct err *e)
{
	e->origin = (struct origin){ 0 };
	if (settle_tries(plan, e) < 0)
		return -e->code;
	if (settle_ids(plan, e) < 0)
		return -e->code;
	settle_env(plan);
	plan->die_with_launcher |= plan->die_with_parent;
	plan->reaper = ((plan->unshare & CLONE_NEWPID) && !plan->as_pid_1) || plan->lock_count ||
		       (plan->sync_fd >= 0 && !plan->as_pid_1);
	if (plan->sync_fd >= 0 && !plan->reaper)
		plan_keep_fd(plan,
			     plan->sync_fd); /* then the program keeps it open, until it ends */
	for (size_t i = 0; i < plan->op_count; i++) {
		if (check_op(&plan->ops[i], e) < 0)
			return -e->code;
	}
	return check_fds(plan, e);
}
