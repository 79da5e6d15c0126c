/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * info.h - what is remembered of a root or a layer
 *
 * A file of lines "key value"; in a value, control characters and backslashes are written as \ooo.
 * Keys that are not known are passed over; what must be there and is not, or makes no sense, is an
 * error that names the item.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "plan/plan.h"

struct info {
	const char *made;   /* when: "2026-11-24T10:30:00Z" */
	struct ids ids;     /* whose numbers its files have */
	const char *source; /* of a root: where it came from */
	const char *digest; /* of a root from an archive, or NULL */

	/* of a layer */
	bool has_driver;
	enum overlay_driver driver; /* never DRIVER_AUTO */
	const char *base;           /* the name or path of the root below */
	const char *base_path;      /* its absolute path */
	const char **lowers;        /* between it and the layer, bottom to top */
	size_t lower_count;
};

/* Reads the file "info" of an item; @what names the item in messages. */
_must_check_ int info_read(int dirfd, const char *what, struct arena *arena, struct info *ret,
			   struct err *e);

/* Writes it, whole or not at all, with the present time if info->made is NULL. */
_must_check_ int info_write(int dirfd, const struct info *info, struct err *e);

/* "kernel" or "fuse". */
const char *info_driver_name(enum overlay_driver driver);
