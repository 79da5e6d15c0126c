/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_tree.c - things and mounts of the model; see view_tree.h
 *
 * What the plan makes is kept in one table, by the folder it is in. For a folder of the host that
 * is device and inode, so what one bind lets the plan make is seen through every other; for a
 * folder that the plan made it is that folder's number; in an overlay, the path, since all that
 * is made there goes to the writable layer, whichever layers the folder is merged from.
 *
 * Folders are never listed. A look at a name of the host costs one system call.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "plan/view_host.h"
#include "plan/view_tree.h"

struct thing tree_make_thing(struct tree *tree, mode_t mode)
{
	struct made *made = arena_alloc(&tree->arena, sizeof(*made));

	*made = (struct made){ .serial = ++tree->made_count, .op = tree->op, .mode = mode };
	return (struct thing){
		.made = made, .mode = mode, .uid = tree->plan->host_uid, .gid = tree->plan->host_gid
	};
}

/* Modes may have changed since a thing was last looked at. */
static void refresh(const struct tree *tree, struct thing *thing)
{
	const struct made *mode = thing->made;

	if (!mode && tree->modes_changed)
		mode = table_get(&tree->table, thing->dev, thing->ino, "");
	if (!mode)
		return;
	thing->mode = mode->mode;
	thing->has_new_mode = !thing->made;
}

/* --- children --- */

struct key {
	uint64_t space, number;
};

/* Where what is made in a folder of one layer, or of no overlay at all, is found. */
static struct key plain_key(const struct thing *dir)
{
	if (dir->made)
		return (struct key){ TABLE_MADE, dir->made->serial };
	return (struct key){ dir->dev, dir->ino };
}

static int plain_child(struct tree *tree, const struct thing *dir, const char *name,
		       struct thing *ret)
{
	struct key key = plain_key(dir);
	int r = dir->made ? -ENOENT : host_look(tree, host_join(tree, dir->host, name), false, ret);

	if (r == 0) {
		ret->is_upper = dir->is_upper;
		return 0;
	}
	if (r != -ENOENT)
		return r;
	const struct thing *made = table_get(&tree->table, key.space, key.number, name);
	if (!made)
		return -ENOENT;
	*ret = *made;
	refresh(tree, ret);
	return 0;
}

/* Copied to the writable layer it would keep its owner, so inside must have a number for that. */
static bool is_foreign(const struct tree *tree, const struct thing *thing)
{
	return thing->uid != tree->plan->host_uid || thing->gid != tree->plan->host_gid;
}

/* The layers from the top: a file ends the search, folders are merged, marks hide what is below. */
static int merged_child(struct tree *tree, const struct thing *dir, const char *name,
			struct thing *ret)
{
	struct thing *last = NULL;

	for (const struct thing *layer = dir; layer; layer = layer->below) {
		struct thing found;
		int r = plain_child(tree, layer, name, &found);

		if (r == -ENOENT)
			continue;
		if (r < 0)
			return r;
		if (host_is_whiteout(&found) || (last && !S_ISDIR(found.mode)))
			break;
		found.below = NULL;
		if (!last) {
			*ret = found;
			last = ret;
		} else {
			struct thing *below = arena_alloc(&tree->arena, sizeof(*below));

			*below = found;
			last->below = below;
			last = below;
		}
		if (!S_ISDIR(found.mode) || host_is_opaque(&found))
			break;
	}
	if (!last)
		return -ENOENT;
	ret->is_stuck = !ret->is_upper && !ret->made && (dir->is_stuck || is_foreign(tree, ret));
	return 0;
}

int tree_child(struct tree *tree, const struct place *dir, const char *name, struct place *ret)
{
	bool overlay = dir->mount->kind == MOUNT_OVERLAY;
	const struct thing *made = NULL;
	struct thing thing;
	int r = 0;

	if (strlen(name) > NAME_MAX)
		return -ENAMETOOLONG;
	const char *path = arena_format(&tree->arena, "%s/%s", dir->path, name);
	if (overlay)
		made = table_get(&tree->table, TABLE_UPPER, dir->mount->number, path);
	if (made) {
		thing = *made;
		refresh(tree, &thing);
	} else if (overlay) {
		r = merged_child(tree, &dir->thing, name, &thing);
	} else {
		r = plain_child(tree, &dir->thing, name, &thing);
	}
	if (r < 0)
		return r;
	*ret = (struct place){ .mount = dir->mount,
			       .path = path,
			       .name = path + strlen(path) - strlen(name),
			       .thing = thing };
	return 0;
}

/* --- making --- */

/* May the set-up make something of that type in this folder? */
static int may_make(struct tree *tree, const struct place *dir, mode_t type)
{
	const struct op *ignored;

	if (tree_read_only(dir, &ignored) != WRITABLE)
		return -EROFS;
	int r = tree_may(tree, dir, W_OK | X_OK, AS_SETUP);
	if (r < 0)
		return r;
	if (dir->mount->kind == MOUNT_CLOSED || dir->mount->kind == MOUNT_PROC)
		return S_ISREG(type) ? -EACCES : -EPERM;
	return dir->thing.is_stuck ? -EOVERFLOW : 0;
}

