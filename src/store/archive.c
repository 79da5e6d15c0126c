/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * archive.c - pack.h and unpack.h where there is no libarchive
 */
#include <string.h>

#include "store/pack.h"
#include "store/unpack.h"

static int no_library(struct err *e)
{
	return err_usage(e, "this program was built without libarchive, which archives need");
}

enum pack_filter pack_filter_for(const char *file_name _unused_)
{
	return PACK_NONE;
}

int pack(int dirfd _unused_, int out_fd _unused_, enum pack_kind kind _unused_,
	 enum pack_filter filter _unused_, struct err *e)
{
	return no_library(e);
}

int unpack(int archive_fd _unused_, int target_fd _unused_, unsigned flags _unused_, struct err *e)
{
	return no_library(e);
}
