/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_copy.c - a tree is made again in an empty folder; see tree.h
 *
 * A walk through the old tree, with a chain of the new folders beside it. A new folder is ours
 * alone while it is filled: owner, mode and times come when the walk leaves it, and so does an ACL
 * that its files would inherit. New names are made where there must be none, and then opened
 * without following a link.
 *
 * A second name of a file is linked to the first, found again by its path in the new tree.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "store/marks.h"
#include "store/tree.h"
#include "store/tree_attr.h"
#include "store/tree_chain.h"
#include "store/tree_data.h"
#include "store/tree_links.h"
#include "store/tree_meta.h"

struct copy {
	enum tree_copy_flags flags;
	int to_fd;            /* the new tree's own folder */
	struct tree_chain to; /* the new folders we are in */
	struct tree_attr attr;
	struct tree_data data;
	struct tree_links links;
	size_t sockets, devices; /* left out */
};

/* --- the old entry --- */

/* Opens what is visited, or -errno: -ESTALE if it is another one by now. */
static int open_same(const struct tree_visit *visit, unsigned flags)
{
	const struct open_how how = { .flags = flags | O_NOFOLLOW | O_CLOEXEC,
				      .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS };
	auto_close_ int fd = sys_openat2(visit->dirfd, visit->name, &how);
	struct stat st;

	if (fd < 0)
		return errno == ELOOP ? -ESTALE : -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_dev != visit->st->st_dev || st.st_ino != visit->st->st_ino ||
	    (st.st_mode & S_IFMT) != (visit->st->st_mode & S_IFMT))
		return -ESTALE;
	return take_fd(&fd);
}

/* --- files, links, and the rest: made in the folder @dirfd --- */

