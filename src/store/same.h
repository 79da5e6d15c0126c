/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * same.h - are two entries of two trees the same, but for their times?
 */
#pragma once

#include <sys/stat.h>

#include "base/err.h"

/* Two entries of one name, as lstat(2) knows them. 1, 0, or -errno. */
int same_entry(int a_dirfd, const struct stat *a, int b_dirfd, const struct stat *b,
	       const char *name);
