/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack_name.h - names of entries, as an archive has them and as we use them
 */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "base/macros.h"

/**
 * name_clean: make a relative path of a name, without empty components and ".".
 * @ret: "" for the folder itself; @ret_absolute: slashes were taken off the start
 *
 * Returns NULL, or why this cannot be the name of an entry.
 */
_must_check_ const char *name_clean(const char *name, char ret[PATH_MAX], bool *ret_absolute);

/* What the name of an entry means in a layer. */
enum name_kind {
	NAME_PLAIN,
	NAME_GONE,    /* ".wh.NAME" */
	NAME_OPAQUE,  /* ".wh..wh..opq" */
	NAME_IGNORED, /* ".wh..wh.NAME": aufs's own */
	NAME_BAD,     /* no name is left, or a folder has such a name */
};

/* @path is clean. For NAME_GONE it becomes the path that is gone, for NAME_OPAQUE the folder. */
enum name_kind name_in_layer(char *path);
