/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * root.c - see root.h
 *
 * We are alone in a new mount namespace that is a copy of the host's. The new root, a tmpfs, is
 * mounted over "/". Our own root folder is the one below it, so paths from "/" still mean the
 * host, and sources can be opened whatever the operations do. The scratch tmpfs, if one is needed,
 * goes below the new root, where nothing inside leads; an operation on "/" puts its mount on top.
 *
 * At the end pivot_root(2) makes the topmost the root, with the host's tree and all others stacked
 * on it. Lazy unmounts take them away one by one, from the top, until "/.." is the root itself:
 * that would lead to whatever is still stacked. From then on the host's files are out of reach but
 * for descriptors of ours, all of which are close-on-exec.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/sys.h"
#include "stage/dev.h"
#include "stage/file.h"
#include "stage/label.h"
#include "stage/mount.h"
#include "stage/overlay.h"
#include "stage/root.h"
#include "stage/scratch.h"

#ifndef MS_SLAVE
#define MS_SLAVE (1 << 19)
#endif
#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif

static int set_hostname(struct ctx *ctx _unused_, const struct op *op, struct err *e)
{
	if (sethostname(op->source, strlen(op->source)) < 0)
		return err_set(e, errno, "set the host name to", op->source);
	return 0;
}

/* One function for each kind of operation. */
static int (*const runners[])(struct ctx *ctx, const struct op *op, struct err *e) = {
	[OP_BIND] = mount_bind,	      [OP_TMPFS] = mount_tmpfs,	     [OP_PROC] = mount_proc,
	[OP_DEV] = dev_mount,	      [OP_MQUEUE] = mount_mqueue,    [OP_OVERLAY] = overlay_mount,
	[OP_REMOUNT] = mount_remount_ro, [OP_DIR] = file_dir,	     [OP_FILE] = file_copy,
	[OP_DATA] = file_data,	      [OP_SYMLINK] = file_symlink,   [OP_CHMOD] = file_chmod,
	[OP_MASK] = file_mask,	      [OP_HOSTNAME] = set_hostname,
};

static bool needs_scratch(const struct plan *plan)
{
	return plan_has_op(plan, OP_DATA) || plan_has_op(plan, OP_OVERLAY) || plan_has_op(plan, OP_MASK);
}

/*
 * A mount namespace of a new user namespace gets the host's mounts as slaves: nothing we do goes
 * back. Without one we must ask for it, or our mounts would appear on the host.
 */
static int isolate(const struct plan *plan, struct err *e)
{
	struct mount_attr attr = { .propagation = MS_SLAVE };

	if ((plan->unshare & CLONE_NEWUSER) || plan->userns_fd >= 0)
		return 0;
	if (sys_mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr) < 0)
		return err_set(e, errno, "keep mounts from reaching the host:", "/");
	return 0;
}

static int root_begin(struct ctx *ctx, struct err *e)
{
	static const struct fs_option fs_options[] = { { "mode", "0755" }, { 0 } };
	struct statx st, host;
	int r = isolate(ctx->plan, e);

	if (r < 0)
		return r;
	if (statx(AT_FDCWD, "/", 0, STATX_INO, &host) < 0)
		return err_set(e, errno, "look at", "/");
	ctx->host_root = dest_identity(&host);
	r = needs_scratch(ctx->plan) ? scratch_begin(ctx) : 0;
	if (r < 0)
		return err_set(e, -r, "mount tmpfs for", "the sandbox's own files");
	if (ctx->plan->file_label && label_files(ctx->plan->file_label, e) < 0)
		return -e->code;
	ctx->stage_fd = mount_new("tmpfs", fs_options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (ctx->stage_fd < 0)
		return err_set(e, -ctx->stage_fd, "mount tmpfs for", "the new root");
	ctx->root_fd = ctx->stage_fd;
	if (sys_move_mount(ctx->root_fd, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return err_set(e, errno, "mount the new root on", "/");
	ctx->stacked++;
	if (statx(ctx->root_fd, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &st) < 0)
		return err_set(e, errno, "look at", "the new root");
	ctx->root_mount_id = st.stx_mnt_id;
	ctx->root_inode = st.stx_ino;
	return 0;
}

/* The host's tree, then what else we stacked on it. */
static int leave_host(const struct ctx *ctx, struct err *e)
{
	struct statx st = { 0 };

	for (unsigned left = ctx->stacked; st.stx_mnt_id != ctx->root_mount_id; left--) {
		if (left == 0)
			return err_refuse(e, "take away", "the old root", "something is still mounted on /");
		if (sys_umount2(".", MNT_DETACH) < 0)
			return err_set(e, errno, "take away", "the old root");
		if (statx(AT_FDCWD, "/..", AT_NO_AUTOMOUNT, STATX_MNT_ID, &st) < 0)
			return err_set(e, errno, "look at", "the new root");
	}
	return 0;
}

static int root_enter(struct ctx *ctx, struct err *e)
{
	struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };

	if (ctx->plan->root_ro &&
	    sys_mount_setattr(ctx->root_fd, "", AT_EMPTY_PATH, &read_only) < 0)
		return err_set(e, errno, "make read-only", "/");
	if (fchdir(ctx->root_fd) < 0)
		return err_set(e, errno, "enter", "the new root");
	if (sys_pivot_root(".", ".") < 0) {
		err_set(e, errno, "swap the root with", "pivot_root");
		return err_hint(e, "the root of the caller must be a mount of its own: not a chroot, "
				   "not an initramfs");
	}
	if (leave_host(ctx, e) < 0)
		return -e->code;
	if (chdir("/") < 0)
		return err_set(e, errno, "enter", "/");
	return 0;
}

int root_run(struct ctx *ctx, struct err *e)
{
	const struct plan *plan = ctx->plan;
	int r = root_begin(ctx, e);

	for (size_t i = 0; r >= 0 && i < plan->op_count; i++) {
		const struct op *op = &plan->ops[i];

		r = runners[op->kind](ctx, op, e);
		if (r < 0)
			e->origin = op->origin;
	}
	if (r < 0)
		return r;
	log_step("%zu operations on the root", plan->op_count);
	r = root_enter(ctx, e);
	return r;
}
