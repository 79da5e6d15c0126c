/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mount.c - see mount.h
 *
 * Sources are opened in the caller's view of the file system, which stays in place until
 * pivot_root: the new root hangs over "/", and paths from "/" do not see it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/sys.h"
#include "stage/idmap.h"
#include "stage/mount.h"
#include "stage/owner.h"

#ifndef MS_PRIVATE
#define MS_PRIVATE (1 << 18)
#endif

static int configure(int fs_fd, const struct fs_option *fs_options)
{
	for (; fs_options && fs_options->key; fs_options++) {
		unsigned command = fs_options->value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;

		if (sys_fsconfig(fs_fd, command, fs_options->key, fs_options->value, 0) < 0)
			return -errno;
	}
	return sys_fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0 ? -errno : 0;
}

int mount_new(const char *type, const struct fs_option *fs_options, unsigned attr)
{
	auto_close_ int fs_fd = sys_fsopen(type, FSOPEN_CLOEXEC);

	if (fs_fd < 0)
		return -errno;
	/* What df(1) shows in its first column. */
	if (sys_fsconfig(fs_fd, FSCONFIG_SET_STRING, "source", type, 0) < 0)
		return -errno;
	int r = configure(fs_fd, fs_options);
	if (r < 0)
		return r;
	int fd = sys_fsmount(fs_fd, FSMOUNT_CLOEXEC, attr);
	return fd < 0 ? -errno : fd;
}

static struct mount_attr attributes(unsigned flags)
{
	struct mount_attr attr = { 0 };

	if (!(flags & OP_SUID))
		attr.attr_set |= MOUNT_ATTR_NOSUID;
	if (!(flags & OP_DEVICES))
		attr.attr_set |= MOUNT_ATTR_NODEV;
	if (flags & OP_RO)
		attr.attr_set |= MOUNT_ATTR_RDONLY;
	if (flags & OP_PRIVATE)
		attr.propagation = MS_PRIVATE;
	return attr;
}

int mount_clone(struct ctx *ctx, int dirfd, const char *path, unsigned flags)
{
	const unsigned how = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH;
	struct mount_attr attr = attributes(flags);

	if (!ctx->no_tree_attr) {
		int fd = sys_open_tree_attr(dirfd, path, how, &attr);

		if (fd >= 0)
			return fd;
		ctx->no_tree_attr = errno == ENOSYS;
	}
	/* An older kernel, or a failure that these two name more precisely. */
	auto_close_ int fd = sys_open_tree(dirfd, path, how);
	if (fd < 0)
		return -errno;
	if (sys_mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr) < 0)
		return -errno;
	return take_fd(&fd);
}

/* Which file or folder it is, whichever mount shows it. */
static bool same_thing(const struct statx *a, const struct statx *b)
{
	return a->stx_ino == b->stx_ino && a->stx_dev_major == b->stx_dev_major &&
	       a->stx_dev_minor == b->stx_dev_minor;
}

/*
 * A descriptor of the caller's belongs to the mount namespace we left, and mounts of another one
 * cannot be copied. What it stands for is opened again by the path that the kernel knows, in our
 * copy of that namespace, and must be the same file or folder; -ESTALE if it is not.
 */
static int reopen(const struct ctx *ctx, int fd)
{
	char link[32], path[PATH_MAX];
	struct statx given, found;

	snprintf(link, sizeof(link), "self/fd/%d", fd);
	ssize_t length = readlinkat(ctx->proc_fd, link, path, sizeof(path) - 1);
	if (length < 0)
		return -errno;
	path[length] = '\0';
	auto_close_ int again_fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (again_fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? -ESTALE : -errno;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_INO, &given) < 0 ||
	    statx(again_fd, "", AT_EMPTY_PATH, STATX_INO, &found) < 0)
		return -errno;
	return same_thing(&given, &found) ? take_fd(&again_fd) : -ESTALE;
}

int mount_clone_fd(struct ctx *ctx, int fd, unsigned flags)
{
	auto_close_ int again_fd = reopen(ctx, fd);

	return again_fd < 0 ? again_fd : mount_clone(ctx, again_fd, "", flags);
}

