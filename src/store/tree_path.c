/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_path.c - paths in trees: opened beneath the tree's folder, and shown in messages
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/sys.h"
#include "store/tree.h"

static int open_beneath(int dirfd, const char *path, int flags)
{
	const struct open_how how = { .flags = (unsigned)flags | O_NOFOLLOW | O_CLOEXEC,
				      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
						 RESOLVE_NO_XDEV };
	int fd = sys_openat2(dirfd, path, &how);

	return fd < 0 ? -errno : fd;
}

/* How much of a path the kernel takes at a time: all of it, or some whole components. */
static size_t portion(const char *path)
{
	size_t length = strnlen(path, PATH_MAX);

	if (length < PATH_MAX)
		return length;
	while (length > 0 && path[length - 1] != '/')
		length--;
	return length;
}

int tree_open(int dirfd, const char *path, int flags)
{
	auto_close_ int parent_fd = -1;
	char part[PATH_MAX];

	for (;;) {
		size_t length = portion(path);
		int fd = parent_fd < 0 ? dirfd : parent_fd;

		if (!path[length])
			return open_beneath(fd, path, flags);
		if (length == 0)
			return -ENAMETOOLONG;
		memcpy(part, path, length - 1);
		part[length - 1] = '\0';
		fd = open_beneath(fd, part, O_PATH | O_DIRECTORY);
		close_fd(&parent_fd);
		if (fd < 0)
			return fd;
		parent_fd = fd;
		path += length;
	}
}

/* What errno's text says badly of a tree. */
static const char *reason(int code)
{
	switch (code) {
	case EXDEV:
		return "a file system is mounted there";
	case ESTALE:
		return "it was moved or replaced meanwhile";
	case EBUSY:
		return "it is in use, or a file system is mounted there";
	default:
		return "";
	}
}

int tree_fail(struct err *e, int code, const char *what, const char *path)
{
	const size_t half = sizeof(e->object) / 2 - 4, length = strlen(path);

	err_set(e, code, what, path);
	if (length >= sizeof(e->object))
		snprintf(e->object, sizeof(e->object), "%.*s...%s", (int)half, path,
			 path + length - half);
	snprintf(e->reason, sizeof(e->reason), "%s", reason(code));
	return -code;
}
