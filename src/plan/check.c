/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * check.c - see check.h
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/log.h"
#include "base/sys.h"
#include "plan/check.h"

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

static void settle_ids(struct plan *plan)
{
	bool ours = (plan->unshare & CLONE_NEWUSER) && plan->userns_block_fd < 0;

	if (!plan->uid_given)
		plan->uid = plan->host_uid;
	if (!plan->gid_given)
		plan->gid = plan->host_gid;
	plan->map_root = ours && plan_has_op(plan, OP_DEV);
	plan->second_userns =
		ours && ((plan->map_root && (plan->uid || plan->gid)) || plan->disable_userns);
}

/* The array for execve(2), with a place for PWD where it stands now or at the end. */
static void settle_env(struct plan *plan)
{
	size_t n = plan->env.count;

	plan->env_words = arena_alloc(&plan->arena, (n + 2) * sizeof(*plan->env_words));
	plan->pwd_at = n;
	for (size_t i = 0; i < n; i++) {
		plan->env_words[i] = plan->env.words[i];
		if (strncmp(plan->env.words[i], "PWD=", 4) == 0)
			plan->pwd_at = i;
	}
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
	settle_ids(plan);
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
