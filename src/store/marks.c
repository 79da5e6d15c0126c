/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * marks.c - see marks.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "base/macros.h"
#include "store/marks.h"

bool mark_is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

const char *mark_whiteout_name(const char *name)
{
	size_t length = strlen(MARK_PREFIX);

	if (strncmp(name, MARK_PREFIX, length) != 0 || strcmp(name, MARK_OPAQUE) == 0)
		return NULL;
	return name + length;
}

int mark_is_opaque(int dirfd)
{
	static const char *const attributes[] = { "user.overlay.opaque",
						  "user.fuseoverlayfs.opaque" };
	struct stat st;
	char value[2];

	for (size_t i = 0; i < ARRAY_SIZE(attributes); i++) {
		ssize_t size = fgetxattr(dirfd, attributes[i], value, sizeof(value));

		if (size == 1 && value[0] == 'y')
			return 1;
		if (size < 0 && errno != ENODATA && errno != EOPNOTSUPP && errno != ERANGE)
			return -errno;
	}
	if (fstatat(dirfd, MARK_OPAQUE, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return 1;
	return errno == ENOENT ? 0 : -errno;
}
