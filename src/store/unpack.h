/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack.h - a tar archive, which may be hostile, into a folder
 */
#pragma once

#include "base/err.h"

/**
 * unpack: write what the archive holds into the empty folder @target_fd.
 * @archive_fd: a file or a pipe; compressed or not; @flags: none yet, 0
 *
 * Nothing outside of the folder is touched. Owners are given by number, as they look here.
 */
_must_check_ int unpack(int archive_fd, int target_fd, unsigned flags, struct err *e);
