/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scratch.h - files and folders beside the new root, never reachable from inside
 *
 * Holds what the sandbox shows through binds: contents passed by descriptor, the writable side of
 * overlays. They are in the tmpfs that the new root is mounted in, and go away with their mounts.
 */
#pragma once

#include "base/macros.h"
#include "stage/ctx.h"

enum { SCRATCH_NAME = 16 };

/* A new empty folder, O_PATH. */
_must_check_ int scratch_dir(struct ctx *ctx, int *ret_fd);

/* A new empty file, open for writing, and its name. */
_must_check_ int scratch_file(struct ctx *ctx, mode_t mode, char name[SCRATCH_NAME], int *ret_fd);

/* That file as a detached mount, with enum op_flags; -errno. */
int scratch_bind(struct ctx *ctx, const char *name, unsigned flags);
