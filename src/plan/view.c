/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view.c - see view.h
 *
 * The model is made once and asked many times: asking changes nothing in it.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan/view.h"
#include "plan/view_host.h"
#include "plan/view_ops.h"

struct view {
	struct tree tree;
};

int view_build(const struct plan *plan, struct view **ret, struct err *e)
{
	struct view *view = xrealloc(NULL, sizeof(*view));

	tree_begin(&view->tree, plan);
	int r = view_apply(&view->tree, e);
	if (r < 0)
		view_free(view);
	else
		*ret = view;
	return r;
}

void view_free(struct view *view)
{
	if (!view)
		return;
	tree_free(&view->tree);
	free(view);
}

/* --- what it is --- */

static bool is_special(mode_t mode)
{
	return S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
}

/* Contents of a file of the host that an operation replaces. */
static const struct op *replaced_by(const struct tree *tree, const struct thing *thing)
{
	const struct made *made = NULL;

	if (!thing->made && thing->has_new_mode)
		made = table_get(&tree->table, thing->dev, thing->ino, "");
	return made && made->op && made->op->kind == OP_FILE ? made->op : NULL;
}

static const struct op *who_made(const struct tree *tree, const struct place *place)
{
	const struct thing *thing = &place->thing;
	const struct op *replacer = replaced_by(tree, thing);

	if (replacer)
		return replacer;
	return place->path[0] && thing->made && thing->made->op ? thing->made->op
								: place->mount->op;
}

static enum view_backing memory_backing(const struct mount *mount)
{
	switch (mount->op ? mount->op->kind : OP_TMPFS) {
	case OP_DATA:
		return BACKED_DATA;
	case OP_MASK:
		return BACKED_MASK;
	default:
		return BACKED_MEMORY;
	}
}

static enum view_backing backing(const struct place *place)
{
	const struct mount *mount = place->mount;
	bool made = place->thing.made;

	switch (mount->kind) {
	case MOUNT_MEMORY:
		return memory_backing(mount);
	case MOUNT_BIND:
		return made ? BACKED_LAUNCH : BACKED_HOST;
	case MOUNT_OVERLAY:
		return made ? BACKED_UPPER : BACKED_LAYER;
	case MOUNT_PROC:
		return BACKED_PROC;
	case MOUNT_CLOSED:
		return mount->op && mount->op->kind == OP_MQUEUE ? BACKED_MQUEUE : BACKED_DEVPTS;
	}
	return BACKED_NONE;
}

/* Without links, as far as it exists. */
static void write_real(const char *path, char real[PATH_MAX])
{
	char part[PATH_MAX], found[PATH_MAX];
	char *slash = part;

	snprintf(part, sizeof(part), "%s", path);
	while (slash && !realpath(part, found)) {
		slash = strrchr(part, '/');
		if (slash)
			*slash = '\0';
	}
	const char *rest = slash ? path + strlen(part) : path;
	const char *start = slash && strcmp(found, "/") != 0 ? found : "";
	if (snprintf(real, PATH_MAX, "%s%s", start, rest) == 0)
		snprintf(real, PATH_MAX, "/");
}

static void write_source(const struct place *place, enum view_backing backing,
			 char source[PATH_MAX])
{
	const struct op *op = place->mount->op;
	char upper[PATH_MAX];

	source[0] = '\0';
	if (backing == BACKED_HOST || backing == BACKED_LAYER || backing == BACKED_LAUNCH)
		write_real(place->thing.host, source);
	if (backing != BACKED_UPPER || op->upper != UPPER_DIR)
		return;
	write_real(op->source, upper);
	if (snprintf(source, PATH_MAX, "%s%s", upper, place->path) >= PATH_MAX)
		source[0] = '\0';
}

/* --- what can be done with it --- */

static void say_closed(const struct op *op, enum read_only how, char why_not[256])
{
	char origin[200] = "";

	if (op)
		origin_text(&op->origin, origin, sizeof(origin));
	if (how == RO_ROOT)
		snprintf(why_not, 256, "the root folder is closed once everything is in place");
	else if (how == RO_LATER)
		snprintf(why_not, 256, "%s makes the mount read-only", origin);
	else
		snprintf(why_not, 256, "%s mounts it read-only", origin);
}

/* Special files on a read-only mount can be written all the same. */
static bool is_closed(const struct place *place, struct view_answer *ret)
{
	enum read_only how = tree_read_only(place, &ret->closed_by);

	if (how == WRITABLE || is_special(place->thing.mode)) {
		ret->closed_by = NULL;
		return false;
	}
	if (how == RO_ROOT)
		ret->closed_by = NULL;
	say_closed(ret->closed_by, how, ret->why_not);
	return true;
}

