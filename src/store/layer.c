/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * layer.c - see layer.h
 *
 * Which driver a new layer gets is found by doing: the kernel is asked to put the very folders
 * together, in a namespace with the ids, and what it mounted is dropped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "stage/layers.h"
#include "stage/overlay.h"
#include "store/layer.h"
#include "watch/helper.h"
#include "watch/within.h"

/* --- a new one --- */

struct making {
	const struct store *store;
	const struct item *item;
	const struct layer_want *want;
};

/* As the inside's root: the folder that becomes the root's has that owner and mode. */
static int make_folders(void *arg, struct err *e)
{
	struct making *making = arg;
	int fd = making->item->fd;

	umask(022);
	if (mkdirat(fd, LAYER_UPPER, 0755) < 0 || mkdirat(fd, LAYER_WORK, 0755) < 0)
		return err_set(e, errno, "make the folders of", "a layer");
	return 0;
}

static int open_dir(const char *path, int *ret_fd, struct err *e)
{
	*ret_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return *ret_fd < 0 ? err_set(e, errno, "find source", path) : 0;
}

static int open_lower(struct layers *layers, const char *path, struct err *e)
{
	layers->fds = grow(layers->fds, layers->count, sizeof(int));
	int r = open_dir(path, &layers->fds[layers->count], e);
	layers->count += r >= 0;
	return r;
}

/* By path, since a mount of another mount namespace than ours cannot be a layer. */
static int open_layers(const struct making *making, struct layers *layers, struct err *e)
{
	const struct layer_want *want = making->want;
	char path[PATH_MAX + NAME_MAX + 16];
	int r = open_lower(layers, want->base_path, e);

	for (size_t i = 0; r >= 0 && i < want->lower_count; i++)
		r = open_lower(layers, want->lowers[i], e);
	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "%s/%s/" LAYER_UPPER, making->store->path, making->item->name);
	r = open_dir(path, &layers->upper_fd, e);
	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "%s/%s/" LAYER_WORK, making->store->path, making->item->name);
	return open_dir(path, &layers->work_fd, e);
}

static int try_kernel(void *arg, struct err *e)
{
	auto_close_ int proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	auto_layers_ struct layers layers = LAYERS_NONE;
	int r = open_layers(arg, &layers, e);

	if (r < 0)
		return r;
	auto_close_ int fd = proc_fd < 0 ? -errno : overlay_new(proc_fd, &layers, 0);
	return fd < 0 ? err_set(e, -fd, "mount overlay for", "a layer") : 0;
}

/* The kernel, or with a warning fuse-overlayfs: slower, but it goes. */
static int choose_driver(struct making *making, enum overlay_driver *ret, struct err *e)
{
	int r = within_ids(making->want->ids, try_kernel, making, e);

	if (r >= 0)
		return 0;
	auto_free_ char *server = helper_find("fuse-overlayfs");
	if (!server)
		return r;
	log_warning("the kernel's overlayfs cannot put this layer over its root (%s): the layer "
		    "is made for fuse-overlayfs, which is slower",
		    err_reason(e));
	*ret = DRIVER_FUSE;
	return 0;
}

static int fill(struct making *making, const struct layer_want *want, struct info *info,
		struct err *e)
{
	int r = within_ids(want->ids, make_folders, making, e);

	if (r < 0 || want->driver != DRIVER_AUTO)
		return r;
	r = choose_driver(making, &info->driver, e);
	return r < 0 || info->driver == DRIVER_KERNEL ? r : info_write(making->item->fd, info, e);
}

static int make(const struct store *store, const char *name, const struct layer_want *want,
		struct err *e)
{
	auto_item_ struct item item = ITEM_CLOSED;
	struct info info = { .ids = *want->ids,
			     .has_driver = true,
			     .driver = want->driver == DRIVER_AUTO ? DRIVER_KERNEL : want->driver,
			     .base = want->base,
			     .base_path = want->base_path,
			     .lowers = (const char **)want->lowers,
			     .lower_count = want->lower_count };
	struct making making = { .store = store, .item = &item, .want = want };
	struct err unused;
	int r = item_new(store, &info, &item, e);

