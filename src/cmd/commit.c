/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * commit.c - see commit.h
 *
 * The new item is filled in its place of making and published at the end, so a commit that is
 * killed, or runs out of disk, leaves nothing but what the next command sweeps away.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/commit.h"
#include "store/layer.h"
#include "store/tree.h"
#include "watch/within.h"

struct job {
	const struct item *layer;
	const struct item *made;
	const char *folder; /* of the new item */
	bool whole;         /* with what lies below */
};

static int add(int to_fd, const char *path, unsigned flags, struct err *e)
{
	auto_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		err_set(e, errno, "open what the layer lies over,", path);
		return errno == ENOENT ? err_hint(e, "it was moved or removed since") : -e->code;
	}
	return tree_copy(fd, to_fd, NULL, flags, e);
}

/* How a folder is laid over what is there: as the layer's driver does. */
static unsigned over(const struct job *job)
{
	return TREE_PLAIN | TREE_OVER | TREE_MARKS |
	       (job->layer->info.driver == DRIVER_FUSE ? TREE_MARK_FILES : 0);
}

/* Bottom to top, each over what is there. One of them may have been a layer, with marks in it. */
static int add_below(const struct job *job, int to_fd, struct err *e)
{
	const struct info *info = &job->layer->info;
	int r = add(to_fd, info->base_path, TREE_PLAIN, e);

	for (size_t i = 0; r >= 0 && i < info->lower_count; i++)
		r = add(to_fd, info->lowers[i], over(job), e);
	return r;
}

static int fill(void *arg, struct err *e)
{
	const struct job *job = arg;
	auto_close_ int from_fd = openat(job->layer->fd, LAYER_UPPER,
					 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	umask(0);
	if (from_fd < 0 || mkdirat(job->made->fd, job->folder, 0755) < 0)
		return err_set(e, errno, "make the folder", job->folder);
	auto_close_ int to_fd =
		openat(job->made->fd, job->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to_fd < 0)
		return err_set(e, errno, "open the folder", job->folder);
	int r = job->whole ? add_below(job, to_fd, e) : 0;
	if (r >= 0)
		r = tree_copy(from_fd, to_fd, NULL, job->whole ? over(job) : 0, e);
	if (r >= 0 && !job->whole && mkdirat(job->made->fd, LAYER_WORK, 0755) < 0)
		r = err_set(e, errno, "make the folder", LAYER_WORK);
	return r;
}

static int commit(const struct store *store, const struct item *layer, const struct info *info,
		  const char *name, struct err *e)
{
	bool whole = store->kind == STORE_ROOTS;
	auto_item_ struct item made = ITEM_CLOSED;
	struct err unused = { 0 };
	struct job job = { .layer = layer,
			   .made = &made,
			   .folder = whole ? "root" : LAYER_UPPER,
			   .whole = whole };
	int r = item_check_free(store, name, e);

	if (r >= 0)
		r = item_new(store, info, &made, e);
	if (r < 0)
		return r;
	r = within_ids(&info->ids, fill, &job, e);
	if (r >= 0)
		r = item_publish(store, &made, name, true, e);
	if (r < 0 && item_remove(store, &made, &unused) < 0)
		log_warning("%s/%s could not be removed: the next command tries again", store->path,
			    made.name);
	return r;
}

/* A kept root below is not to go away meanwhile. That there is none is found when it is copied. */
static int hold_base(const struct store *roots, const struct info *info, struct arena *arena,
		     struct item *ret, struct err *e)
{
	if (!info->base || strchr(info->base, '/'))
		return 0;
	int r = item_open(roots, info->base, ITEM_SHARED, arena, ret, e);
	return r == -ENOENT ? 0 : r;
}

int commit_to_root(const struct item *layer, const char *name, struct err *e)
{
	auto_store_ struct store roots = STORE_CLOSED;
	auto_item_ struct item base = ITEM_CLOSED;
	const struct info info = { .ids = layer->info.ids, .source = layer->name };
	struct arena arena = { 0 };
	int r = store_open(STORE_ROOTS, true, &roots, e);

	if (r >= 0)
		r = hold_base(&roots, &layer->info, &arena, &base, e);
	if (r >= 0)
		r = commit(&roots, layer, &info, name, e);
	arena_free(&arena);
	return r;
}

int commit_to_layer(const struct store *layers, const struct item *layer, const char *name,
		    struct err *e)
{
	struct info info = layer->info;

	info.made = NULL;
	return commit(layers, layer, &info, name, e);
}
