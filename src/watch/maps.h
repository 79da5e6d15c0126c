/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * maps.h - the id maps of a user namespace, written from outside
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "plan/ids.h"

/**
 * maps_write: give the new user namespace of a child its ids.
 * @pid: of a child that was not reaped, so that the number is still its own
 *
 * newuidmap(1) and newgidmap(1) do it, side by side, with an empty environment and none of our
 * descriptors; what they complain of is passed on. Who has CAP_SETUID and CAP_SETGID needs no
 * helper, and writes the maps here.
 */
_must_check_ int maps_write(const struct ids *ids, pid_t pid, struct err *e);
