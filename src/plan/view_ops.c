/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_ops.c - see view_ops.h
 *
 * One function for each kind of operation, as in stage/root.c; they fail where the stages fail,
 * with the same words.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "plan/view_file.h"
#include "plan/view_mount.h"
#include "plan/view_ops.h"

enum { MAX_HOST_NAME = 64 }; /* uname(2) */

static int set_hostname(struct tree *tree, struct err *e)
{
	const char *name = tree->op->source;

	return strlen(name) > MAX_HOST_NAME ? err_set(e, EINVAL, "set the host name to", name) : 0;
}

static int (*const runners[])(struct tree *tree, struct err *e) = {
	[OP_BIND] = view_mount_bind,          [OP_TMPFS] = view_mount_tmpfs,
	[OP_PROC] = view_mount_proc,          [OP_DEV] = view_mount_dev,
	[OP_MQUEUE] = view_mount_mqueue,      [OP_OVERLAY] = view_mount_overlay,
	[OP_REMOUNT] = view_mount_remount_ro, [OP_DIR] = view_file_dir,
	[OP_FILE] = view_file_copy,           [OP_DATA] = view_mount_data,
	[OP_SYMLINK] = view_file_symlink,     [OP_CHMOD] = view_file_chmod,
	[OP_MASK] = view_mount_mask,          [OP_HOSTNAME] = set_hostname,
};

int view_apply(struct tree *tree, struct err *e)
{
	const struct plan *plan = tree->plan;

	for (size_t i = 0; i < plan->op_count; i++) {
		tree->op = &plan->ops[i];
		int r = runners[tree->op->kind](tree, e);
		if (r < 0) {
			e->origin = tree->op->origin;
			return r;
		}
	}
	tree->op = NULL;
	tree->root->root_closed = plan->root_ro;
	return 0;
}
