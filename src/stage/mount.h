/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mount.h - mounts, made detached with the new mount API and then put in place
 *
 * fsopen(2), fsmount(2), open_tree(2), mount_setattr(2), move_mount(2): nothing is ever visible
 * with the wrong flags, no mountinfo is read, and each operation costs the same however many came
 * before.
 */
#pragma once

#include "base/err.h"
#include "stage/ctx.h"
#include "stage/dest.h"

/* One parameter of a file system, a flag if value is NULL; key NULL ends a list. */
struct fs_option {
	const char *key, *value;
};

/* A new file system, mounted nowhere. @attr: MOUNT_ATTR_…; returns a descriptor or -errno. */
int mount_new(const char *type, const struct fs_option *fs_options, unsigned attr);

/**
 * mount_clone: a detached copy of the tree at @path below @dirfd, its submounts included.
 * @flags: of enum op_flags. "" with AT_EMPTY_PATH semantics is @dirfd itself.
 *
 * Returns a descriptor or -errno.
 */
int mount_clone(struct ctx *ctx, int dirfd, const char *path, unsigned flags);

/**
 * mount_clone_fd: the same of what a descriptor of the caller's stands for.
 *
 * It belongs to the mount namespace we left, whose mounts cannot be copied: it is opened again by
 * the path that the kernel knows, and compared. -ESTALE: nothing, or another thing, is there.
 */
int mount_clone_fd(struct ctx *ctx, int fd, unsigned flags);

/* The file-system operations; each does one op of its kind. */
int mount_bind(struct ctx *ctx, const struct op *op, struct err *e);
int mount_tmpfs(struct ctx *ctx, const struct op *op, struct err *e);
int mount_proc(struct ctx *ctx, const struct op *op, struct err *e);
int mount_mqueue(struct ctx *ctx, const struct op *op, struct err *e);
int mount_remount_ro(struct ctx *ctx, const struct op *op, struct err *e);

/* Puts a detached mount on the folder op->dest, made if missing. @mount_fd may be -errno. */
int mount_on_dir(struct ctx *ctx, const struct op *op, int mount_fd, const char *what,
		 struct err *e);
