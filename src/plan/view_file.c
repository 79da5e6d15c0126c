/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_file.c - see view_file.h
 *
 * What is changed, not made, is either the plan's own, then it is changed where it is kept; or the
 * host's, then a note at its device and inode says what it will be, since every bind shows it; or
 * in a lower layer of an overlay, then it is copied up: a thing of that overlay alone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "plan/view_dest.h"
#include "plan/view_file.h"
#include "plan/view_host.h"

/* Is the folder there that this one is to be in? */
static bool has_parent(struct tree *tree)
{
	const struct op *op = tree->op;
	const char *slash = strrchr(op->dest, '/');
	struct op above = *op;
	struct walk_end end;

	above.dest = arena_format(&tree->arena, "/%.*s", (int)(slash - op->dest), op->dest);
	tree->op = &above;
	int r = view_dest_open(tree, &end);
	tree->op = op;
	return r == 0 && S_ISDIR(end.place.thing.mode);
}

int view_file_dir(struct tree *tree, struct err *e)
{
	struct place dest;

	if ((tree->op->flags & OP_DEST_KEPT) && !has_parent(tree))
		return 0;
	int r = view_dest_make(tree, S_IFDIR | tree->op->perms, &dest);

	return r < 0 ? view_dest_failed(tree, -r, "make folder", e) : 0;
}

/* --- changing what is there --- */

static bool is_lower(const struct place *place)
{
	return place->mount->kind == MOUNT_OVERLAY && place->path[0] && !place->thing.made &&
	       !place->thing.is_upper;
}

/* A copy in the overlay's writable layer; with @made its contents are the plan's. */
static void copy_up(struct tree *tree, const struct place *place, struct made *made, mode_t mode)
{
	struct thing *copy = arena_alloc(&tree->arena, sizeof(*copy));

	*copy = place->thing;
	copy->made = made;
	copy->mode = mode;
	copy->has_new_mode = true;
	table_put(&tree->table, TABLE_UPPER, place->mount->number, place->path, copy);
}

/* The operation at hand gives it this mode, and contents too if it copies a file. */
static void change(struct tree *tree, const struct place *place, mode_t mode)
{
	const struct thing *thing = &place->thing;
	struct made *made = thing->made;
	bool contents = tree->op->kind == OP_FILE;

	if (made) {
		made->mode = mode;
		made->op = contents ? tree->op : made->op;
		return;
	}
	made = tree_make_thing(tree, mode).made;
	if (is_lower(place)) {
		copy_up(tree, place, contents ? made : NULL, mode);
		return;
	}
	table_put(&tree->table, thing->dev, thing->ino, "", made);
	tree->modes_changed = true;
}

int view_file_copy(struct tree *tree, struct err *e)
{
	struct place dest;
	bool there;
	int r = view_dest_open_file(tree, &dest, &there);

	if (r < 0)
		return view_dest_failed(tree, -r, "create file", e);
	if (there && S_ISREG(dest.thing.mode))
		change(tree, &dest, dest.thing.mode);
	return 0;
}

/* Only an owner changes modes; a capability counts for the caller's own alone, or for root. */
static int may_chmod(struct tree *tree, const struct place *place)
{
	const struct op *ignored;

	if (tree_read_only(place, &ignored) != WRITABLE ||
	    (place->mount->kind != MOUNT_OVERLAY && host_is_read_only(&place->thing)))
		return -EROFS;
	if (place->thing.uid != tree->plan->host_uid && !tree_is_all_powerful(tree))
		return -EPERM;
	if (place->mount->kind == MOUNT_PROC)
		return -EPERM;
	return place->thing.is_stuck ? -EOVERFLOW : 0;
}

int view_file_chmod(struct tree *tree, struct err *e)
{
	const struct op *op = tree->op;
	char object[PATH_MAX + 16];
	struct walk_end end;
	int r = view_dest_open(tree, &end);

	if (r == 0)
		r = may_chmod(tree, &end.place);
	snprintf(object, sizeof(object), "%#o %s", (unsigned)op->perms, op->dest);
	if (r < 0)
		return err_set(e, -r, "chmod", object);
	change(tree, &end.place, (end.place.thing.mode & S_IFMT) | op->perms);
	return 0;
}

/* --- links --- */

static int check_link(const struct op *op, const struct thing *there, struct err *e)
{
	char target[PATH_MAX];
	int r = 0;

	if (!S_ISLNK(there->mode))
		return err_refuse(e, "make link", op->dest,
				  "destination exists and is not a symlink");
	if (there->made)
		snprintf(target, sizeof(target), "%s", there->made->target);
	else
		r = host_link(there, target);
	if (r < 0 && r != -EREMOTE)
		return err_set(e, -r, "read the existing link", op->dest);
	if (strcmp(target, op->source) != 0)
		return err_refuse(e, "make link", op->dest, "existing destination is %s", target);
	return 0;
}

int view_file_symlink(struct tree *tree, struct err *e)
{
	const struct op *op = tree->op;
	struct place parent, there;
	const char *name;
	int r = view_dest_parent(tree, &parent, &name);

	if (r == -EEXIST)
		return err_refuse(e, "make link", op->dest,
				  "destination exists and is not a symlink");
	if (r < 0)
		return view_dest_failed(tree, -r, "make link", e);
	r = op->source[0] ? tree_make(tree, &parent, name, S_IFLNK | 0777, op->source, NULL)
			  : -ENOENT;
	if (r == -EEXIST) {
		r = tree_child(tree, &parent, name, &there);
		if (r == 0)
			return check_link(op, &there.thing, e);
	}
	return r < 0 ? err_set(e, -r, "make link", op->dest) : 0;
}