	if (r < 0)
		return r;
	r = fill(&making, want, &info, e);
	if (r >= 0)
		r = item_publish(store, &item, name, false, e);
	if (r < 0 && item_remove(store, &item, &unused) < 0)
		log_warning("%s/%s could not be removed: the next command tries again", store->path,
			    item.name);
	return r == -EEXIST ? 0 : r; /* somebody was faster: then there is one */
}

/* --- one that is there --- */

static const char *own_map_hint(const struct info *info)
{
	static const char *const hints[] = {
		[MAP_SINGLE] = "use it with --map-ids single",
		[MAP_ROOT] = "use it with --map-ids root",
		[MAP_AUTO] = "use it with --map-ids auto",
		[MAP_SUBID] = "use it with --map-ids subid",
		[MAP_KEEP] = "use it with --map-ids keep",
		[MAP_EXPLICIT] = "use it with the same --uid-map and --gid-map",
	};

	return hints[info->ids.kind];
}

/* One id of the caller's is the same id outside, whatever its number is inside. */
static bool same_ids(const struct ids *a, const struct ids *b)
{
	return id_map_equal(&a->uid, &b->uid) && id_map_equal(&a->gid, &b->gid);
}

static bool same_lowers(const struct info *info, const struct layer_want *want)
{
	if (info->lower_count != want->lower_count)
		return false;
	for (size_t i = 0; i < info->lower_count; i++) {
		if (strcmp(info->lowers[i], want->lowers[i]) != 0)
			return false;
	}
	return true;
}

static int check(const struct item *item, const struct layer_want *want, struct err *e)
{
	const struct info *info = &item->info;

	if (!info->has_driver || !info->base_path)
		return err_refuse(e, "use the layer", item->name, "its info file is damaged");
	if (!same_ids(&info->ids, want->ids)) {
		err_refuse(e, "use the layer", item->name,
			   info->ids.kind == want->ids->kind
				   ? "its files have owners by another map of ids than that of "
				     "--map-ids %s now"
				   : "its files have owners by --map-ids %s",
			   map_kind_name(info->ids.kind));
		return err_hint(e, info->ids.kind == want->ids->kind
					   ? "the ranges in /etc/subuid or /etc/subgid have "
					     "changed since it was made"
					   : own_map_hint(info));
	}
	if (want->driver != DRIVER_AUTO && want->driver != info->driver) {
		err_refuse(e, "use the layer", item->name,
			   "it was written by the driver %s, whose marks the other one misreads",
			   info_driver_name(info->driver));
		return err_hint(e, "leave out --overlay-driver, or commit the layer to a root and "
				   "begin a new one");
	}
	if (!same_lowers(info, want)) {
		err_refuse(e, "use the layer", item->name, "it lies over other folders of --lower");
		return err_hint(e, "crannog layer ls --json lists them, bottom to top");
	}
	if (strcmp(info->base_path, want->base_path) != 0) {
		err_refuse(e, "use the layer", item->name, "it lies over another root: %s",
			   info->base ? info->base : info->base_path);
		return err_hint(e, "crannog layer commit makes a root of both");
	}
	return 0;
}

int layer_open(const struct store *store, const char *name, const struct layer_want *want,
	       struct arena *arena, struct item *ret, struct err *e)
{
	auto_item_ struct item item = ITEM_CLOSED;
	int r = item_open(store, name, ITEM_ALONE, arena, &item, e);

	if (r == -ENOENT) {
		r = make(store, name, want, e);
		if (r >= 0)
			r = item_open(store, name, ITEM_ALONE, arena, &item, e);
	}
	if (r >= 0)
		r = check(&item, want, e);
	if (r < 0)
		return r;
	item_sign(&item, want->user);
	*ret = item;
	item = ITEM_CLOSED;
	return 0;
}
