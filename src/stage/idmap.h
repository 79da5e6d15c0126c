/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * idmap.h - who is who in a user namespace
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "plan/plan.h"

struct idmap {
	uid_t uid, host_uid; /* inside, and in the namespace above */
	gid_t gid, host_gid;
};

/**
 * idmap_write: give the caller's own new user namespace one user and one group.
 * @proc_fd: O_PATH on a procfs that shows this process as "self"
 *
 * setgroups is denied first, as user_namespaces(7) demands of a process without privileges above.
 */
int idmap_write(int proc_fd, const struct idmap *map, struct err *e);

/**
 * idmap_make_as: whose files are those that we make and open from now on?
 * @as_root: the inside's root's; else the caller's, whose folders the inside's root may not enter
 *
 * With maps that were written outside, and only there: nothing changes where the two are the same,
 * or the plan does not ask for it. See setfsuid(2).
 */
int idmap_make_as(const struct plan *plan, bool as_root, struct err *e);
