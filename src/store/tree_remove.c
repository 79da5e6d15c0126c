/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_remove.c - a tree is removed from its leaves up; see tree.h
 *
 * The type in a folder's list of names is enough to choose the call, and a wrong one removes
 * nothing: unlinkat(2) refuses a folder, or with AT_REMOVEDIR anything else. It also refuses what
 * something is mounted on. That somebody else removed it first is as good.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "store/tree.h"
#include "store/tree_chain.h"

static int remove_one(int dirfd, const char *name, int flags, const char *path, struct err *e)
{
	if (unlinkat(dirfd, name, flags) == 0 || errno == ENOENT)
		return 0;
	return tree_fail(e, errno, "remove", path);
}

/* To remove names from a folder, it must be ours to write and to search. */
static void unlock(int fd, mode_t mode)
{
	/* If we may not, then perhaps others let us all the same: removing will tell. */
	int ignored _unused_ = (mode & 0700) == 0700 ? 0 : fchmod(fd, (mode & 07777) | 0700);
}

static int enter(const struct tree_visit *visit, void *data _unused_, struct err *e _unused_)
{
	unlock(visit->fd, visit->st->st_mode);
	return 0;
}

static int entry(const struct tree_visit *visit, void *data _unused_, struct err *e)
{
	return remove_one(visit->dirfd, visit->name, 0, visit->path, e);
}

/* The tree's own folder is in none that the walk knows. */
static int leave(const struct tree_visit *visit, void *data _unused_, struct err *e)
{
	if (visit->depth == 0)
		return 0;
	return remove_one(visit->dirfd, visit->name, AT_REMOVEDIR, visit->path, e);
}

static int remove_folder(int dirfd, const char *name, struct err *e)
{
	static const struct tree_visitor visitor = {
		.enter = enter, .entry = entry, .leave = leave, .flags = TREE_TYPES | TREE_UNLOCK
	};
	auto_close_ int fd = tree_folder(dirfd, name, true);
	struct stat st;

	if (fd == -ENOENT)
		return 0;
	if (fd < 0)
		return tree_fail(e, -fd, "open folder", name);
	if (fstat(fd, &st) < 0)
		return tree_fail(e, errno, "look at", name);
	unlock(fd, st.st_mode); /* before the walk opens it as "." */
	int r = tree_walk(fd, &visitor, e);
	return r < 0 ? r : remove_one(dirfd, name, AT_REMOVEDIR, name, e);
}

int tree_remove(int dirfd, const char *name, struct err *e)
{
	if (!name[0] || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return tree_fail(e, EINVAL, "remove", name);
	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno == EISDIR)
		return remove_folder(dirfd, name, e);
	return tree_fail(e, errno, "remove", name);
}
