/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * file.c - see file.h
 *
 * Descriptors that the caller passed for their contents are read once, to the end, and closed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/sys.h"
#include "stage/dest.h"
#include "stage/file.h"
#include "stage/mount.h"
#include "stage/scratch.h"

/* Is the folder there that this one is to be in? */
static bool has_parent(const struct ctx *ctx, const char *path)
{
	char parent[PATH_MAX];
	struct dest dest;
	const char *slash = strrchr(path, '/');

	snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
	if (dest_open(ctx, parent[0] ? parent : "/", O_DIRECTORY, &dest) < 0)
		return false;
	close_fd(&dest.fd);
	return true;
}

int file_dir(struct ctx *ctx, const struct op *op, struct err *e)
{
	struct dest dest;

	if ((op->flags & OP_DEST_KEPT) && !has_parent(ctx, op->dest))
		return 0;
	int r = dest_make(ctx, op->dest, DEST_DIR, op->perms, op_parent_mode(op), &dest);
	if (r < 0)
		return dest_failed(&dest, -r, "make folder", op->dest, e);
	close_fd(&dest.fd);
	return 0;
}

/* Empties the caller's descriptor into @to and is done with it. */
static int copy_contents(const struct op *op, int to, struct err *e)
{
	int from = op->fd, r = copy_all(from, to);

	close_fd(&from);
	return r < 0 ? err_set(e, -r, "write data to file", op->dest) : 0;
}

int file_copy(struct ctx *ctx, const struct op *op, struct err *e)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY;
	struct dest dest;
	int r = dest_open_file(ctx, op->dest, flags, op->perms, op_parent_mode(op), &dest);
	auto_close_ int fd = dest.fd;

	if (r < 0)
		return dest_failed(&dest, -r, "create file", op->dest, e);
	return copy_contents(op, fd, e);
}

/* The scratch file with the contents, as a detached mount. */
static int data_mount(struct ctx *ctx, const struct op *op, struct err *e)
{
	auto_close_ int fd = -1;
	char name[SCRATCH_NAME];
	int r = scratch_file(ctx, op->perms, name, &fd);

	if (r < 0)
		return err_set(e, -r, "make a temporary file for", op->dest);
	r = copy_contents(op, fd, e);
	if (r < 0)
		return r;
	close_fd(&fd);
	r = scratch_bind(ctx, name, op->flags);
	return r < 0 ? err_set(e, -r, "bind a temporary file for", op->dest) : r;
}

int file_data(struct ctx *ctx, const struct op *op, struct err *e)
{
	auto_close_ int mount_fd = data_mount(ctx, op, e);
	auto_close_ int dest_fd = -1;
	struct dest dest;

	if (mount_fd < 0)
		return mount_fd;
	int r = dest_make(ctx, op->dest, DEST_FILE, 0444, op_parent_mode(op), &dest);
	if (r < 0)
		return dest_failed(&dest, -r, "make file", op->dest, e);
	dest_fd = dest.fd;
	r = dest_mount(ctx, &dest, mount_fd);
	return r < 0 ? err_set(e, -r, "bind on", op->dest) : 0;
}

/* A link that is there already is fine if it is the one asked for. */
static int check_link(const struct op *op, int parent_fd, const char *name, struct err *e)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(parent_fd, name, target, sizeof(target) - 1);

	if (length < 0 && errno == EINVAL)
		return err_refuse(e, "make link", op->dest,
				  "destination exists and is not a symlink");
	if (length < 0)
		return err_set(e, errno, "read the existing link", op->dest);
	target[length] = '\0';
	if (strcmp(target, op->source) != 0)
		return err_refuse(e, "make link", op->dest, "existing destination is %s", target);
	return 0;
}

int file_symlink(struct ctx *ctx, const struct op *op, struct err *e)
{
	char name[NAME_MAX + 1];
	struct dest parent;
	int r = dest_parent(ctx, op->dest, op_parent_mode(op), name, &parent);
	auto_close_ int parent_fd = parent.fd;

	if (r == -EEXIST)
		return err_refuse(e, "make link", op->dest,
				  "destination exists and is not a symlink");
	if (r < 0)
		return dest_failed(&parent, -r, "make link", op->dest, e);
	if (symlinkat(op->source, parent_fd, name) == 0)
		return 0;
	if (errno == EEXIST)
		return check_link(op, parent_fd, name, e);
	return err_set(e, errno, "make link", op->dest);
}

/* Linux 6.6 changes the mode of what an O_PATH descriptor stands for; before, /proc does. */
static int change_mode(const struct ctx *ctx, int fd, mode_t mode)
{
	char name[32];

	if (sys_fchmodat2(fd, "", mode, AT_EMPTY_PATH) == 0)
		return 0;
	if (errno != ENOSYS)
		return -errno;
	snprintf(name, sizeof(name), "self/fd/%d", fd);
	return fchmodat(ctx->proc_fd, name, mode, 0) < 0 ? -errno : 0;
}

int file_chmod(struct ctx *ctx, const struct op *op, struct err *e)
{
	char object[PATH_MAX + 16];
	struct dest dest;
	int r = dest_open(ctx, op->dest, 0, &dest);

	if (r >= 0) {
		r = change_mode(ctx, dest.fd, op->perms);
		close_fd(&dest.fd);
	}
	snprintf(object, sizeof(object), "%#o %s", (unsigned)op->perms, op->dest);
	return r < 0 ? err_set(e, -r, "chmod", object) : 0;
}

/* Something empty that nobody may read, of the same kind as what it hides. */
static int mask_mount(struct ctx *ctx, bool dir)
{
	static const struct fs_option fs_options[] = { { "mode", "0000" },
						       { "size", "4096" },
						       { 0 } };
	auto_close_ int fd = -1;
	char name[SCRATCH_NAME];

	if (dir)
		return mount_new("tmpfs", fs_options,
				 MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_RDONLY);
	int r = scratch_file(ctx, 0, name, &fd);
	return r < 0 ? r : scratch_bind(ctx, name, OP_RO | OP_PRIVATE);
}

int file_mask(struct ctx *ctx, const struct op *op, struct err *e)
{
	auto_close_ int dest_fd = -1;
	struct dest dest;
	int r = dest_open(ctx, op->dest, 0, &dest);

	if (r == -ENOENT) {
		err_refuse(e, "mask", op->dest, "there is no such file or folder inside");
		return err_hint(e, "options act in order: mask it after the option that shows it");
	}
	if (r < 0)
		return err_set(e, -r, "mask", op->dest);
	dest_fd = dest.fd;
	auto_close_ int mount_fd = mask_mount(ctx, dest.is_dir);
	if (mount_fd < 0)
		return err_set(e, -mount_fd, "mask", op->dest);
	r = dest_mount(ctx, &dest, mount_fd);
	return r < 0 ? err_set(e, -r, "mask", op->dest) : 0;
}
