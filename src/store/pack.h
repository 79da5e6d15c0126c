/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pack.h - a tree of files as a tar archive
 */
#pragma once

#include "base/err.h"

enum pack_kind {
	PACK_PLAIN,
	PACK_LAYER, /* the upper folder of an overlay, with its marks as image layers have them */
};

enum pack_filter { PACK_NONE, PACK_GZIP, PACK_XZ, PACK_ZSTD };

/* How a file of that name is compressed, by its ending. */
enum pack_filter pack_filter_for(const char *file_name);

/* Writes what is in the folder, sorted by name, with the numbers of owners as they are here. */
_must_check_ int pack(int dirfd, int out_fd, enum pack_kind kind, enum pack_filter filter,
		      struct err *e);
