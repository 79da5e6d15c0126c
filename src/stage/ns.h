/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ns.h - namespaces: those the plan gives, those it makes, and proof that no more can be made
 */
#pragma once

#include "base/err.h"
#include "plan/plan.h"
#include "stage/ctx.h"
#include "stage/idmap.h"

/* In the launcher: enter the user and pid namespaces given by descriptor, which are closed. */
int ns_enter_given(const struct plan *plan, struct err *e);

/* In the new namespaces: ids, and a network not made beside. Needs ctx->proc_fd. */
int ns_set_up(const struct ctx *ctx, struct err *e);

/* The flags for clone(2). */
unsigned ns_clone_flags(const struct plan *plan);

/* Says why clone(2) refused, with what to do. */
int ns_clone_failed(int code, struct err *e);

/**
 * ns_second_user: a user namespace below the one that owns the mounts.
 * @is_new: clone(2) made it already
 *
 * With plan->disable_userns it is also the last one.
 */
int ns_second_user(const struct ctx *ctx, bool is_new, const struct idmap *map, struct err *e);

/**
 * ns_finish: in the new root, what is left to do with all privileges: enter the user namespace of
 * --userns2, and with plan->disable_userns let the first one have none below it but the second.
 *
 * The program could undo that with CAP_SYS_RESOURCE in the first one: plan_check() refuses it.
 */
int ns_finish(const struct ctx *ctx, struct err *e);

/* Fails unless the kernel refuses another user namespace. */
int ns_assert_no_userns(struct err *e);
