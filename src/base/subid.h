/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * subid.h - subordinate ids: those that a user may map besides the own one; see subuid(5)
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"

enum subid_kind { SUBID_UID, SUBID_GID };

struct subid_range {
	uint32_t first, count;
};

struct subids {
	struct subid_range *ranges; /* in an arena, in the order of the source */
	size_t count;
};

/* "/etc/subuid" or "/etc/subgid", for messages. */
const char *subid_file(enum subid_kind kind);

/**
 * subid_read: every range of a user.
 *
 * The source is what nsswitch.conf(5) names for "subid", asked through libsubid; without such a
 * line, or without the library, the files. None at all is no failure: ret->count is 0 then.
 */
_must_check_ int subid_read(enum subid_kind kind, uid_t user, struct arena *arena,
			    struct subids *ret, struct err *e);
