/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * layers.c - see layers.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/sys.h"
#include "stage/idmap.h"
#include "stage/layers.h"
#include "stage/mount.h"
#include "stage/owner.h"
#include "stage/scratch.h"

void layers_close(struct layers *layers)
{
	for (size_t i = 0; i < layers->count; i++)
		close_fd(&layers->fds[i]);
	close_fd(&layers->upper_fd);
	close_fd(&layers->work_fd);
	close_fd(&layers->apart_fd);
	free(layers->fds);
	*layers = LAYERS_NONE;
}

static int open_dir(const char *path, int *ret_fd, struct err *e)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "find source", path);
	*ret_fd = fd;
	return 0;
}

/* A folder of ours, under that name if it is apart. */
static int new_dir(struct ctx *ctx, const struct layers *layers, const char *name, int *ret_fd)
{
	if (layers->apart_fd < 0)
		return scratch_dir(ctx, ret_fd);
	if (mkdirat(layers->apart_fd, name, 0755) < 0)
		return -errno;
	int fd = openat(layers->apart_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static int new_apart(struct layers *layers, struct err *e)
{
	static const struct fs_option options[] = { { "mode", "0755" }, { 0 } };

	layers->apart_fd = mount_new("tmpfs", options, MOUNT_ATTR_NODEV);
	return layers->apart_fd < 0 ? err_set(e, -layers->apart_fd, "mount tmpfs for", "layers")
				    : 0;
}

/* Puts a copy of the mount in the descriptor's place, detached, and makes a folder for it. */
static int detach(struct ctx *ctx, const struct layers *layers, int *fd, const char *name,
		  unsigned flags)
{
	int copy = mount_clone(ctx, *fd, "", flags | OP_SUID | OP_DEVICES);

	if (copy < 0)
		return copy;
	close_fd(fd);
	*fd = copy;
	return mkdirat(layers->apart_fd, name, 0755) < 0 ? -errno : 0;
}

/* Both must be in one mount, or nothing could be moved from one to the other. */
static int detach_upper(struct ctx *ctx, struct layers *layers)
{
	struct stat work, found;
	int fd = openat(layers->upper_fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	close_fd(&layers->upper_fd);
	layers->upper_fd = fd;
	if (fstat(layers->work_fd, &work) < 0 || fstatat(fd, LAYERS_WORK, &found, 0) < 0)
		return -errno;
	if (work.st_ino != found.st_ino || work.st_dev != found.st_dev)
		return -EXDEV;
	return detach(ctx, layers, &layers->upper_fd, LAYERS_LAYER, 0);
}

static int set_apart(struct ctx *ctx, struct layers *layers, struct err *e)
{
	int r = new_apart(layers, e);
	char name[32];

	if (r < 0)
		return r;
	for (size_t i = 0; r >= 0 && i < layers->count; i++) {
		snprintf(name, sizeof(name), "%zu", i);
		r = detach(ctx, layers, &layers->fds[i], name, OP_RO);
	}
	if (r >= 0 && layers->upper_fd >= 0)
		r = detach_upper(ctx, layers);
	return r < 0 ? err_set(e, -r, "copy the mounts of", "the layers") : 0;
}

static int make_upper(struct ctx *ctx, const struct op *op, struct layers *layers, struct err *e)
{
	int r = new_dir(ctx, layers, LAYERS_UPPER, &layers->upper_fd);

	if (r >= 0)
		r = new_dir(ctx, layers, LAYERS_WORK, &layers->work_fd);
	layers->upper_is_ours = true;
	return r < 0 ? err_set(e, -r, "make the writable layer for", op->dest) : 0;
}

static int open_callers(const struct op *op, struct layers *layers, struct err *e)
{
	layers->fds = xrealloc(NULL, (op->layer_count + 1) * sizeof(int));
	for (size_t i = 0; i < op->layer_count; i++) {
		int r = open_dir(op->layers[i], &layers->fds[i], e);

		if (r < 0)
			return r;
		layers->count++;
	}
	if (op->upper != UPPER_DIR)
		return 0;
	int r = open_dir(op->source, &layers->upper_fd, e);
	return r < 0 ? r : open_dir(op->work, &layers->work_fd, e);
}

/* --- seeds --- */

/* The folder a seed is in, in the topmost layer that has it: not through a link. */
static int find_folder(const struct layers *layers, const char *folder, mode_t *ret_mode)
{
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
	struct stat st;

	for (size_t i = layers->count; i > 0; i--) {
		auto_close_ int fd = sys_openat2(layers->fds[i - 1], folder, &how);

		if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
			continue;
		if (fd < 0 || fstat(fd, &st) < 0)
			return -errno;
		*ret_mode = st.st_mode & 07777;
		return 0;
	}
	return -ENOENT;
}

/* Makes "usr", then "usr/sbin", each with the mode it has in the layers; -ENOENT: not there. */
static int make_folders(const struct layers *layers, int seeds_fd, const char *path)
{
	char folder[PATH_MAX];
	mode_t mode = 0;

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
		int r = find_folder(layers, folder, &mode);
		if (r < 0)
			return r;
		if (mkdirat(seeds_fd, folder, mode) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static int write_seed(const struct layers *layers, int seeds_fd, const struct seed *seed)
{
	int r = make_folders(layers, seeds_fd, seed->path);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	auto_close_ int fd =
		openat(seeds_fd, seed->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       seed->mode);
	return fd < 0 ? -errno : write_all(fd, seed->text, strlen(seed->text));
}

static int make_seeds(struct ctx *ctx, const struct op *op, struct layers *layers, struct err *e)
{
	auto_close_ int fd = -1;

	if (op->seed_count == 0)
		return 0;
	int r = new_dir(ctx, layers, LAYERS_SEEDS, &fd);
	if (r < 0)
		return err_set(e, -r, "make a folder for", "the files of the launch");
	for (size_t i = 0; i < op->seed_count; i++) {
		r = write_seed(layers, fd, &op->seeds[i]);
		if (r < 0)
			return err_set(e, -r, "write the file of the launch", op->seeds[i].path);
	}
	layers->fds[layers->count++] = take_fd(&fd);
	layers->has_seeds = true;
	return 0;
}

int layers_open(struct ctx *ctx, const struct op *op, bool apart, struct layers *ret, struct err *e)
{
	auto_layers_ struct layers layers = LAYERS_NONE;
	int r = idmap_make_as(ctx->plan, false, e);

	if (r >= 0)
		r = open_callers(op, &layers, e);
	if (r >= 0)
		r = idmap_make_as(ctx->plan, true, e);
	if (r >= 0 && (op->flags & OP_ROOTFS))
		r = owner_check(ctx->plan, layers.fds[0], op->layers[0], e);
	if (r >= 0 && apart)
		r = set_apart(ctx, &layers, e);
	if (r >= 0 && op->upper == UPPER_TMP)
		r = make_upper(ctx, op, &layers, e);
	if (r >= 0)
		r = make_seeds(ctx, op, &layers, e);
	if (r < 0)
		return r;
	*ret = layers;
	layers = LAYERS_NONE;
	return 0;
}
