/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * root.c - see root.h
 *
 * We are alone in a new mount namespace that is a copy of the host's. Three trees, in order:
 *
 *	base		a tmpfs of ours, made the root by a first pivot_root(2)
 *	base/old	the host's tree, as it was
 *	base/new	the new root: a tmpfs, or what an operation mounts over it
 *
 * While the operations run, our own root folder is base/old and our working folder the caller's. So
 * every path of the host means what it means to the caller, ".." and links included, with nothing
 * of ours in it; and a copy of the host's whole tree has nothing of ours in it either.
 *
 * At the end a second pivot_root makes base/new the root, with base stacked on it, and one lazy
 * unmount takes base away, the host's tree included. From then on the host's files are out of
 * reach but for descriptors of ours, all of which are close-on-exec.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
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
	[OP_BIND] = mount_bind,          [OP_TMPFS] = mount_tmpfs,
	[OP_PROC] = mount_proc,          [OP_DEV] = dev_mount,
	[OP_MQUEUE] = mount_mqueue,      [OP_OVERLAY] = overlay_mount,
	[OP_REMOUNT] = mount_remount_ro, [OP_DIR] = file_dir,
	[OP_FILE] = file_copy,           [OP_DATA] = file_data,
	[OP_SYMLINK] = file_symlink,     [OP_CHMOD] = file_chmod,
	[OP_MASK] = file_mask,           [OP_HOSTNAME] = set_hostname,
};

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

static const struct fs_option base_options[] = { { "mode", "0755" }, { 0 } };

/* pivot_root(2) by descriptor, so that the working folder stays what it is. */
static int pivot_to_base(const struct ctx *ctx)
{
	char base[32], old[40];

	snprintf(base, sizeof(base), "/proc/self/fd/%d", ctx->base_fd);
	snprintf(old, sizeof(old), "%s/old", base);
	return sys_pivot_root(base, old);
}

static int base_begin(struct ctx *ctx, struct err *e)
{
	auto_close_ int cwd_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (cwd_fd < 0 && errno != EACCES)
		return err_set(e, errno, "open", "the working folder");
	ctx->base_fd = mount_new("tmpfs", base_options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (ctx->base_fd < 0)
		return err_set(e, -ctx->base_fd, "mount tmpfs for", "the new root");
	if (mkdirat(ctx->base_fd, "old", 0700) < 0 || mkdirat(ctx->base_fd, "new", 0755) < 0)
		return err_set(e, errno, "make folder for", "the new root");
	if (sys_move_mount(ctx->base_fd, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return err_set(e, errno, "mount tmpfs for the new root on", "/");
	if (pivot_to_base(ctx) < 0) {
		err_set(e, errno, "swap the root with", "pivot_root");
		return err_hint(e,
				"the root of the caller must be a mount of its own: not a chroot, "
				"not an initramfs");
	}
	if (chroot("/old") < 0)
		return err_set(e, errno, "go back to", "the host's root");
	/* One that we may not open is not "/", and then we have not left it. */
	if (cwd_fd >= 0 && fchdir(cwd_fd) < 0)
		return err_set(e, errno, "go back to", "the working folder");
	return 0;
}

static int root_begin(struct ctx *ctx, struct err *e)
{
	if (ctx->plan->file_label && label_files(ctx->plan->file_label, e) < 0)
		return -e->code;
	auto_close_ int fd = mount_new("tmpfs", base_options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (fd < 0)
		return err_set(e, -fd, "mount tmpfs for", "the new root");
	if (sys_move_mount(fd, "", ctx->base_fd, "new", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return err_set(e, errno, "mount", "the new root");
	int r = dest_set_root(ctx, fd);
	return r < 0 ? err_set(e, -r, "look at", "the new root") : 0;
}

static int root_enter(struct ctx *ctx, struct err *e)
{
	struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };

	if (ctx->plan->root_ro &&
	    sys_mount_setattr(ctx->root_fd, "", AT_EMPTY_PATH, &read_only) < 0)
		return err_set(e, errno, "make read-only", "/");
	if (fchdir(ctx->base_fd) < 0 || chroot(".") < 0)
		return err_set(e, errno, "leave", "the host's root");
	if (fchdir(ctx->root_fd) < 0)
		return err_set(e, errno, "enter", "the new root");
	if (sys_pivot_root(".", ".") < 0)
		return err_set(e, errno, "swap the root with", "pivot_root");
	if (sys_umount2(".", MNT_DETACH) < 0)
		return err_set(e, errno, "take away", "the old root");
	if (chdir("/") < 0)
		return err_set(e, errno, "enter", "/");
	return 0;
}

int root_run(struct ctx *ctx, struct err *e)
{
	const struct plan *plan = ctx->plan;
	int r = isolate(plan, e);

	if (r >= 0)
		r = base_begin(ctx, e);
	if (r >= 0)
		r = root_begin(ctx, e);
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
