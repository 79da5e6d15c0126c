/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_dest.c - see view_dest.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan/view_dest.h"
#include "plan/view_host.h"

static const struct walk_how look = { .who = AS_SETUP };

int view_dest_open(struct tree *tree, struct walk_end *ret)
{
	int r = view_walk(tree, tree->op->dest, &look, ret);

	tree->in_parents = r == -ENOTDIR;
	return r;
}

int view_dest_make(struct tree *tree, mode_t mode, struct place *ret)
{
	const struct walk_how make = { .who = AS_SETUP,
				       .make = mode,
				       .parent_mode = op_parent_mode(tree->op) };
	struct walk_end end;
	int r = view_dest_open(tree, &end);

	if (r == -ENOENT) {
		r = view_walk(tree, tree->op->dest, &make, &end);
		tree->in_parents = !end.missing_last;
	}
	if (r < 0)
		return r;
	*ret = end.place;
	tree->in_parents = false;
	if (S_ISDIR(ret->thing.mode) == S_ISDIR(mode))
		return 0;
	return S_ISDIR(mode) ? -ENOTDIR : -EISDIR;
}

int view_dest_failed(const struct tree *tree, int code, const char *what, struct err *e)
{
	return err_set(e, code, tree->in_parents ? "make the folders above" : what, tree->op->dest);
}

/* A copy of the operation's dest without slashes at the end. */
static char *trimmed_dest(struct tree *tree)
{
	char *path = arena_strdup(&tree->arena, tree->op->dest);
	size_t length = strlen(path);

	while (length > 0 && path[length - 1] == '/')
		path[--length] = '\0';
	return path;
}

int view_dest_parent(struct tree *tree, struct place *ret, const char **ret_name)
{
	mode_t mode = op_parent_mode(tree->op);
	const struct walk_how make = { .who = AS_SETUP,
				       .make = S_IFDIR | mode,
				       .parent_mode = mode };
	char *path = trimmed_dest(tree), *slash = strrchr(path, '/');
	struct walk_end end;

	tree->in_parents = true;
	if (slash && strlen(slash + 1) > NAME_MAX)
		return -ENAMETOOLONG;
	if (tree->op->dest[strlen(path)] || strcmp(slash, "/.") == 0 || strcmp(slash, "/..") == 0)
		return -EEXIST;
	*slash = '\0';
	*ret_name = slash + 1;
	int r = view_walk(tree, path, &make, &end);
	if (r < 0)
		return r;
	*ret = end.place;
	return S_ISDIR(ret->thing.mode) ? 0 : -ENOTDIR;
}

/* May the set-up open for writing what is there already? In the kernel's order, see open(2). */
static int may_overwrite(struct tree *tree, const struct place *place)
{
	const struct op *ignored;
	mode_t type = place->thing.mode & S_IFMT;

	if (type == S_IFDIR)
		return -EISDIR;
	if ((type == S_IFCHR || type == S_IFBLK) && !place->mount->devices)
		return -EACCES;
	if (type == S_IFREG && tree_read_only(place, &ignored) != WRITABLE)
		return -EROFS;
	int r = tree_may(tree, place, W_OK, AS_SETUP);
	if (r < 0)
		return r;
	if (type == S_IFSOCK || type == S_IFIFO)
		return -ENXIO;
	return place->thing.is_stuck ? -EOVERFLOW : 0;
}

/* open(2) with O_CREAT: only the last component may be missing, at the end of links as well. */
static int open_or_make(struct tree *tree, struct place *ret, bool *ret_there)
{
	const char *dest = tree->op->dest, *path = trimmed_dest(tree);
	struct walk_end end;
	int r = view_walk(tree, path, &look, &end);

	if (r < 0 && !(r == -ENOENT && end.missing_last))
		return r;
	if (dest[strlen(path)])
		return -EISDIR;
	*ret_there = r == 0;
	if (r < 0)
		return tree_make(tree, &end.place, end.missing, S_IFREG | tree->op->perms, NULL,
				 ret);
	*ret = end.place;
	return may_overwrite(tree, ret);
}

int view_dest_open_file(struct tree *tree, struct place *ret, bool *ret_there)
{
	int r = open_or_make(tree, ret, ret_there);
	struct place parent;
	const char *name;

	if (r == -ENOENT) {
		r = view_dest_parent(tree, &parent, &name);
		if (r < 0)
			return r;
		r = open_or_make(tree, ret, ret_there);
	}
	tree->in_parents = r == -ENOTDIR;
	return r;
}