/* The path may lead to a descriptor of the caller's, through /proc/self/fd. */
static int clone_path(struct ctx *ctx, const char *path, unsigned flags)
{
	int fd = mount_clone(ctx, AT_FDCWD, path, flags);

	if (fd != -EINVAL)
		return fd;
	auto_close_ int found_fd = open(path, O_PATH | O_CLOEXEC);
	return found_fd < 0 ? fd : mount_clone_fd(ctx, found_fd, flags);
}

static int source_failed(const struct op *op, int code, struct err *e)
{
	char number[32];

	snprintf(number, sizeof(number), "%d", op->fd);
	if (code == ESTALE)
		return err_refuse(e, "bind descriptor", op->fd < 0 ? op->source : number,
				  "what it was opened on has been moved or removed since");
	if (op->fd >= 0)
		return err_set(e, code, "bind descriptor", number);
	err_set(e, code, "find source", op->source);
	return code == ENOENT ? err_hint(e, op->missing_hint) : -code;
}

/* The source of a bind, detached, and whether it is a folder; -errno with the message. */
static int clone_source(struct ctx *ctx, const struct op *op, bool *ret_is_dir, struct err *e)
{
	auto_close_ int fd = -ENOENT;
	struct stat st;

	if (op->fd >= 0)
		fd = mount_clone_fd(ctx, op->fd, op->flags);
	else if (op->source[0])
		fd = clone_path(ctx, op->source, op->flags);
	if (fd < 0)
		return source_failed(op, -fd, e);
	if (fstat(fd, &st) < 0)
		return source_failed(op, errno, e);
	*ret_is_dir = S_ISDIR(st.st_mode);
	return take_fd(&fd);
}

int mount_bind(struct ctx *ctx, const struct op *op, struct err *e)
{
	bool dir = false;
	int r = idmap_make_as(ctx->plan, false, e);
	auto_close_ int source_fd = r < 0 ? r : clone_source(ctx, op, &dir, e);

	if (source_fd == -ENOENT && (op->flags & OP_TRY))
		return idmap_make_as(ctx->plan, true, e);
	if (source_fd < 0 || idmap_make_as(ctx->plan, true, e) < 0)
		return -e->code;
	if ((op->flags & OP_ROOTFS) && owner_check(ctx->plan, source_fd, op->source, e) < 0)
		return -e->code;
	auto_close_ int dest_fd = -1;
	struct dest dest;
	r = dest_make(ctx, op->dest, dir ? DEST_DIR : DEST_FILE, dir ? 0755 : 0444,
		      op_parent_mode(op), &dest);
	if (r < 0)
		return dest_failed(&dest, -r, dir ? "make folder" : "make file", op->dest, e);
	dest_fd = dest.fd;
	r = dest_mount(ctx, &dest, source_fd);
	if (r < 0)
		return err_set(e, -r, "bind on", op->dest);
	int used = op->fd;
	close_fd(&used);
	return 0;
}

int mount_on_dir(struct ctx *ctx, const struct op *op, int mount_fd, const char *what,
		 struct err *e)
{
	auto_close_ int dest_fd = -1;
	struct dest dest;
	int r = dest_make(ctx, op->dest, DEST_DIR, 0755, op_parent_mode(op), &dest);

	if (r < 0)
		return dest_failed(&dest, -r, "make folder", op->dest, e);
	dest_fd = dest.fd;
	if (mount_fd < 0)
		return err_set(e, -mount_fd, what, op->dest);
	r = dest_mount(ctx, &dest, mount_fd);
	return r < 0 ? err_set(e, -r, what, op->dest) : 0;
}

static bool dest_exists(const struct ctx *ctx, const char *path)
{
	auto_close_ int fd = -1;
	struct dest dest;

	if (dest_open(ctx, path, O_DIRECTORY, &dest) < 0)
		return false;
	fd = dest.fd;
	return true;
}

