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

#include "base/sys.h"
#include "stage/mount.h"
#include "stage/overlay.h"
#include "stage/scratch.h"

/* Every folder that takes part, open; closed all together. */
struct layers {
	int *fds; /* bottom to top */
	size_t count;
	int upper_fd, work_fd; /* -1: read-only */
};

static void layers_close(struct layers *layers)
{
	for (size_t i = 0; i < layers->count; i++)
		close_fd(&layers->fds[i]);
	close_fd(&layers->upper_fd);
	close_fd(&layers->work_fd);
	free(layers->fds);
}

static int open_dir(const char *path, int *ret_fd, struct err *e)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "find source", path);
	*ret_fd = fd;
	return 0;
}

static int open_upper(struct ctx *ctx, const struct op *op, struct layers *layers, struct err *e)
{
	int r;

	if (op->upper == UPPER_NONE)
		return 0;
	if (op->upper == UPPER_TMP) {
		r = scratch_dir(ctx, &layers->upper_fd);
		if (r >= 0)
			r = scratch_dir(ctx, &layers->work_fd);
		return r < 0 ? err_set(e, -r, "make the writable layer for", op->dest) : 0;
	}
	r = open_dir(op->source, &layers->upper_fd, e);
	return r < 0 ? r : open_dir(op->work, &layers->work_fd, e);
}

static int open_layers(struct ctx *ctx, const struct op *op, struct layers *layers, struct err *e)
{
	layers->fds = xrealloc(NULL, op->layer_count * sizeof(int));
	for (size_t i = 0; i < op->layer_count; i++) {
		int r = open_dir(op->layers[i], &layers->fds[i], e);

		if (r < 0)
			return r;
		layers->count++;
	}
	return open_upper(ctx, op, layers, e);
}

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
static int new_overlay_there(struct ctx *ctx, const struct layers *layers, unsigned attr)
{
	auto_close_ int cwd_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_close_ int fds_fd = openat(ctx->proc_fd, "self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);

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

int overlay_mount(struct ctx *ctx, const struct op *op, struct err *e)
{
	__attribute__((cleanup(layers_close))) struct layers layers = { .upper_fd = -1,
									.work_fd = -1 };
	unsigned attr = (op->flags & OP_SUID ? 0 : MOUNT_ATTR_NOSUID) |
			(op->flags & OP_DEVICES ? 0 : MOUNT_ATTR_NODEV);
	int r = open_layers(ctx, op, &layers, e);

	if (r < 0)
		return r;
	auto_close_ int fd = new_overlay_there(ctx, &layers, attr);
	r = mount_on_dir(ctx, op, fd, "mount overlay on", e);
	return fd < 0 && r == fd ? err_hint(e, hint_for(-fd)) : r;
}
