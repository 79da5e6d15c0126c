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
#include "stage/mount.h"

#ifndef MS_PRIVATE
#define MS_PRIVATE (1 << 18)
#endif
#ifndef MS_UNBINDABLE
#define MS_UNBINDABLE (1 << 17)
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

static int set_propagation(int fd, uint64_t propagation)
{
	struct mount_attr attr = { .propagation = propagation };

	return sys_mount_setattr(fd, "", AT_EMPTY_PATH, &attr) < 0 ? -errno : 0;
}

/*
 * A copy of the caller's whole root would have our own mounts on it, stacked as they are. So they
 * are made unbindable for the moment: such mounts are left out (mount_namespaces(7)).
 */
static int clone_host_root(struct ctx *ctx, int dirfd, const char *path, unsigned flags)
{
	int lowest_fd = ctx->scratch_fd >= 0 ? ctx->scratch_fd : ctx->stage_fd;
	int r = set_propagation(lowest_fd, MS_UNBINDABLE);

	if (r < 0)
		return r;
	auto_close_ int fd = mount_clone(ctx, dirfd, path, flags);
	r = set_propagation(lowest_fd, MS_PRIVATE);
	return r < 0 ? r : take_fd(&fd);
}

static bool same_thing(const struct identity *a, const struct identity *b)
{
	return a->inode == b->inode && a->dev_major == b->dev_major && a->dev_minor == b->dev_minor;
}

/* What a bind shows, detached, and whether that is a folder; -errno. */
static int clone_whole(struct ctx *ctx, int dirfd, const char *path, unsigned flags, bool *ret_is_dir)
{
	auto_close_ int fd = mount_clone(ctx, dirfd, path, flags);
	struct statx st;

	if (fd < 0)
		return fd;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_TYPE | STATX_INO, &st) < 0)
		return -errno;
	struct identity source = dest_identity(&st);
	*ret_is_dir = S_ISDIR(st.stx_mode);
	if (same_thing(&source, &ctx->host_root))
		return clone_host_root(ctx, dirfd, path, flags);
	return take_fd(&fd);
}

/*
 * The caller's descriptor belongs to the mount namespace we left, and mounts of another one cannot
 * be copied. What it stands for is opened again by the path that the kernel knows, in our copy of
 * that namespace, and must be the same file or folder; -ESTALE if it is not.
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
	struct identity a = dest_identity(&given), b = dest_identity(&found);
	return same_thing(&a, &b) ? take_fd(&again_fd) : -ESTALE;
}

static int clone_descriptor(struct ctx *ctx, const struct op *op, bool *ret_is_dir, struct err *e)
{
	char number[32];
	auto_close_ int again_fd = reopen(ctx, op->fd);
	int fd = again_fd < 0 ? again_fd : clone_whole(ctx, again_fd, "", op->flags, ret_is_dir);

	snprintf(number, sizeof(number), "%d", op->fd);
	if (fd == -ESTALE)
		return err_refuse(e, "bind descriptor", number,
				  "what it was opened on has been moved or removed since");
	return fd < 0 ? err_set(e, -fd, "bind descriptor", number) : fd;
}

/* The source of a bind, detached, or -errno with the message. */
static int clone_source(struct ctx *ctx, const struct op *op, bool *ret_is_dir, struct err *e)
{
	if (op->fd >= 0)
		return clone_descriptor(ctx, op, ret_is_dir, e);
	if (op->source[0] == '\0')
		return err_set(e, ENOENT, "find source", op->source);
	int fd = clone_whole(ctx, AT_FDCWD, op->source, op->flags, ret_is_dir);
	return fd < 0 ? err_set(e, -fd, "find source", op->source) : fd;
}

int mount_bind(struct ctx *ctx, const struct op *op, struct err *e)
{
	bool dir;
	auto_close_ int source_fd = clone_source(ctx, op, &dir, e);

	if (source_fd == -ENOENT && (op->flags & OP_TRY))
		return 0;
	if (source_fd < 0)
		return source_fd;
	auto_close_ int dest_fd = -1;
	struct dest dest;
	int r = dest_make(ctx, op->dest, dir ? DEST_DIR : DEST_FILE, dir ? 0755 : 0444, 0755, &dest);
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

int mount_on_dir(struct ctx *ctx, const struct op *op, int mount_fd, const char *what, struct err *e)
{
	auto_close_ int dest_fd = -1;
	struct dest dest;
	int r = dest_make(ctx, op->dest, DEST_DIR, 0755, 0755, &dest);

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
	auto_close_ int fd = mount_new("proc", NULL, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	int r = mount_on_dir(ctx, op, fd, "mount proc on", e);

	if (fd == -EPERM && r == fd)
		return err_hint(e, "a container that hides parts of its own /proc does not let a new one be "
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

	if (r == -ENOENT)
		r = dest_make(ctx, op->dest, DEST_DIR, 0755, 0755, &dest);
	if (r < 0)
		return dest_failed(&dest, -r, "make folder", op->dest, e);
	dest_fd = dest.fd;
	if (statx(dest_fd, "", AT_EMPTY_PATH, STATX_TYPE, &st) < 0)
		return err_set(e, errno, "look at", op->dest);
	if (!(st.stx_attributes & STATX_ATTR_MOUNT_ROOT))
		return err_refuse(e, "remount read-only", op->dest, "nothing is mounted there");
	if (sys_mount_setattr(dest_fd, "", AT_EMPTY_PATH, &attr) < 0)
		return err_set(e, errno, "remount read-only", op->dest);
	return 0;
}