static int new_file(struct copy *copy, const struct tree_visit *visit, int dirfd, struct err *e)
{
	const struct stat *st = visit->st;
	auto_close_ int from = open_same(visit, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	auto_close_ int to = -1;

	if (from < 0)
		return tree_fail(e, -from, "open", visit->path);
	to = openat(dirfd, visit->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0)
		return tree_fail(e, errno, "make the copy of", visit->path);
	int r = tree_data_copy(&copy->data, from, to, st->st_size,
			       st->st_blocks * 512 < st->st_size);
	if (r < 0)
		return tree_fail(e, -r, "copy", visit->path);
	r = tree_meta_copy(&copy->attr, visit, from, to, e);
	if (r == 0 && close(take_fd(&to)) < 0) /* where a network says that its disk is full */
		return tree_fail(e, errno, "copy", visit->path);
	return r;
}

/* Attributes of what was made just now and has no contents. */
static int finish_place(struct copy *copy, const struct tree_visit *visit, int dirfd, struct err *e)
{
	auto_close_ int from = open_same(visit, O_PATH);
	auto_close_ int to = openat(dirfd, visit->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (from < 0)
		return tree_fail(e, -from, "open", visit->path);
	if (to < 0 || fstat(to, &st) < 0)
		return tree_fail(e, errno, "open the copy of", visit->path);
	if ((st.st_mode & S_IFMT) != (visit->st->st_mode & S_IFMT))
		return tree_fail(e, ESTALE, "open the copy of", visit->path);
	return tree_meta_copy(&copy->attr, visit, from, to, e);
}

static int new_symlink(struct copy *copy, const struct tree_visit *visit, int dirfd, struct err *e)
{
	char target[PATH_MAX + 1];
	ssize_t length = readlinkat(visit->dirfd, visit->name, target, sizeof(target));

	if (length < 0)
		return tree_fail(e, errno == EINVAL ? ESTALE : errno, "read link", visit->path);
	if (length >= (ssize_t)sizeof(target))
		return tree_fail(e, ENAMETOOLONG, "read link", visit->path);
	target[length] = '\0';
	if (symlinkat(target, dirfd, visit->name) < 0)
		return tree_fail(e, errno, "make the copy of", visit->path);
	return finish_place(copy, visit, dirfd, e);
}

/* A pipe or a device. */
static int new_node(struct copy *copy, const struct tree_visit *visit, int dirfd, struct err *e)
{
	const struct stat *st = visit->st;
	const bool is_fifo = S_ISFIFO(st->st_mode);

	if (mknodat(dirfd, visit->name, (st->st_mode & S_IFMT) | 0600, st->st_rdev) == 0)
		return finish_place(copy, visit, dirfd, e);
	if (errno != EPERM || is_fifo || st->st_rdev == makedev(0, 0))
		return tree_fail(e, errno, "make the copy of", visit->path);
	copy->devices++;
	return 0;
}

static int new_entry(struct copy *copy, const struct tree_visit *visit, int dirfd, struct err *e)
{
	switch (visit->st->st_mode & S_IFMT) {
	case S_IFREG:
		return new_file(copy, visit, dirfd, e);
	case S_IFLNK:
		return new_symlink(copy, visit, dirfd, e);
	case S_IFSOCK:
		copy->sockets++;
		return 0;
	default:
		return new_node(copy, visit, dirfd, e);
	}
}

/* --- more names of the same --- */

/* The folder of a path in the new tree, and the name in that. */
static int open_parent(const struct copy *copy, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	auto_free_ char *folder = NULL;

	*ret_name = slash ? slash + 1 : path;
	if (!slash)
		return fcntl(copy->to_fd, F_DUPFD_CLOEXEC, 0);
	folder = strndup(path, (size_t)(slash - path));
	return folder ? tree_open(copy->to_fd, folder, O_PATH | O_DIRECTORY) : -ENOMEM;
}

/* 0: linked; -EMLINK: there is none yet, or it has as many names as it can have. */
static int link_to_first(const struct copy *copy, const struct tree_visit *visit, int dirfd)
{
	const char *path = tree_links_find(&copy->links, visit->st), *name;

	if (!path)
		return -EMLINK;
	auto_close_ int parent_fd = open_parent(copy, path, &name);
	if (parent_fd < 0)
		return parent_fd;
	return linkat(parent_fd, name, dirfd, visit->name, 0) < 0 ? -errno : 0;
}

/* --- the visits --- */

static int add_entry(const struct tree_visit *visit, struct copy *copy, struct err *e)
{
	int dirfd = tree_chain_fd(&copy->to);
	const size_t left_out = copy->sockets + copy->devices;
	int r = visit->st->st_nlink > 1 ? link_to_first(copy, visit, dirfd) : -EMLINK;

	if (r == 0)
		return 0;
	if (r != -EMLINK)
		return tree_fail(e, -r, "make a hard link for", visit->path);
	r = new_entry(copy, visit, dirfd, e);
	if (r == 0 && visit->st->st_nlink > 1 && copy->sockets + copy->devices == left_out)
		tree_links_add(&copy->links, visit->st, visit->path);
	return r;
}

/* Does the old entry say that something is gone? What is then taken away; NULL. */
static const char *gone(const struct copy *copy, const struct tree_visit *visit)
{
	if ((copy->flags & TREE_MARKS) && mark_is_whiteout(visit->st))
		return visit->name;
	return copy->flags & TREE_MARK_FILES ? mark_whiteout_name(visit->name) : NULL;
}

static int make_room(const struct copy *copy, const struct tree_visit *visit, int dirfd,
		     const char *name, struct err *e)
{
	struct err failure = { 0 };

	if (!(copy->flags & TREE_OVER))
		return 0;
	int r = tree_remove(dirfd, name, &failure);
	return r < 0 ? tree_fail(e, -r, "make room for", visit->path) : 0;
}

static int entry(const struct tree_visit *visit, void *data, struct err *e)
{
	struct copy *copy = data;
	const char *name = gone(copy, visit);

	if (name)
		return make_room(copy, visit, tree_chain_fd(&copy->to), name, e);
	if ((copy->flags & TREE_MARK_FILES) && strcmp(visit->name, MARK_OPAQUE) == 0)
		return 0;
	int r = make_room(copy, visit, tree_chain_fd(&copy->to), visit->name, e);
	return r < 0 ? r : add_entry(visit, copy, e);
}

/* What new files would inherit from the folder that the caller made. */
static int drop_acls(int fd)
{
	static const char *const names[] = { "system.posix_acl_default",
					     "system.posix_acl_access" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (fremovexattr(fd, names[i]) < 0 && errno != ENODATA && errno != ENOTSUP)
			return -errno;
	}
	return 0;
}

/* Over a folder it is that one; over anything else, or to hide what is in it, a new one. */
static int reuse(const struct copy *copy, const struct tree_visit *visit, int dirfd)
{
	int opaque = copy->flags & TREE_MARKS ? mark_is_opaque(visit->fd) : 0;
	struct err unused = { 0 };
	int fd;

	if (opaque < 0)
		return opaque;
	fd = opaque ? -ENOTDIR : tree_folder(dirfd, visit->name, true);
	if (fd != -ENOTDIR && fd != -ELOOP)
		return fd;
	int r = tree_remove(dirfd, visit->name, &unused);
	if (r >= 0 && mkdirat(dirfd, visit->name, 0700) < 0)
		r = -errno;
	return r < 0 ? r : tree_folder(dirfd, visit->name, false);
}

static int open_new(const struct copy *copy, const struct tree_visit *visit)
{
	int dirfd;

	if (visit->depth == 0)
		return tree_folder(copy->to_fd, ".", false);
	dirfd = tree_chain_fd(&copy->to);
	if (mkdirat(dirfd, visit->name, 0700) == 0)
		return tree_folder(dirfd, visit->name, false);
	if (errno != EEXIST || !(copy->flags & TREE_OVER))
		return -errno;
	return reuse(copy, visit, dirfd);
}

static int enter(const struct tree_visit *visit, void *data, struct err *e)
{
	struct copy *copy = data;
	auto_close_ int fd = open_new(copy, visit);
	struct stat st;

	if (fd < 0)
		return tree_fail(e, -fd, "make the copy of", visit->path);
	if (visit->depth == 0) {
		int r = drop_acls(fd);
		if (r < 0)
			return tree_fail(e, -r, "remove the ACL of the new folder", visit->path);
	}
	if (fstat(fd, &st) < 0)
		return tree_fail(e, errno, "look at the copy of", visit->path);
	tree_chain_push(&copy->to, take_fd(&fd), &st);
	return 0;
}

static int leave(const struct tree_visit *visit, void *data, struct err *e)
{
	struct copy *copy = data;
	int r = tree_meta_copy(&copy->attr, visit, visit->fd, tree_chain_fd(&copy->to), e);

	if (r < 0)
		return r;
	if (visit->depth > 0) {
		r = tree_chain_parent(&copy->to);
		if (r < 0)
			return tree_fail(e, -r, "go back from the copy of", visit->path);
	}
	tree_chain_pop(&copy->to);
	return 0;
}

static void warn(const struct copy *copy)
{
	if (copy->sockets)
		log_warning("sockets that were not copied: %zu", copy->sockets);
	if (copy->devices)
		log_warning("devices that only root can copy: %zu", copy->devices);
	if (copy->attr.caps_lost)
		log_warning("files copied without their capabilities: %zu", copy->attr.caps_lost);
}

int tree_copy(int from_fd, int to_fd, const struct tree_shift *shift, enum tree_copy_flags flags,
	      struct err *e)
{
	struct copy copy = { .to_fd = to_fd, .flags = flags };
	const struct tree_visitor visitor = {
		.enter = enter, .entry = entry, .leave = leave, .data = &copy
	};

	tree_attr_begin(&copy.attr, shift, flags);
	int r = tree_walk(from_fd, &visitor, e);
	if (r == 0)
		warn(&copy);
	tree_attr_end(&copy.attr);
	tree_data_free(&copy.data);
	tree_links_free(&copy.links);
	tree_chain_free(&copy.to);
	return r;
}