int mount_tmpfs(struct ctx *ctx, const struct op *op, struct err *e)
{
	char mode[16], size[32], context[512];
	struct fs_option fs_options[4] = { { "mode", mode } };
	size_t n = 1;

	if ((op->flags & OP_DEST_KEPT) && !dest_exists(ctx, op->dest))
		return 0;
	snprintf(mode, sizeof(mode), "%#o", (unsigned)op->perms);
	if (op->size_bytes) {
		snprintf(size, sizeof(size), "%llu", (unsigned long long)op->size_bytes);
		fs_options[n++] = (struct fs_option){ "size", size };
	}
	if (ctx->plan->file_label) {
		snprintf(context, sizeof(context), "%s", ctx->plan->file_label);
		fs_options[n++] = (struct fs_option){ "context", context };
	}
	auto_close_ int fd = mount_new("tmpfs", fs_options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	return mount_on_dir(ctx, op, fd, "mount tmpfs on", e);
}

/*
 * As root of the host the kernel's switches in /proc are writable: these are covered with
 * read-only views of themselves. Ordinary users cannot write them anyway.
 */
static int cover_proc(struct ctx *ctx, const struct op *op, struct err *e)
{
	static const char *const names[] = { "sys", "sysrq-trigger", "irq", "bus" };
	auto_close_ int proc_fd = -1;
	struct dest proc;
	int r = dest_open(ctx, op->dest, 0, &proc);

	if (r < 0)
		return err_set(e, -r, "open", op->dest);
	proc_fd = proc.fd;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (faccessat(proc_fd, names[i], W_OK, AT_EACCESS) < 0) {
			if (errno == ENOENT || errno == EACCES || errno == EROFS)
				continue;
			return err_set(e, errno, "look at /proc's", names[i]);
		}
		auto_close_ int fd = mount_clone(ctx, proc_fd, names[i], OP_RO);
		if (fd < 0)
			return err_set(e, -fd, "bind read-only /proc's", names[i]);
		if (sys_move_mount(fd, "", proc_fd, names[i], MOVE_MOUNT_F_EMPTY_PATH) < 0)
			return err_set(e, errno, "bind read-only /proc's", names[i]);
	}
	return 0;
}

static int new_proc(struct ctx *ctx, const struct op *op, struct err *e)
{
	auto_close_ int fd =
		mount_new("proc", NULL, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	int r = mount_on_dir(ctx, op, fd, "mount proc on", e);

	if (fd == -EPERM && r == fd)
		return err_hint(
			e,
			"a container that hides parts of its own /proc does not let a new one be "
			"mounted; bind the existing one: --ro-bind /proc /proc");
	return r;
}

static int host_proc(struct ctx *ctx, const struct op *op, struct err *e)
{
	auto_close_ int fd = mount_clone(ctx, ctx->proc_fd, "", 0);

	return mount_on_dir(ctx, op, fd, "mount proc on", e);
}

int mount_proc(struct ctx *ctx, const struct op *op, struct err *e)
{
	int r;

	if ((ctx->plan->unshare & CLONE_NEWPID) || ctx->plan->pidns_fd >= 0)
		r = new_proc(ctx, op, e);
	else
		r = host_proc(ctx, op, e);
	if (r < 0 || ctx->plan->host_uid != 0)
		return r;
	return cover_proc(ctx, op, e);
}

int mount_mqueue(struct ctx *ctx, const struct op *op, struct err *e)
{
	auto_close_ int fd = mount_new("mqueue", NULL, 0);

	return mount_on_dir(ctx, op, fd, "mount mqueue on", e);
}

int mount_remount_ro(struct ctx *ctx, const struct op *op, struct err *e)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	auto_close_ int dest_fd = -1;
	struct dest dest;
	struct statx st;
	int r = dest_open(ctx, op->dest, 0, &dest);

	if (r < 0)
		return err_set(e, -r, "remount read-only", op->dest);
	dest_fd = dest.fd;
	if (statx(dest_fd, "", AT_EMPTY_PATH, STATX_TYPE, &st) < 0)
		return err_set(e, errno, "look at", op->dest);
	if (!(st.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		return err_refuse(e, "remount read-only", op->dest, "nothing is mounted there");
	if (sys_mount_setattr(dest_fd, "", AT_EMPTY_PATH, &attr) < 0)
		return err_set(e, errno, "remount read-only", op->dest);
	return 0;
}
