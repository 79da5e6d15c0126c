/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack_folders.h - what folders get when everything is in them
 *
 * Owner, mode and the rest are set at the end, the deepest first: until then the folders are
 * writable, new files inherit no list from them, and their times may change.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "store/unpack_attrs.h"
#include "store/unpack_write.h"

struct folders {
	struct folder *all;
	size_t count;
};

/* Takes the attributes over. The last to come for a path is the one that counts. */
void folders_add(struct folders *folders, const char *path, struct attrs *attrs);

_must_check_ int folders_finish(const struct folders *folders, const struct writer *writer,
				struct err *e);
void folders_free(struct folders *folders);
