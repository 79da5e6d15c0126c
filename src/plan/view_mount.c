/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_mount.c - see view_mount.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan/view_dest.h"
#include "plan/view_host.h"
#include "plan/view_mount.h"

/* A mount on the operation's dest, which is made if missing. */
static int mount_on(struct tree *tree, struct mount *mount, const char *what, struct err *e)
{
	bool dir = S_ISDIR(mount->root.mode);
	struct place dest;
	int r = view_dest_make(tree, dir ? S_IFDIR | 0755 : S_IFREG | 0444, &dest);

	if (r < 0)
		return view_dest_failed(tree, -r, dir ? "make folder" : "make file", e);
	r = tree_mount(tree, &dest, mount);
	return r < 0 ? err_set(e, -r, what, tree->op->dest) : 0;
}

/* --- sources --- */

/* An absolute path of the host, as far as the working folder is known. */
static const char *host_path(struct tree *tree, const char *path)
{
	char cwd[PATH_MAX];

	if (path[0] == '/' || !getcwd(cwd, sizeof(cwd)))
		return path;
	return strcmp(path, ".") == 0 ? arena_strdup(&tree->arena, cwd)
				      : host_join(tree, cwd, path);
}

/* A source on the host; earlier operations may have made it there. */
static int find_source(struct tree *tree, const char *path, struct thing *ret)
{
	static const struct walk_how how = { .who = AS_SETUP, .in_caller = true };
	struct walk_end end;

	if (!path[0])
		return -ENOENT;
	path = host_path(tree, path);
	int r = host_look(tree, path, true, ret);
	if (r != -ENOENT)
		return r;
	r = view_walk(tree, path, &how, &end);
	if (r == 0)
		*ret = end.place.thing;
	return r;
}

static int find_descriptor(struct tree *tree, int fd, struct thing *ret)
{
	return host_look(tree, arena_format(&tree->arena, "/proc/self/fd/%d", fd), true, ret);
}

int view_mount_bind(struct tree *tree, struct err *e)
{
	const struct op *op = tree->op;
	char number[32];
	struct thing source;
	int r = op->fd >= 0 ? find_descriptor(tree, op->fd, &source)
			    : find_source(tree, op->source, &source);

	if (r == -ENOENT && (op->flags & OP_TRY))
		return 0;
	snprintf(number, sizeof(number), "%d", op->fd);
	if (r < 0 && op->fd >= 0)
		return err_set(e, -r, "bind descriptor", number);
	if (r < 0)
		err_set(e, -r, "find source", op->source);
	if (r < 0)
		return r == -ENOENT ? err_hint(e, op->missing_hint) : r;
	return mount_on(tree, tree_mount_new(tree, MOUNT_BIND, &source), "bind on", e);
}

/* --- new file systems --- */

int view_mount_tmpfs(struct tree *tree, struct err *e)
{
	const struct op *op = tree->op;
	struct thing root = tree_make_thing(tree, S_IFDIR | op->perms);
	struct walk_end end;

	if ((op->flags & OP_DEST_KEPT) &&
	    (view_dest_open(tree, &end) < 0 || !S_ISDIR(end.place.thing.mode)))
		return 0;
	return mount_on(tree, tree_mount_new(tree, MOUNT_MEMORY, &root), "mount tmpfs on", e);
}

int view_mount_mqueue(struct tree *tree, struct err *e)
{
	struct thing root = tree_make_thing(tree, S_IFDIR | S_ISVTX | 0777);

	return mount_on(tree, tree_mount_new(tree, MOUNT_CLOSED, &root), "mount mqueue on", e);
}

/* As root of the host: what is writable of the kernel's switches is covered with itself. */
static int cover_proc(struct tree *tree, struct mount *proc, struct err *e)
{
	static const char *const names[] = { "sys", "sysrq-trigger", "irq", "bus" };
	struct place top = tree_top(tree, proc), place;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		int r = tree_child(tree, &top, names[i], &place);

		if (r == -ENOENT ||
		    (r == 0 && faccessat(AT_FDCWD, place.thing.host, W_OK, AT_EACCESS) < 0))
			continue;
		if (r == 0) {
			struct mount *cover = tree_mount_new(tree, MOUNT_PROC, &place.thing);

			cover->read_only = true;
			r = tree_mount(tree, &place, cover);
		}
		if (r < 0)
			return err_set(e, -r, "bind read-only /proc's", names[i]);
	}
	return 0;
}

