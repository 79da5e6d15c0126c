/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_walk.c - paths through the model; see view_walk() in view_tree.h
 *
 * We keep the places we came through on a stack, so ".." is taking the last one off and needs no
 * parent pointers; on an empty stack it stays where it is. What is still to be walked is a text:
 * a link's target is put in front of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "plan/view_host.h"
#include "plan/view_tree.h"

enum { MAX_LINKS = 40 }; /* the kernel's own limit */

struct walk {
	struct tree *tree;
	const struct walk_how *how;
	struct walk_end *end;
	size_t depth; /* places on the stack, the root not counted */
	unsigned links;
	char rest[2 * PATH_MAX];
	size_t at; /* in rest */
};

static struct place *top(const struct walk *walk)
{
	return &walk->tree->stack[walk->depth];
}

static void push(struct walk *walk, const struct place *place)
{
	struct tree *tree = walk->tree;

	if (walk->depth + 1 >= tree->stack_size) {
		tree->stack_size = tree->stack_size ? tree->stack_size * 2 : 64;
		tree->stack = xrealloc(tree->stack, tree->stack_size * sizeof(*tree->stack));
	}
	tree->stack[++walk->depth] = *place;
}

/* The next name into @name: 1, 0 at the end of the path, or a negative errno. */
static int next_name(struct walk *walk, char name[NAME_MAX + 1])
{
	size_t length;

	walk->at += strspn(walk->rest + walk->at, "/");
	length = strcspn(walk->rest + walk->at, "/");
	if (length > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, walk->rest + walk->at, length);
	name[length] = '\0';
	walk->at += length;
	return length > 0;
}

static bool is_last(const struct walk *walk)
{
	return !walk->rest[walk->at + strspn(walk->rest + walk->at, "/")];
}

/* The rest of the path goes on from the link's target. */
static int follow(struct walk *walk, const struct thing *link)
{
	char target[PATH_MAX];
	int r = 0;

	if (walk->links++ >= MAX_LINKS)
		return -ELOOP;
	if (link->made)
		snprintf(target, sizeof(target), "%s", link->made->target);
	else
		r = host_link(link, target);
	if (r == -EREMOTE && walk->how->who == AS_SETUP)
		return -ELOOP;
	if (r < 0)
		return r;
	size_t length = strlen(target), left = strlen(walk->rest + walk->at);
	if (length + left >= PATH_MAX)
		return -ENAMETOOLONG;
	memmove(walk->rest + length, walk->rest + walk->at, left + 1);
	memcpy(walk->rest, target, length);
	walk->at = 0;
	if (target[0] == '/')
		walk->depth = 0;
	return 0;
}

static int make_missing(struct walk *walk, const char *name, struct place *ret)
{
	bool last = is_last(walk);

	memcpy(walk->end->missing, name, strlen(name) + 1);
	walk->end->missing_last = last;
	if (!walk->how->make)
		return -ENOENT;
	mode_t mode = last ? walk->how->make : S_IFDIR | walk->how->parent_mode;
	int r = tree_make(walk->tree, top(walk), name, mode, NULL, ret);
	if (r == 0)
		walk->end->missing[0] = '\0';
	return r;
}

/* One name further. The search permission of the host's folders shows when a name is looked up. */
static int step(struct walk *walk, const char *name)
{
	const struct place *dir = top(walk);
	struct place child;
	bool ask = dir->thing.made || dir->thing.has_new_mode || walk->tree->plan->host_uid == 0;

	if (!S_ISDIR(dir->thing.mode))
		return -ENOTDIR;
	if (ask && tree_may(walk->tree, dir, X_OK, walk->how->who) < 0)
		return -EACCES;
	if (strcmp(name, ".") == 0)
		return 0;
	if (strcmp(name, "..") == 0) {
		walk->depth -= walk->depth > 0;
		return 0;
	}
	int r = tree_child(walk->tree, dir, name, &child);
	if (r == -ENOENT)
		r = make_missing(walk, name, &child);
	if (r < 0)
		return r;
	if (S_ISLNK(child.thing.mode))
		return follow(walk, &child.thing);
	tree_cross(walk->tree, &child);
	push(walk, &child);
	return 0;
}

static int run(struct walk *walk, const char *path)
{
	char name[NAME_MAX + 1];
	int r;

	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(walk->rest, path, strlen(path) + 1);
	while ((r = next_name(walk, name)) > 0) {
		r = step(walk, name);
		if (r < 0)
			return r;
	}
	size_t length = strlen(walk->rest);
	bool wants_folder = length > 0 && walk->rest[length - 1] == '/' && !walk->how->make;
	return r == 0 && wants_folder && !S_ISDIR(top(walk)->thing.mode) ? -ENOTDIR : r;
}

/* The path of where we are, without links. */
static void write_path(const struct walk *walk, char path[PATH_MAX])
{
	size_t used = 0;

	for (size_t i = 1; i <= walk->depth && used < PATH_MAX - 1; i++)
		used += (size_t)snprintf(path + used, PATH_MAX - used, "/%s",
					 walk->tree->stack[i].name);
	if (walk->depth == 0)
		memcpy(path, "/", sizeof("/"));
}

int view_walk(struct tree *tree, const char *path, const struct walk_how *how, struct walk_end *ret)
{
	struct walk walk = { .tree = tree, .how = how, .end = ret };
	struct place root = tree_top(tree, how->in_caller ? tree->caller : tree->root);

	walk.depth = (size_t)-1; /* push() makes it 0 */
	push(&walk, &root);
	ret->missing[0] = '\0';
	ret->missing_last = false;
	int r = run(&walk, path);
	ret->place = *top(&walk);
	write_path(&walk, ret->path);
	return r;
}
