/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * overlay.h - layers over one another, by the kernel's overlayfs
 */
#pragma once

#include "base/err.h"
#include "stage/ctx.h"
#include "stage/layers.h"

/**
 * overlay_mount: one OP_OVERLAY, mounted with userxattr from inside the user namespace.
 *
 * Where writes go: nowhere, a tmpfs of our own outside the new root, or the folders the plan
 * names. See the kernel's Documentation/filesystems/overlayfs.rst.
 */
int overlay_mount(struct ctx *ctx, const struct op *op, struct err *e);

/**
 * overlay_new: the layers put together by the kernel, mounted nowhere.
 * @proc_fd: O_PATH on a procfs that shows this process as "self"; @attr: MOUNT_ATTR_…
 *
 * Returns a descriptor or -errno, and says nothing.
 */
int overlay_new(int proc_fd, const struct layers *layers, unsigned attr);
