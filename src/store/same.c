/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * same.c - see same.h
 *
 * Attributes are read through /proc/self/fd, since those of links and special files cannot be read
 * by descriptor. The overlay's own are not compared: they are marks, not contents.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/same.h"

static int same_target(int a, int b, const char *name)
{
	char x[PATH_MAX], y[PATH_MAX];
	ssize_t x_size = readlinkat(a, name, x, sizeof(x));
	ssize_t y_size = readlinkat(b, name, y, sizeof(y));

	if (x_size < 0 || y_size < 0)
		return -errno;
	return x_size == y_size && memcmp(x, y, (size_t)x_size) == 0;
}

static ssize_t read_block(int fd, char *data, size_t size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t got = read(fd, data + used, size - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		used += (size_t)got;
	}
	return (ssize_t)used;
}

static int same_contents(int a, int b, const char *name)
{
	const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
	auto_close_ int x_fd = openat(a, name, flags | O_CLOEXEC);
	auto_close_ int y_fd = openat(b, name, flags | O_CLOEXEC);
	static char x[128 * 1024], y[128 * 1024];

	if (x_fd < 0 || y_fd < 0)
		return -errno;
	for (;;) {
		ssize_t got = read_block(x_fd, x, sizeof(x));
		ssize_t other = read_block(y_fd, y, sizeof(y));

		if (got < 0 || other < 0)
			return (int)MIN(got, other);
		if (got != other || memcmp(x, y, (size_t)got) != 0)
			return 0;
		if (got == 0)
			return 1;
	}
}

static bool counts(const char *attribute)
{
	return strncmp(attribute, "user.overlay.", strlen("user.overlay.")) != 0 &&
	       strncmp(attribute, "user.fuseoverlayfs.", strlen("user.fuseoverlayfs.")) != 0 &&
	       strncmp(attribute, "trusted.", strlen("trusted.")) != 0;
}

/* Does @other have each attribute that @path has, with its value? */
static int has_all(const char *path, const char *other)
{
	char names[XATTR_LIST_MAX];
	auto_free_ char *x = xrealloc(NULL, XATTR_SIZE_MAX), *y = xrealloc(NULL, XATTR_SIZE_MAX);
	ssize_t size = listxattr(path, names, sizeof(names));

	if (size < 0)
		return errno == EOPNOTSUPP ? 1 : -errno;
	for (const char *name = names; name < names + size; name += strlen(name) + 1) {
		ssize_t x_size = getxattr(path, name, x, XATTR_SIZE_MAX);
		ssize_t y_size = getxattr(other, name, y, XATTR_SIZE_MAX);

		if (!counts(name) || x_size < 0)
			continue;
		if (x_size != y_size || memcmp(x, y, (size_t)x_size) != 0)
			return 0;
	}
	return 1;
}

static int same_attributes(int a, int b, const char *name)
{
	auto_close_ int x_fd = openat(a, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	auto_close_ int y_fd = openat(b, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	char x[32], y[32];

	if (x_fd < 0 || y_fd < 0)
		return -errno;
	snprintf(x, sizeof(x), "/proc/self/fd/%d", x_fd);
	snprintf(y, sizeof(y), "/proc/self/fd/%d", y_fd);
	int r = has_all(x, y);
	return r == 1 ? has_all(y, x) : r;
}

int same_entry(int a_dirfd, const struct stat *a, int b_dirfd, const struct stat *b,
	       const char *name)
{
	int r = 1;

	if (a->st_mode != b->st_mode || a->st_uid != b->st_uid || a->st_gid != b->st_gid)
		return 0;
	if (S_ISREG(a->st_mode))
		r = a->st_size != b->st_size ? 0 : same_contents(a_dirfd, b_dirfd, name);
	else if (S_ISLNK(a->st_mode))
		return same_target(a_dirfd, b_dirfd, name);
	else if (S_ISCHR(a->st_mode) || S_ISBLK(a->st_mode))
		r = a->st_rdev == b->st_rdev;
	return r == 1 ? same_attributes(a_dirfd, b_dirfd, name) : r;
}
