/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * marks.h - how the two overlay drivers mark what is not there any more
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#define MARK_PREFIX ".wh."
#define MARK_OPAQUE ".wh..wh..opq"

/* Is this entry of an upper folder a mark, and no file? */
bool mark_is_whiteout(const struct stat *st);

/* Does this name mark another one as gone, with fuse-overlayfs? The other name, or NULL. */
const char *mark_whiteout_name(const char *name);

/* Does the folder hide what has its name below? 1, 0, or -errno. */
int mark_is_opaque(int dirfd);
