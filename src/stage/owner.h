/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * owner.h - does a root file system belong to the ids of the plan?
 */
#pragma once

#include "base/err.h"
#include "plan/plan.h"

/**
 * owner_check: is the root that is open on @dirfd the inside's root's?
 * @path: what it is called, for the message
 *
 * A root made under another convention of --map-ids has its owners one off, or all of them
 * somewhere else. Only where ids are mapped: one id alone fits no root, and reads any.
 */
int owner_check(const struct plan *plan, int dirfd, const char *path, struct err *e);
