/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dev.h - a minimal /dev
 */
#pragma once

#include "base/err.h"
#include "stage/ctx.h"

/**
 * dev_mount: one OP_DEV: a tmpfs with null, zero, full, random, urandom and tty bound from the
 * host, the usual links, an empty shm, a devpts of its own, and console if stdout is a terminal.
 *
 * devpts needs user id 0 in the user namespace: see plan_check().
 */
int dev_mount(struct ctx *ctx, const struct op *op, struct err *e);