/* The host's is looked at in place of the new one: they differ in the processes. */
int view_mount_proc(struct tree *tree, struct err *e)
{
	struct thing root;
	int r = host_look(tree, "/proc", true, &root);

	if (r < 0)
		return err_set(e, -r, "mount proc on", tree->op->dest);
	struct mount *mount = tree_mount_new(tree, MOUNT_PROC, &root);
	r = mount_on(tree, mount, "mount proc on", e);
	return r < 0 || tree->plan->host_uid != 0 ? r : cover_proc(tree, mount, e);
}

/* --- a minimal /dev --- */

/* A device of the host, bound over an empty file. */
static int bind_device(struct tree *tree, const struct place *dev, const char *source,
		       const char *name)
{
	struct place node;
	struct thing thing;
	int r = host_look(tree, source, true, &thing);

	if (r == 0)
		r = tree_make(tree, dev, name, S_IFREG | 0444, NULL, &node);
	if (r < 0)
		return r;
	struct mount *mount = tree_mount_new(tree, MOUNT_BIND, &thing);
	mount->devices = true;
	return tree_mount(tree, &node, mount);
}

static int bind_devices(struct tree *tree, const struct place *dev, struct err *e)
{
	static const char *const paths[] = { "/dev/null",   "/dev/zero",    "/dev/full",
					     "/dev/random", "/dev/urandom", "/dev/tty" };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		int r = bind_device(tree, dev, paths[i], paths[i] + strlen("/dev/"));

		if (r < 0)
			return err_set(e, -r, "bind device", paths[i]);
	}
	return 0;
}

static int bind_console(struct tree *tree, const struct place *dev, struct err *e)
{
	int r = isatty(STDOUT_FILENO) ? bind_device(tree, dev, "/proc/self/fd/1", "console") : 0;

	return r < 0 ? err_set(e, -r, "bind the terminal on", "/dev/console") : 0;
}

