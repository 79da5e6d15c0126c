/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * fuse.h - an overlay that a server outside puts together: fuse-overlayfs(1)
 */
#pragma once

#include "base/err.h"
#include "stage/ctx.h"
#include "stage/layers.h"

/**
 * fuse_overlay: the layers as a file system of our own, mounted nowhere, served by a process that
 * the launcher starts (ctx->serve) outside of every namespace that we leave.
 *
 * The server must not have its root in the mount namespace that is pivoted: its own look-ups would
 * go through its own file system, and wait for themselves. Returns a descriptor or -errno with the
 * message; see the kernel's Documentation/filesystems/fuse.rst.
 */
int fuse_overlay(struct ctx *ctx, const struct layers *layers, unsigned attr, struct err *e);
