/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack.h - an archive becomes a tree of files
 *
 * Archives are hostile: nothing of one is trusted, and nothing is made, changed or removed outside
 * the target.
 */
#pragma once

#include "base/err.h"

enum unpack_flags {
	UNPACK_OCI = 1 << 0, /* a layer of an image: ".wh.NAME" says that NAME is gone */
};

/**
 * unpack: read an archive and make what it holds.
 * @archive_fd: a tar archive (ustar, pax, GNU), plain or compressed by gzip, bzip2, xz, zstd or
 *	lz4; read from where it stands, a pipe to its end
 * @target_fd: the folder to put it in; need not be empty
 *
 * Owners are set by number, so the caller is root of a user namespace that has the ids, or owns
 * everything itself. Modes, times, sparse files, hard links, fifos, attributes "user.*", POSIX
 * access control lists and capabilities are kept; devices are left out, with a warning. A later
 * entry replaces an earlier one.
 *
 * With UNPACK_OCI whiteouts become what overlayfs mounted with "userxattr" takes for one: devices
 * 0:0, and "user.overlay.opaque" at folders.
 *
 * After a failure the target holds whatever was made so far.
 */
_must_check_ int unpack(int archive_fd, int target_fd, unsigned flags, struct err *e);
