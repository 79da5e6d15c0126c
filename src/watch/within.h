/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * within.h - a function of ours, run where certain ids exist
 *
 * Files of subordinate ids can be made, given away and removed by nobody but a process in a user
 * namespace that maps them.
 */
#pragma once

#include "base/err.h"
#include "plan/ids.h"

typedef int within_main(void *arg, struct err *e);

/**
 * within_ids: run @main in a child with a user namespace of these ids, as 0 or the first id of the
 * map, with all capabilities there.
 *
 * The child has a copy of our memory and our descriptors; what it changes in memory is lost, but a
 * failure's *e comes back, so its hint and the like must be literals or older than this call. It
 * ends when we end. Returns what @main returned, or a failure of ours.
 * With MAP_SINGLE the caller is 0 there, as with MAP_ROOT.
 */
_must_check_ int within_ids(const struct ids *ids, within_main *main, void *arg, struct err *e);
