/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * overlay.c - see overlay.h
 *
 * Layers are opened first and named by number: the working folder is /proc/self/fd while the file
 * system is configured, so "lowerdir=7:6:5" says what a string of paths would, without characters
 * to escape, without paths that a later look at mountinfo could read, and short enough for the 256
 * bytes that fsconfig(2) takes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/sys.h"
#include "stage/fuse.h"
#include "stage/layers.h"
#include "stage/mount.h"
#include "stage/overlay.h"

/* "7:6:5", top first as overlayfs wants it. */
static int lower_text(const struct layers *layers, char *text, size_t size)
{
	size_t used = 0;

	for (size_t i = layers->count; i > 0; i--) {
		int more = snprintf(text + used, size - used, "%s%d", used ? ":" : "",
				    layers->fds[i - 1]);

		used += (size_t)more;
		if (used >= size)
			return -E2BIG;
	}
	return 0;
}

static int new_overlay(const struct layers *layers, unsigned attr)
{
	char lower[256], upper[16], work[16];
	struct fs_option fs_options[] = { { "userxattr", NULL },
					  { "lowerdir", lower },
					  { "upperdir", upper },
					  { "workdir", work },
					  { 0 } };
	int r = lower_text(layers, lower, sizeof(lower));

	if (r < 0)
		return r;
	if (layers->upper_fd < 0)
		fs_options[2] = (struct fs_option){ 0 };
	snprintf(upper, sizeof(upper), "%d", layers->upper_fd);
	snprintf(work, sizeof(work), "%d", layers->work_fd);
	return mount_new("overlay", fs_options, attr);
}

/* Runs with /proc/self/fd as the working folder, and comes back. */
int overlay_new(int proc_fd, const struct layers *layers, unsigned attr)
{
	auto_close_ int cwd_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_close_ int fds_fd = openat(proc_fd, "self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (cwd_fd < 0 || fds_fd < 0 || fchdir(fds_fd) < 0)
		return -errno;
	int fd = new_overlay(layers, attr);
	if (fchdir(cwd_fd) < 0) {
		int saved = errno;

		close_fd(&fd);
		return -saved;
	}
	return fd;
}

static const char *hint_for(int code)
{
	switch (code) {
	case ELOOP:
		return "the folders must not lie inside one another";
	case ENODEV:
	case EPERM:
		return "this kernel does not let users mount overlayfs (Linux 5.11 and later can): "
		       "see crannog doctor";
	case EINVAL:
		return "layers must have no other file systems mounted in them; the writable "
		       "folder and the work folder must be on one file system that can hold user "
		       "extended attributes, and not itself an overlay";
	default:
		return NULL;
	}
}

static unsigned attributes(const struct op *op)
{
	return (op->flags & OP_SUID ? 0 : MOUNT_ATTR_NOSUID) |
	       (op->flags & OP_DEVICES ? 0 : MOUNT_ATTR_NODEV);
}

/* @ret_refused: the layers were there, and the kernel would not put them together. */
static int ask_kernel(struct ctx *ctx, const struct op *op, bool *ret_refused, struct err *e)
{
	auto_layers_ struct layers layers = LAYERS_NONE;
	int fd = layers_open(ctx, op, false, &layers, e);

	*ret_refused = false;
	if (fd < 0)
		return fd;
	fd = overlay_new(ctx->proc_fd, &layers, attributes(op));
	if (fd >= 0) {
		log_step("the kernel puts the layers together");
		return fd;
	}
	*ret_refused = true;
	err_set(e, -fd, "mount overlay on", op->dest);
	return err_hint(e, hint_for(-fd));
}

static int by_kernel(struct ctx *ctx, const struct op *op, struct err *e)
{
	bool refused;

	return ask_kernel(ctx, op, &refused, e);
}

static int by_server(struct ctx *ctx, const struct op *op, struct err *e)
{
	auto_layers_ struct layers layers = LAYERS_NONE;
	int fd = layers_open(ctx, op, true, &layers, e);

	return fd < 0 ? fd : fuse_overlay(ctx, &layers, attributes(op), e);
}

/* Not in silence: the other one is many times slower. */
static int by_either(struct ctx *ctx, const struct op *op, struct err *e)
{
	bool refused;
	int fd = ask_kernel(ctx, op, &refused, e);

	if (!refused)
		return fd;
	log_warning("the kernel's overlayfs cannot put these layers together (%s): fuse-overlayfs "
		    "does, which is slower",
		    err_reason(e));
	*e = (struct err){ 0 };
	return by_server(ctx, op, e);
}

int overlay_mount(struct ctx *ctx, const struct op *op, struct err *e)
{
	static int (*const drivers[])(struct ctx *, const struct op *, struct err *) = {
		[DRIVER_KERNEL] = by_kernel,
		[DRIVER_FUSE] = by_server,
		[DRIVER_AUTO] = by_either,
	};
	auto_close_ int fd = drivers[op->driver](ctx, op, e);

	return fd < 0 ? fd : mount_on_dir(ctx, op, fd, "mount overlay on", e);
}
