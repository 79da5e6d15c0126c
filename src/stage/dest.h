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

#include "base/err.h"
#include "base/macros.h"
#include "base/sys.h"
#include "stage/ctx.h"

enum dest_kind { DEST_DIR, DEST_FILE };

struct dest {
	int fd;       /* O_PATH, the caller closes it */
	bool is_root; /* it is the new root itself */
	bool is_dir;
	bool in_parents; /* after a failure: it was the folders above that could not be had */
};

/* What is there. @flags adds to O_PATH; O_NOFOLLOW gives the last component itself. */
_must_check_ int dest_open(const struct ctx *ctx, const char *path, int flags, struct dest *ret);

/**
 * dest_make: what is there, or a folder or an empty file made now, with the folders above it.
 * @mode: of the last component; @parent_mode: of folders made on the way
 *
 * A dangling link is followed, and what it leads to is made. -ENOTDIR or -EISDIR if what is there
 * is of the other kind.
 */
_must_check_ int dest_make(const struct ctx *ctx, const char *path, enum dest_kind kind,
			   mode_t mode, mode_t parent_mode, struct dest *ret);

/**
 * dest_parent: the folder that the last component is in, made if need be.
 * @name: gets the last component, NAME_MAX + 1 bytes
 *
 * -EEXIST if the path has no last component of its own: "/", ".." or "folder/".
 */
_must_check_ int dest_parent(const struct ctx *ctx, const char *path, mode_t parent_mode,
			     char *name, struct dest *ret);

/* A file made or opened for writing with open(2)'s @flags, links followed inside the root. */
_must_check_ int dest_open_file(const struct ctx *ctx, const char *path, int flags, mode_t mode,
				mode_t parent_mode, struct dest *ret);

/* Records a failure of these: that of the folders above, if it was theirs, else @what on @path. */
int dest_failed(const struct dest *dest, int code, const char *what, const char *path,
		struct err *e);

/* That mount, which is in place, is the new root from now on; the descriptor is copied. */
_must_check_ int dest_set_root(struct ctx *ctx, int mount_fd);

/* Mounts the detached tree @mount_fd there. Replaces the root if @dest is the root. */
_must_check_ int dest_mount(struct ctx *ctx, const struct dest *dest, int mount_fd);
