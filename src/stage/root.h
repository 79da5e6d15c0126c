/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * root.h - the new root: begun, filled by the operations, entered
 */
#pragma once

#include "base/err.h"
#include "stage/ctx.h"

/* Begins the new root, carries out every operation of the plan in order, and moves into it. */
int root_run(struct ctx *ctx, struct err *e);
