/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuse.c - see fuse.h
 *
 * The kernel wants /dev/fuse to be opened in the user namespace that mounts, so we open it, mount,
 * and hand the descriptor over, with those of the layers. The first look at the file system is
 * answered when the server runs, or fails when it is gone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/log.h"
#include "stage/fuse.h"
#include "stage/mount.h"

static int device_failed(int code, struct err *e)
{
	err_set(e, code, "open", "/dev/fuse");
	return code == EACCES ? err_hint(e, "as root: chmod a+rw /dev/fuse")
			      : err_hint(e, "as root: modprobe fuse");
}

/* Whose file system it is to the kernel: the inside's root, if there is one. */
static unsigned owner(const struct plan *plan)
{
	return plan->maps_outside || plan->map_root ? 0 : plan->uid;
}

static unsigned owning_group(const struct plan *plan)
{
	return plan->maps_outside || plan->map_root ? 0 : plan->gid;
}

static int new_fuse(const struct plan *plan, int fuse_fd, unsigned attr)
{
	char fd[16], uid[16], gid[16];
	const struct fs_option fs_options[] = {
		{ "fd", fd },
		{ "rootmode", "40000" },
		{ "user_id", uid },
		{ "group_id", gid },
		{ "allow_other", NULL },
		{ "default_permissions", NULL },
		{ 0 },
	};

	snprintf(fd, sizeof(fd), "%d", fuse_fd);
	snprintf(uid, sizeof(uid), "%u", owner(plan));
	snprintf(gid, sizeof(gid), "%u", owning_group(plan));
	return mount_new("fuse", fs_options, attr);
}

int fuse_overlay(struct ctx *ctx, const struct layers *layers, unsigned attr, struct err *e)
{
	auto_close_ int fuse_fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	struct stat st;

	if (fuse_fd < 0)
		return device_failed(errno, e);
	auto_close_ int fd = new_fuse(ctx->plan, fuse_fd, attr);
	if (fd < 0)
		return err_set(e, -fd, "mount", "a file system for fuse-overlayfs");
	const struct server server = { .fuse_fd = fuse_fd, .layers = layers };
	int r = ctx->serve(ctx->serve_arg, &server, e);
	if (r < 0)
		return r;
	close_fd(&fuse_fd); /* else a dead server would leave us waiting for ourselves */
	if (fstatat(fd, "", &st, AT_EMPTY_PATH) < 0 || fstatat(fd, "..", &st, 0) < 0) {
		err_set(e, errno, "look at", "the file system that fuse-overlayfs serves");
		return err_hint(e, "the server ended: its own message, above, may say why");
	}
	log_step("fuse-overlayfs serves the layers");
	return take_fd(&fd);
}
