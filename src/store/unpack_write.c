/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack_write.c - see unpack_write.h
 *
 * Entries come sorted by folder, more or less, so the folder of the last one is kept open. It
 * cannot become another one behind our back: only what is inside the kept folder is ever removed,
 * and to remove it, it must be closed first, as the folder of an entry outside it is opened.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/sys.h"
#include "store/unpack_write.h"

void writer_init(struct writer *writer, int target_fd)
{
	writer->target_fd = target_fd;
	writer->parent_fd = -1;
	writer->hid = false;
}

void writer_close(struct writer *writer)
{
	close_fd(&writer->parent_fd);
}

const char *writer_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* --- finding --- */

static int open_beneath(int dirfd, const char *path, uint64_t flags)
{
	struct open_how how = { .flags = flags | O_CLOEXEC,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
					   RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV };

	return sys_openat2(dirfd, *path ? path : ".", &how);
}

int writer_open(const struct writer *writer, const char *path, int *ret_fd)
{
	int fd = open_beneath(writer->target_fd, path, O_RDONLY | O_DIRECTORY);

	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

mode_t writer_type(const struct writer *writer, const char *path)
{
	auto_close_ int fd = open_beneath(writer->target_fd, path, O_PATH | O_NOFOLLOW);
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 ? st.st_mode & S_IFMT : 0;
}

/* Says about an entry why the folder @path could not be opened: @code, or what is in the way. */
static int blame(const struct writer *writer, const char *path, const char *entry, int code,
		 struct err *e)
{
	char part[PATH_MAX];
	size_t length = 0;

	while (path[length]) {
		length += 1 + strcspn(path + length + 1, "/");
		snprintf(part, sizeof(part), "%.*s", (int)length, path);
		mode_t type = writer_type(writer, part);
		if (S_ISLNK(type))
			return err_refuse(e, "unpack", entry, "%s is a symbolic link", part);
		if (type && !S_ISDIR(type))
			return err_refuse(e, "unpack", entry, "%s is not a folder", part);
		if (!type)
			break;
	}
	if (code == EXDEV)
		return err_refuse(e, "unpack", entry, "%s is on another mount", path);
	return err_set(e, code, "unpack", entry);
}

/* A folder on the way that the archive does not have, or has later. */
static int make_between(int dirfd, const char *name)
{
	auto_close_ int fd = -1;

	if (mkdirat(dirfd, name, 0755) < 0)
		return -errno;
	fd = open_beneath(dirfd, name, O_RDONLY | O_DIRECTORY);
	if (fd < 0 || fchmod(fd, 0755) < 0) /* whatever the umask */
		return -errno;
	return take_fd(&fd);
}

static int make_way(const struct writer *writer, const char *path)
{
	auto_close_ int fd = open_beneath(writer->target_fd, "", O_PATH | O_DIRECTORY);
	char name[NAME_MAX + 1];

	for (const char *at = path; fd >= 0 && *at; at += *at == '/') {
		int length = (int)strcspn(at, "/");

		snprintf(name, sizeof(name), "%.*s", length, at);
		int next = open_beneath(fd, name, O_PATH | O_DIRECTORY);
		if (next < 0 && errno == ENOENT)
			next = make_between(fd, name);
		else if (next < 0)
			next = -errno;
		if (next < 0)
			return next;
		close_fd(&fd);
		fd = next;
		at += length;
	}
	return fd < 0 ? -errno : take_fd(&fd);
}

int writer_open_or_make(const struct writer *writer, const char *path, const char *entry,
			int *ret_fd, struct err *e)
{
	int fd = open_beneath(writer->target_fd, path, O_RDONLY | O_DIRECTORY);

	if (fd < 0 && errno == ENOENT) {
		auto_close_ int way = make_way(writer, path);

		if (way < 0)
			return blame(writer, path, entry, -way, e);
		fd = open_beneath(way, "", O_RDONLY | O_DIRECTORY);
	}
	if (fd < 0)
		return blame(writer, path, entry, errno, e);
	*ret_fd = fd;
	return 0;
}

static int open_parent(struct writer *writer, const char *path, struct err *e)
{
	const char *name = writer_name(path);
	size_t length = name > path ? (size_t)(name - path - 1) : 0;
	int fd;

	if (writer->parent_fd >= 0 && strlen(writer->parent) == length &&
	    memcmp(writer->parent, path, length) == 0)
		return 0;
	close_fd(&writer->parent_fd);
	snprintf(writer->parent, sizeof(writer->parent), "%.*s", (int)length, path);
	int r = writer_open_or_make(writer, writer->parent, path, &fd, e);
	if (r >= 0)
		writer->parent_fd = fd;
	return r;
}

/* --- making --- */

struct node {
	enum node_kind kind;
	const char *to; /* of a link: the text, or the name in to_fd */
	int to_fd;
};

static int make_folder(int dirfd, const char *name)
{
	if (mkdirat(dirfd, name, 0700) < 0 && errno != EEXIST)
		return -1;
	int fd = open_beneath(dirfd, name, O_RDONLY | O_DIRECTORY);
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		errno = EEXIST; /* one of these was there, not a folder */
	return fd;
}

/* Opened both ways a fifo waits for nobody. */
static int make_fifo(int dirfd, const char *name)
{
	if (mkfifoat(dirfd, name, 0600) < 0)
		return -1;
	return openat(dirfd, name, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
}

/* As the calls do: -1 and errno; EEXIST if something must go first. */
static int make_once(int dirfd, const char *name, const struct node *node, int *ret_fd)
{
	switch (node->kind) {
	case NODE_FILE:
		*ret_fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				 0600);
		return *ret_fd;
	case NODE_FOLDER:
		*ret_fd = make_folder(dirfd, name);
		return *ret_fd;
	case NODE_FIFO:
		*ret_fd = make_fifo(dirfd, name);
		return *ret_fd;
	case NODE_SYMLINK:
		return symlinkat(node->to, dirfd, name);
	case NODE_LINK:
		return linkat(node->to_fd, node->to, dirfd, name, 0);
	case NODE_WHITEOUT:
		return mknodat(dirfd, name, S_IFCHR, makedev(0, 0));
	}
	errno = EINVAL;
	return -1;
}

static int clear_way(struct writer *writer, const char *name, const char *path, struct err *e)
{
	struct stat st;

	if (fstatat(writer->parent_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(e, errno, "replace", path);
	writer->hid = S_ISCHR(st.st_mode) && st.st_rdev == makedev(0, 0);
	if (unlinkat(writer->parent_fd, name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0) == 0)
		return 0;
	if (errno == ENOTEMPTY || errno == EEXIST)
		return err_refuse(e, "replace", path, "it is a folder that is not empty");
	return err_set(e, errno, "replace", path);
}

/* Opens the folder that holds the file to link to, and sees that it is one. */
static int find_linked(const struct writer *writer, const char *path, const char *to, int *ret_fd,
		       struct err *e)
{
	const char *name = writer_name(to);
	char folder[PATH_MAX];
	struct stat st;

	if (strcmp(path, to) == 0)
		return err_refuse(e, "unpack", path, "it is a hard link to itself");
	snprintf(folder, sizeof(folder), "%.*s", name > to ? (int)(name - to - 1) : 0, to);
	auto_close_ int fd = open_beneath(writer->target_fd, folder, O_PATH | O_DIRECTORY);
	if (fd < 0 && errno != ENOENT)
		return blame(writer, folder, path, errno, e);
	if (fd < 0 || fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_refuse(e, "unpack", path, "it is a hard link to %s, which is not there",
				  to);
	if (S_ISDIR(st.st_mode))
		return err_refuse(e, "unpack", path, "it is a hard link to %s, a folder", to);
	*ret_fd = take_fd(&fd);
	return 0;
}

static int make_node(struct writer *writer, const char *path, const struct node *node, int *ret_fd,
		     struct err *e)
{
	const char *name = writer_name(path);
	int fd = -1;

	if (make_once(writer->parent_fd, name, node, &fd) < 0) {
		if (errno != EEXIST)
			return err_set(e, errno, "unpack", path);
		int r = clear_way(writer, name, path, e);
		if (r < 0)
			return r;
		if (make_once(writer->parent_fd, name, node, &fd) < 0)
			return err_set(e, errno, "unpack", path);
	}
	*ret_fd = fd;
	return 0;
}

int writer_make(struct writer *writer, const char *path, enum node_kind kind, const char *to,
		int *ret_fd, struct err *e)
{
	struct node node = { .kind = kind, .to = to, .to_fd = -1 };
	auto_close_ int to_fd = -1;
	int r = open_parent(writer, path, e);

	writer->hid = false;
	if (r >= 0 && kind == NODE_LINK) {
		r = find_linked(writer, path, to, &to_fd, e);
		node.to_fd = to_fd;
		node.to = writer_name(to);
	}
	return r < 0 ? r : make_node(writer, path, &node, ret_fd, e);
}
