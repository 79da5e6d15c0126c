/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * scratch.h - a tmpfs beside the new root, never reachable from inside
 *
 * Holds what the sandbox shows through binds: contents passed by descriptor, the writable side of
 * overlays. It hangs below the new root's mount point and goes away with the host's tree.
 */
#pragma once

#include "base/macros.h"
#include "stage/ctx.h"

enum { SCRATCH_NAME = 16 };

/* Makes and attaches it; must come before root_begin() puts the new root on top of it. */
_must_check_ int scratch_begin(struct ctx *ctx);

/* A new empty folder in it, O_PATH. */
_must_check_ int scratch_dir(struct ctx *ctx, int *ret_fd);

/* A new empty file in it, open for writing, and its name. */
_must_check_ int scratch_file(struct ctx *ctx, mode_t mode, char name[SCRATCH_NAME], int *ret_fd);

/* That file as a detached mount, with enum op_flags; -errno. */
int scratch_bind(struct ctx *ctx, const char *name, unsigned flags);
