/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan.c - building and freeing a plan; see plan.h
 */
#include <stdlib.h>

#include "plan/plan.h"

void plan_init(struct plan *plan)
{
	*plan = (struct plan){
		.userns_fd = -1,
		.userns2_fd = -1,
		.pidns_fd = -1,
		.filter_fd = -1,
		.held_fds = { -1, -1 },
		.sync_fd = -1,
		.block_fd = -1,
		.userns_block_fd = -1,
		.info_fd = -1,
		.json_fd = -1,
	};
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->op_count; i++)
		free(plan->ops[i].layers);
	for (size_t i = 0; i < plan->filter_count; i++)
		free((void *)plan->filters[i].code);
	free(plan->ops);
	free(plan->filters);
	free(plan->keep_fds);
	free(plan->lock_files);
	free(plan->lock_origins);
	free(plan->env.words);
	free(plan->argv);
	arena_free(&plan->arena);
}

struct op *plan_add(struct plan *plan, const struct op *op)
{
	plan->ops = grow(plan->ops, plan->op_count, sizeof(*plan->ops));
	plan->ops[plan->op_count] = *op;
	return &plan->ops[plan->op_count++];
}

const char *plan_absolute(struct plan *plan, const char *path)
{
	return path[0] == '/' ? path : arena_format(&plan->arena, "/%s", path);
}

void plan_keep_fd(struct plan *plan, int fd)
{
	plan->keep_fds = grow(plan->keep_fds, plan->keep_fd_count, sizeof(*plan->keep_fds));
	plan->keep_fds[plan->keep_fd_count++] = fd;
}

void plan_add_filter(struct plan *plan, const void *code, size_t size_bytes)
{
	plan->filters = grow(plan->filters, plan->filter_count, sizeof(*plan->filters));
	plan->filters[plan->filter_count++] =
		(struct filter){ .code = code, .size_bytes = size_bytes };
}

void plan_add_lock(struct plan *plan, const char *path, struct origin origin)
{
	plan->lock_files = grow(plan->lock_files, plan->lock_count, sizeof(*plan->lock_files));
	plan->lock_origins =
		grow(plan->lock_origins, plan->lock_count, sizeof(*plan->lock_origins));
	plan->lock_origins[plan->lock_count] = origin;
	plan->lock_files[plan->lock_count++] = path;
}

bool plan_has_op(const struct plan *plan, enum op_kind kind)
{
	for (size_t i = 0; i < plan->op_count; i++) {
		if (plan->ops[i].kind == kind)
			return true;
	}
	return false;
}

mode_t op_parent_mode(const struct op *op)
{
	bool has_perms = op->kind == OP_TMPFS || op->kind == OP_DIR || op->kind == OP_FILE ||
			 op->kind == OP_DATA;
	mode_t mode = 0755;

	if (has_perms && !(op->perms & 0070))
		mode &= ~(mode_t)0050;
	if (has_perms && !(op->perms & 0007))
		mode &= ~(mode_t)0005;
	return mode;
}

const char *op_name(enum op_kind kind)
{
	static const char *const names[] = {
		[OP_BIND] = "bind",       [OP_TMPFS] = "tmpfs",       [OP_PROC] = "proc",
		[OP_DEV] = "dev",         [OP_MQUEUE] = "mqueue",     [OP_OVERLAY] = "overlay",
		[OP_REMOUNT] = "remount", [OP_DIR] = "dir",           [OP_FILE] = "file",
		[OP_DATA] = "data",       [OP_SYMLINK] = "symlink",   [OP_CHMOD] = "chmod",
		[OP_MASK] = "mask",       [OP_HOSTNAME] = "hostname",
	};

	return names[kind];
}
