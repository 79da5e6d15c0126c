/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * overlay.h - layers over one another, by the kernel's overlayfs
 */
#pragma once

#include "base/err.h"
#include "stage/ctx.h"

/**
 * overlay_mount: one OP_OVERLAY, mounted with userxattr from inside the user namespace.
 *
 * Where writes go: nowhere, a tmpfs of our own outside the new root, or the folders the plan
 * names. See the kernel's Documentation/filesystems/overlayfs.rst.
 */
int overlay_mount(struct ctx *ctx, const struct op *op, struct err *e);
