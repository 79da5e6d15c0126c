/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * file.h - folders, files, links and modes inside the new root; one op each
 */
#pragma once

#include "base/err.h"
#include "stage/ctx.h"

int file_dir(struct ctx *ctx, const struct op *op, struct err *e);
int file_copy(struct ctx *ctx, const struct op *op, struct err *e);
int file_data(struct ctx *ctx, const struct op *op, struct err *e);
int file_symlink(struct ctx *ctx, const struct op *op, struct err *e);
int file_chmod(struct ctx *ctx, const struct op *op, struct err *e);
int file_mask(struct ctx *ctx, const struct op *op, struct err *e);
