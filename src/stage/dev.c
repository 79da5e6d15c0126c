/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dev.c - see dev.h
 *
 * The tmpfs is put in place first and then filled through its descriptor. It is ours and new, so
 * plain names below it cannot lead anywhere else.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sys.h"
#include "stage/dev.h"
#include "stage/mount.h"

/* Puts a detached device, or passes on that there is none, over a new empty file. */
static int put_node(int dev_fd, int fd, const char *name)
{
	if (fd < 0)
		return fd;
	if (mknodat(dev_fd, name, S_IFREG | 0444, 0) < 0)
		return -errno;
	if (sys_move_mount(fd, "", dev_fd, name, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return -errno;
	return 0;
}

static int make_nodes(struct ctx *ctx, int dev_fd, struct err *e)
{
	static const char *const paths[] = { "/dev/null",   "/dev/zero",    "/dev/full",
					     "/dev/random", "/dev/urandom", "/dev/tty" };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		auto_close_ int fd = mount_clone(ctx, AT_FDCWD, paths[i], OP_DEVICES);
		int r = put_node(dev_fd, fd, paths[i] + strlen("/dev/"));

		if (r < 0)
			return err_set(e, -r, "bind device", paths[i]);
	}
	return 0;
}

static int make_links(int dev_fd, struct err *e)
{
	static const struct {
		const char *target, *name;
	} links[] = {
		{ "/proc/self/fd/0", "stdin" },  { "/proc/self/fd/1", "stdout" },
		{ "/proc/self/fd/2", "stderr" }, { "/proc/self/fd", "fd" },
		{ "/proc/kcore", "core" },       { "pts/ptmx", "ptmx" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		if (symlinkat(links[i].target, dev_fd, links[i].name) < 0)
			return err_set(e, errno, "make the link in /dev", links[i].name);
	}
	return 0;
}

static int make_pts(const struct plan *plan, const struct op *op, int dev_fd, struct err *e)
{
	struct fs_option fs_options[] = {
		{ "newinstance", NULL }, { "ptmxmode", "0666" }, { "mode", "620" }, { 0 }, { 0 }
	};
	uint32_t unused;

	/* The group "tty", which is 5 in most distributions. */
	if (plan->maps_outside && id_map_outside(&plan->ids.gid, 5, &unused))
		fs_options[3] = (struct fs_option){ "gid", "5" };
	if (mkdirat(dev_fd, "shm", op->perms) < 0)
		return err_set(e, errno, "make folder", "/dev/shm");
	if (mkdirat(dev_fd, "pts", 0755) < 0)
		return err_set(e, errno, "make folder", "/dev/pts");
	auto_close_ int fd = mount_new("devpts", fs_options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	if (fd < 0)
		return err_set(e, -fd, "mount devpts on", "/dev/pts");
	if (sys_move_mount(fd, "", dev_fd, "pts", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return err_set(e, errno, "mount devpts on", "/dev/pts");
	return 0;
}

/* A terminal of another mount namespace has no name here: then there is no console. */
static int make_console(struct ctx *ctx, int dev_fd, struct err *e)
{
	if (!isatty(STDOUT_FILENO))
		return 0;
	auto_close_ int fd = mount_clone_fd(ctx, STDOUT_FILENO, OP_DEVICES);
	int r = fd == -ESTALE ? 0 : put_node(dev_fd, fd, "console");
	return r < 0 ? err_set(e, -r, "bind the terminal on", "/dev/console") : 0;
}

int dev_mount(struct ctx *ctx, const struct op *op, struct err *e)
{
	static const struct fs_option fs_options[] = { { "mode", "0755" }, { 0 } };
	auto_close_ int dev_fd =
		mount_new("tmpfs", fs_options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	int r = mount_on_dir(ctx, op, dev_fd, "mount tmpfs on", e);

	if (r < 0)
		return r;
	r = make_nodes(ctx, dev_fd, e);
	if (r >= 0)
		r = make_links(dev_fd, e);
	if (r >= 0)
		r = make_pts(ctx->plan, op, dev_fd, e);
	return r < 0 ? r : make_console(ctx, dev_fd, e);
}