int tree_make(struct tree *tree, const struct place *dir, const char *name, mode_t mode,
	      const char *target, struct place *ret)
{
	struct place there;
	struct key key = plain_key(&dir->thing);
	int r = tree_child(tree, dir, name, &there);

	if (r != -ENOENT)
		return r < 0 ? r : -EEXIST;
	r = may_make(tree, dir, mode);
	if (r < 0)
		return r;
	struct thing *thing = arena_alloc(&tree->arena, sizeof(*thing));
	*thing = tree_make_thing(tree, S_ISDIR(mode) ? mode & ~(mode_t)(S_ISUID | S_ISGID) : mode);
	thing->made->target = target;
	thing->mount_id = dir->thing.mount_id;
	const char *path = arena_format(&tree->arena, "%s/%s", dir->path, name);
	const char *text = path + strlen(path) - strlen(name);
	if (dir->mount->kind == MOUNT_OVERLAY) {
		key = (struct key){ TABLE_UPPER, dir->mount->number };
		table_put(&tree->table, key.space, key.number, path, thing);
	} else {
		thing->host = dir->thing.host ? host_join(tree, dir->thing.host, name) : NULL;
		table_put(&tree->table, key.space, key.number, text, thing);
	}
	if (ret)
		*ret = (struct place){
			.mount = dir->mount, .path = path, .name = text, .thing = *thing
		};
	return 0;
}

/* --- mounts --- */

struct mount *tree_mount_new(struct tree *tree, enum mount_kind kind, const struct thing *root)
{
	struct mount *mount = arena_alloc(&tree->arena, sizeof(*mount));

	*mount = (struct mount){ .kind = kind,
				 .number = tree->mount_count++,
				 .op = tree->op,
				 .root = *root,
				 .read_only = tree->op && (tree->op->flags & OP_RO),
				 .devices = tree->op && (tree->op->flags & OP_DEVICES) };
	return mount;
}

struct place tree_top(const struct tree *tree, struct mount *mount)
{
	struct place place = { .mount = mount, .path = "", .name = "", .thing = mount->root };

	refresh(tree, &place.thing);
	return place;
}

void tree_cross(const struct tree *tree, struct place *place)
{
	struct mount *mount;

	while ((mount = table_get(&tree->table, TABLE_MOUNTED, place->mount->number,
				  place->path))) {
		const char *name = place->name;

		*place = tree_top(tree, mount);
		place->name = name;
	}
}

int tree_mount(struct tree *tree, const struct place *place, struct mount *mount)
{
	if (S_ISDIR(place->thing.mode) != S_ISDIR(mount->root.mode))
		return -EINVAL;
	if (place->mount == tree->root && !place->path[0])
		tree->root = mount;
	table_put(&tree->table, TABLE_MOUNTED, place->mount->number, place->path, mount);
	return 0;
}

enum read_only tree_read_only(const struct place *place, const struct op **ret_op)
{
	const struct mount *mount = place->mount;
	bool has_parts = mount->kind == MOUNT_BIND || mount->kind == MOUNT_PROC;
	bool on_top = !has_parts || place->thing.mount_id == mount->root.mount_id;

	*ret_op = mount->op;
	if (mount->read_only)
		return RO_MOUNT;
	if (mount->remounted && on_top) {
		*ret_op = mount->remounted;
		return RO_LATER;
	}
	for (const struct read_only_part *part = mount->parts; part; part = part->next) {
		if (part->mount_id == place->thing.mount_id) {
			*ret_op = part->op;
			return RO_LATER;
		}
	}
	return mount->root_closed && on_top ? RO_ROOT : WRITABLE;
}

/* --- beginning and end --- */

void tree_begin(struct tree *tree, const struct plan *plan)
{
	struct thing empty, host;

	*tree = (struct tree){ .plan = plan };
	tree->group_count = getgroups(0, NULL);
	tree->groups = xrealloc(NULL, (size_t)(tree->group_count > 0 ? tree->group_count : 1) *
					      sizeof(gid_t));
	tree->group_count = getgroups(tree->group_count, tree->groups);
	empty = tree_make_thing(tree, S_IFDIR | 0755);
	tree->root = tree_mount_new(tree, MOUNT_MEMORY, &empty);
	if (host_look(tree, "/", true, &host) < 0)
		host = empty; /* nothing of the host will be found then, and each source says so */
	tree->caller = tree_mount_new(tree, MOUNT_BIND, &host);
}

void tree_free(struct tree *tree)
{
	arena_free(&tree->arena);
	table_free(&tree->table);
	free(tree->groups);
	free(tree->stack);
}