static int make_links(struct tree *tree, const struct place *dev, struct err *e)
{
	static const struct {
		const char *target, *name;
	} links[] = {
		{ "/proc/self/fd/0", "stdin" },  { "/proc/self/fd/1", "stdout" },
		{ "/proc/self/fd/2", "stderr" }, { "/proc/self/fd", "fd" },
		{ "/proc/kcore", "core" },       { "pts/ptmx", "ptmx" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		int r = tree_make(tree, dev, links[i].name, S_IFLNK | 0777, links[i].target, NULL);

		if (r < 0)
			return err_set(e, -r, "make the link in /dev", links[i].name);
	}
	return 0;
}

/* A devpts: its folder belongs to the host's root, its ptmx is for everybody. */
static int make_pts(struct tree *tree, const struct place *dev)
{
	struct thing root = tree_make_thing(tree, S_IFDIR | 0755);
	struct mount *mount = tree_mount_new(tree, MOUNT_MEMORY, &root);
	struct place top = tree_top(tree, mount), pts;
	int r = tree_make(tree, dev, "shm", S_IFDIR | 0755, NULL, NULL);

	if (r == 0)
		r = tree_make(tree, dev, "pts", S_IFDIR | 0755, NULL, &pts);
	if (r == 0)
		r = tree_make(tree, &top, "ptmx", S_IFCHR | 0666, NULL, NULL);
	if (r < 0)
		return r;
	mount->devices = true;
	mount->kind = MOUNT_CLOSED;
	mount->root.uid = mount->root.gid = (uid_t)-1;
	return tree_mount(tree, &pts, mount);
}

int view_mount_dev(struct tree *tree, struct err *e)
{
	struct thing root = tree_make_thing(tree, S_IFDIR | 0755);
	struct mount *mount = tree_mount_new(tree, MOUNT_MEMORY, &root);
	int r = mount_on(tree, mount, "mount tmpfs on", e);

	if (r < 0)
		return r;
	struct place dev = tree_top(tree, mount);
	r = bind_devices(tree, &dev, e);
	if (r == 0)
		r = make_links(tree, &dev, e);
	if (r < 0)
		return r;
	r = make_pts(tree, &dev);
	return r < 0 ? err_set(e, -r, "mount devpts on", "/dev/pts") : bind_console(tree, &dev, e);
}

/* --- overlays --- */

static int add_layer(struct tree *tree, const char *path, struct thing *layer, struct err *e)
{
	int r = find_source(tree, path, layer);

	if (r == 0 && !S_ISDIR(layer->mode))
		r = -ENOTDIR;
	return r < 0 ? err_set(e, -r, "find source", path) : 0;
}

/* All layers, the top one first, the folder for work looked at as well. */
static int find_layers(struct tree *tree, struct thing *layers, size_t count, struct err *e)
{
	const struct op *op = tree->op;
	struct thing work;
	int r = 0;

	for (size_t i = 0; r == 0 && i < op->layer_count; i++)
		r = add_layer(tree, op->layers[i], &layers[count - 1 - i], e);
	if (r < 0 || op->upper == UPPER_NONE)
		return r;
	if (op->upper == UPPER_DIR && !(op->flags & OP_ROOTFS)) {
		r = add_layer(tree, op->source, &layers[0], e);
		return r < 0 ? r : add_layer(tree, op->work, &work, e);
	}
	/* A layer over a root may not exist yet: then it is empty. */
	if (op->upper == UPPER_TMP || find_source(tree, op->source, &layers[0]) < 0)
		layers[0] = tree_make_thing(tree, S_IFDIR | 0755);
	return 0;
}

int view_mount_overlay(struct tree *tree, struct err *e)
{
	bool has_upper = tree->op->upper != UPPER_NONE;
	size_t count = tree->op->layer_count + has_upper;
	struct thing *layers = arena_alloc(&tree->arena, count * sizeof(*layers));
	int r = find_layers(tree, layers, count, e);

	if (r < 0)
		return r;
	layers[0].is_upper = has_upper;
	for (size_t i = 0; i + 1 < count; i++)
		layers[i].below = &layers[i + 1];
	struct mount *mount = tree_mount_new(tree, MOUNT_OVERLAY, &layers[0]);
	mount->read_only = !has_upper;
	return mount_on(tree, mount, "mount overlay on", e);
}

/* --- changing what is mounted --- */

/* The mount that begins at @place becomes read-only: one of the plan's, or a part of a bind. */
static bool make_read_only(struct tree *tree, const struct place *place)
{
	struct mount *mount = place->mount;

	if (!place->path[0]) {
		mount->remounted = tree->op;
		return true;
	}
	if (place->thing.made || !place->thing.is_mount_root || mount->kind == MOUNT_OVERLAY)
		return false;
	struct read_only_part *part = arena_alloc(&tree->arena, sizeof(*part));
	*part = (struct read_only_part){ .mount_id = place->thing.mount_id,
					 .op = tree->op,
					 .next = mount->parts };
	mount->parts = part;
	return true;
}

int view_mount_remount_ro(struct tree *tree, struct err *e)
{
	struct walk_end end;
	int r = view_dest_open(tree, &end);

	if (r < 0)
		return err_set(e, -r, "remount read-only", tree->op->dest);
	if (!make_read_only(tree, &end.place))
		return err_refuse(e, "remount read-only", tree->op->dest,
				  "nothing is mounted there");
	return 0;
}

/* --- files of our own --- */

int view_mount_data(struct tree *tree, struct err *e)
{
	struct thing file = tree_make_thing(tree, S_IFREG | tree->op->perms);

	return mount_on(tree, tree_mount_new(tree, MOUNT_MEMORY, &file), "bind on", e);
}

/* Something empty, of the same kind as what it hides. */
int view_mount_mask(struct tree *tree, struct err *e)
{
	const char *path = tree->op->dest;
	struct walk_end end;
	int r = view_dest_open(tree, &end);

	if (r == -ENOENT) {
		err_refuse(e, "mask", path, "there is no such file or folder inside");
		return err_hint(e, "options act in order: mask it after the option that shows it");
	}
	if (r < 0)
		return err_set(e, -r, "mask", path);
	struct thing empty =
		tree_make_thing(tree, S_ISDIR(end.place.thing.mode) ? S_IFDIR : S_IFREG);
	struct mount *mount = tree_mount_new(tree, MOUNT_MEMORY, &empty);
	mount->read_only = true;
	r = tree_mount(tree, &end.place, mount);
	return r < 0 ? err_set(e, -r, "mask", path) : 0;
}
