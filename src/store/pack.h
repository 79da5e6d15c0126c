/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pack.h - a tree of files becomes an archive
 */
#pragma once

#include "base/err.h"

enum pack_kind {
	PACK_PLAIN,
	PACK_LAYER, /* what an overlay hides is written as layers of images say it, ".wh.NAME" */
};

enum pack_filter { PACK_NONE, PACK_GZIP, PACK_XZ, PACK_ZSTD };

/* The filter that the end of a file's name asks for: ".tar.gz", ".tgz", ".tar.zst", … */
enum pack_filter pack_filter_for(const char *file_name);

/**
 * pack: write a folder, and all that is in it, as a pax archive.
 * @dirfd: the folder, open for reading; @out_fd: a file or a pipe
 *
 * The same tree always becomes the same bytes: entries are sorted, owners are numbers, and modes,
 * times of change, sparse files, hard links, attributes "user.*", POSIX access control lists and
 * capabilities are all that is kept. Sockets are left out, with a warning. The attributes in which
 * overlays keep their notes are not written.
 *
 * With PACK_LAYER a device 0:0 becomes ".wh.NAME", and a folder that "user.overlay.opaque",
 * "user.fuseoverlayfs.opaque" or a file ".wh..wh..opq" makes opaque gets the latter.
 */
_must_check_ int pack(int dirfd, int out_fd, enum pack_kind kind, enum pack_filter filter,
		      struct err *e);
