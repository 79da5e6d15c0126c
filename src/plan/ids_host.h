/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ids_host.h - which ids the caller may map on this host, and the maps that come of it
 */
#pragma once

#include "base/subid.h"
#include "plan/ids.h"

/**
 * ids_settle: the maps of a convention, for the calling user.
 * @arena: what they live in
 *
 * Subordinate ranges come from subid_read(). Who holds CAP_SETUID and CAP_SETGID needs no helper
 * to map them, and without a range maps the ids of its own user namespace: a sandbox within a
 * sandbox. A missing, short or overlapping range is an error with the line to add.
 *
 * With MAP_EXPLICIT ret's maps are given and only checked: the caller's own ids must be in them,
 * since what makes the sandbox runs with those.
 */
_must_check_ int ids_settle(enum map_kind kind, struct arena *arena, struct ids *ret,
			    struct err *e);

/* The number that most programs expect to exist besides the users': nobody's. */
enum { ID_NOBODY = 65534 };

/* The map of our own user namespace; each of its ranges as the kernel has it, none joined. */
_must_check_ int ids_own(enum subid_kind kind, struct arena *arena, struct id_map *ret,
			 struct err *e);
