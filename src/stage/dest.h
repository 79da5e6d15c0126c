/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dest.h - places inside the new root
 *
 * Every path is resolved by the kernel from ctx->root_fd with RESOLVE_IN_ROOT (openat2(2)):
 * absolute links and ".." stay inside, magic links are refused, the last component is followed as
 * well. What comes back is a descriptor, and only descriptors are mounted on or written to. The
 * trees below may be hostile: a folder that an earlier sandbox could write is full of traps.
 *
 * All return 0 or a negative errno and leave the message to the caller.
 */
#pragma once

#include <fcntl.h>

#include "base/macros.h"
#include "stage/ctx.h"

enum dest_kind { DEST_DIR, DEST_FILE };

struct dest {
	int fd;       /* O_PATH, the caller closes it */
	bool is_root; /* it is the new root itself */
};

/* What is there. @flags adds to O_PATH; O_NOFOLLOW gives the last component itself. */
_must_check_ int dest_open(const struct ctx *ctx, const char *path, int flags, struct dest *ret);

/**
 * dest_make: what is there, or a folder or an empty file made now, with the folders above it.
 * @mode: of the last component; @parent_mode: of folders made on the way
 *
 * A dangling link is followed, and what it leads to is made.
 */
_must_check_ int dest_make(const struct ctx *ctx, const char *path, enum dest_kind kind, mode_t mode,
			   mode_t parent_mode, struct dest *ret);

/**
 * dest_parent: the folder that the last component is in, made if need be.
 * @ret_name: the last component, a pointer into @name (NAME_MAX + 1 bytes)
 *
 * -EEXIST if the path has no last component of its own: "/" or "..".
 */
_must_check_ int dest_parent(const struct ctx *ctx, const char *path, mode_t parent_mode, char *name,
			     int *ret_fd);

/* A file made or opened for writing with open(2)'s @flags, links followed inside the root. */
_must_check_ int dest_open_file(const struct ctx *ctx, const char *path, int flags, mode_t mode,
				mode_t parent_mode, int *ret_fd);

/* The mode for folders made on the way to something with @mode: no wider than that for others. */
mode_t dest_parent_mode(mode_t mode);

/* Mounts the detached tree @mount_fd there. Replaces the root if @dest is the root. */
_must_check_ int dest_mount(struct ctx *ctx, const struct dest *dest, int mount_fd);