static void say_writable(struct tree *tree, const struct place *place, struct view_answer *ret)
{
	const struct thing *thing = &place->thing;

	if (is_closed(place, ret))
		return;
	if (S_ISDIR(thing->mode) && place->mount->kind == MOUNT_PROC) {
		snprintf(ret->why_not, sizeof(ret->why_not), "only the kernel makes files there");
		return;
	}
	int want = S_ISDIR(thing->mode) ? W_OK | X_OK : W_OK;
	int r = tree_may(tree, place, want, AS_PROGRAM);
	if (r == -EROFS)
		snprintf(ret->why_not, sizeof(ret->why_not), "the host has it mounted read-only");
	else if (r < 0)
		snprintf(ret->why_not, sizeof(ret->why_not),
			 "its mode, %04o, and owner do not allow it",
			 (unsigned)thing->mode & 07777);
	else if (thing->is_stuck)
		snprintf(ret->why_not, sizeof(ret->why_not),
			 "the overlay cannot copy it: its owner has no number inside");
	else
		ret->writable = true;
}

static void say_access(struct tree *tree, const struct place *place, struct view_answer *ret)
{
	mode_t mode = place->thing.mode;

	if ((S_ISCHR(mode) || S_ISBLK(mode)) && !place->mount->devices) {
		snprintf(ret->why_not, sizeof(ret->why_not),
			 "devices do not work there, but with --dev-bind");
		return;
	}
	ret->readable = tree_may(tree, place, R_OK, AS_PROGRAM) == 0;
	say_writable(tree, place, ret);
}

/* --- the answer --- */

/* A new procfs has other processes than the one that we look at. */
static bool is_of_process(const struct tree *tree, const struct walk_end *end)
{
	const char *path = end->place.path;
	bool is_new = (tree->plan->unshare & CLONE_NEWPID) || tree->plan->pidns_fd >= 0;

	if (end->place.mount->kind != MOUNT_PROC || !is_new)
		return false;
	if (!path[0])
		return isdigit((unsigned char)end->missing[0]);
	return isdigit((unsigned char)path[1]) && strtol(path + 1, NULL, 10) != getpid();
}

/* Our own number would be another one inside; what leads there is called "self" everywhere. */
static void write_self(char path[PATH_MAX])
{
	char own[32];
	int length = snprintf(own, sizeof(own), "/%d", getpid());
	char *at = strstr(path, own);

	if (!at || (at[length] && at[length] != '/') || strlen(path) + sizeof("/self") >= PATH_MAX)
		return;
	memmove(at + strlen("/self"), at + length, strlen(at + length) + 1);
	memcpy(at, "/self", strlen("/self"));
}

void view_why(struct view *view, const char *path, struct view_answer *ret)
{
	static const struct walk_how how = { .who = AS_PROGRAM };
	struct tree *tree = &view->tree;
	struct walk_end end;
	int r = view_walk(tree, path, &how, &end);

	*ret = (struct view_answer){ .exists = r < 0 ? VIEW_ABSENT : VIEW_PRESENT,
				     .reason = -r,
				     .type = end.place.thing.mode & S_IFMT,
				     .backing = backing(&end.place),
				     .op = who_made(tree, &end.place) };
	memcpy(ret->path, end.path, sizeof(end.path));
	memcpy(ret->missing, r == -ENOENT ? end.missing : "",
	       r == -ENOENT ? sizeof(end.missing) : 1);
	if (ret->backing == BACKED_PROC)
		write_self(ret->path);
	write_source(&end.place, ret->backing, ret->source);
	ret->hidden = ret->backing == BACKED_MASK;
	if (r == -EREMOTE || is_of_process(tree, &end))
		ret->exists = VIEW_UNKNOWN;
	if (ret->exists == VIEW_PRESENT)
		say_access(tree, &end.place, ret);
}

const char *view_type_name(mode_t type)
{
	switch (type) {
	case S_IFDIR:
		return "folder";
	case S_IFREG:
		return "file";
	case S_IFLNK:
		return "link";
	case S_IFCHR:
	case S_IFBLK:
		return "device";
	case S_IFIFO:
		return "pipe";
	case S_IFSOCK:
		return "socket";
	default:
		return "object";
	}
}

const char *view_backing_name(enum view_backing backing)
{
	static const char *const names[] = {
		[BACKED_NONE] = "none",     [BACKED_HOST] = "host",   [BACKED_LAYER] = "layer",
		[BACKED_LAUNCH] = "launch", [BACKED_UPPER] = "upper", [BACKED_MEMORY] = "tmpfs",
		[BACKED_DATA] = "data",     [BACKED_PROC] = "proc",   [BACKED_DEVPTS] = "devpts",
		[BACKED_MQUEUE] = "mqueue", [BACKED_MASK] = "mask",
	};

	return names[backing];
}
