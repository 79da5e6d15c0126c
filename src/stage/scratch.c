/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scratch.c - see scratch.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/sys.h"
#include "stage/mount.h"
#include "stage/scratch.h"

static void new_name(struct ctx *ctx, char name[SCRATCH_NAME])
{
	snprintf(name, SCRATCH_NAME, "%u", ctx->scratch_names++);
}

int scratch_dir(struct ctx *ctx, int *ret_fd)
{
	char name[SCRATCH_NAME];

	new_name(ctx, name);
	if (mkdirat(ctx->base_fd, name, 0755) < 0)
		return -errno;
	int fd = openat(ctx->base_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int scratch_file(struct ctx *ctx, mode_t mode, char name[SCRATCH_NAME], int *ret_fd)
{
	new_name(ctx, name);
	int fd = openat(ctx->base_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

int scratch_bind(struct ctx *ctx, const char *name, unsigned flags)
{
	return mount_clone(ctx, ctx->base_fd, name, flags);
}
