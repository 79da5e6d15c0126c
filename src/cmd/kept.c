/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kept.c - see kept.h
 *
 * The locks end with the last process that has them: the launcher and pid 1 both do, so that a
 * layer is in use as long as anything runs in it, even when the launcher is killed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/cached.h"
#include "cmd/kept.h"
#include "store/layer.h"

static struct op *root_op(const struct request *request)
{
	return &request->plan->ops[request->root_op];
}

static void set_root(const struct request *request, const char *path)
{
	struct op *op = root_op(request);

	if (op->kind == OP_OVERLAY)
		op->layers[0] = path;
	else
		op->source = path;
}

/* --- the root --- */

static int no_such_root(const char *name, struct err *e)
{
	struct stat st;

	if (stat(name, &st) == 0)
		return err_hint(e, "a path has a slash in it: ./NAME is the one here");
	return err_hint(e, "crannog rootfs ls lists the roots there are");
}

static int find_named(struct kept *kept, struct request *request, struct err *e)
{
	auto_store_ struct store store = STORE_CLOSED;
	int r = store_open(STORE_ROOTS, false, &store, e);

	if (r >= 0)
		r = store_check_name(&store, request->rootfs, e);
	if (r >= 0)
		r = item_open(&store, request->rootfs, ITEM_SHARED, kept->arena, &kept->root, e);
	if (r == -ENOENT)
		return no_such_root(request->rootfs, e);
	if (r < 0)
		return r;
	request->plan->held_fds[0] = kept->root.lock_fd;
	kept->root_path = arena_format(kept->arena, "%s/%s/root", store.path, request->rootfs);
	return 0;
}

/* An absolute path, if there is such a file: what a layer remembers. */
static void find_path(struct kept *kept, const char *path)
{
	auto_free_ char *real = realpath(path, NULL);

	kept->root_path = arena_strdup(kept->arena, real ? real : path);
}

/* An archive of the root, open, or -1: it is something else, which the stages will judge. */
static int open_archive(const char *path)
{
	struct stat st;
	auto_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? take_fd(&fd) : -1;
}

static int find_at_path(struct kept *kept, struct request *request, bool unpacks, struct err *e)
{
	auto_close_ int fd = request->rootfs_ro ? open_archive(request->rootfs) : -1;

	if (fd < 0) {
		find_path(kept, request->rootfs);
		return 0;
	}
	int r = cached_root(fd, request->plan->ids.kind, unpacks, kept->arena, &kept->root,
			    &kept->root_path, e);
	if (r < 0)
		return r;
	request->plan->held_fds[0] = kept->root.lock_fd;
	set_root(request, kept->root_path);
	return 0;
}

static int find_root(struct kept *kept, struct request *request, bool unpacks, struct err *e)
{
	int r;

	e->origin = request->rootfs_origin;
	if (!request->rootfs_ro || strchr(request->rootfs, '/')) {
		r = find_at_path(kept, request, unpacks, e);
	} else {
		r = find_named(kept, request, e);
		if (r >= 0)
			set_root(request, kept->root_path);
	}
	if (r >= 0)
		e->origin = (struct origin){ 0 };
	return r;
}

/* --- the layer --- */

static bool has_named_layer(const struct request *request)
{
	return request->layer.name && strcmp(request->layer.name, "tmp") != 0;
}

static int find_layer(struct kept *kept, struct request *request, struct err *e)
{
	auto_store_ struct store store = STORE_CLOSED;
	struct op *op = root_op(request);

	if (!has_named_layer(request))
		return 0;
	e->origin = request->layer.origin;
	int r = store_open(STORE_LAYERS, false, &store, e);
	if (r >= 0)
		r = store_check_name(&store, request->layer.name, e);
	if (r < 0)
		return r;
	e->origin = (struct origin){ 0 };
	op->source =
		arena_format(kept->arena, "%s/%s/" LAYER_UPPER, store.path, request->layer.name);
	op->work = arena_format(kept->arena, "%s/%s/" LAYER_WORK, store.path, request->layer.name);
	return 0;
}

int kept_resolve(struct kept *kept, struct request *request, bool unpacks, struct err *e)
{
	kept->arena = &request->plan->arena;
	if (request->base != VIEW_ROOTFS)
		return 0;
	int r = find_root(kept, request, unpacks, e);
	return r < 0 ? r : find_layer(kept, request, e);
}

/* The folder that DIR is in, and its name there: "./a/b/" is "b" in "./a". */
static int open_parent(const struct request *request, struct kept *kept, struct store *store,
		       const char **ret_name, struct err *e)
{
	char *path = arena_strdup(kept->arena, request->layer.dir);
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		path[--length] = '\0';
	char *slash = strrchr(path, '/');
	*ret_name = slash ? slash + 1 : path;
	if (!(*ret_name)[0] || strcmp(*ret_name, ".") == 0 || strcmp(*ret_name, "..") == 0)
		return err_usage(e, "%s cannot be a layer: it must have a name of its own",
				 request->layer.dir);
	if (slash)
		*slash = '\0';
	return store_open_folder(!slash ? "." : path[0] ? path : "/", store, e);
}

/* Absolute, too: another command may start from another folder. */
static const char **absolute_lowers(struct kept *kept, const struct op *op)
{
	const char **lowers = arena_alloc(kept->arena, op->layer_count * sizeof(*lowers));

	for (size_t i = 1; i < op->layer_count; i++) {
		auto_free_ char *real = realpath(op->layers[i], NULL);

		lowers[i - 1] = arena_strdup(kept->arena, real ? real : op->layers[i]);
	}
	return lowers;
}

int kept_open_layer(struct kept *kept, struct request *request, struct err *e)
{
	auto_store_ struct store store = STORE_CLOSED;
	struct plan *plan = request->plan;
	struct op *op = root_op(request);
	const char *name = request->layer.name;
	int r;

	if (request->base != VIEW_ROOTFS || !(has_named_layer(request) || request->layer.dir))
		return 0;
	const struct layer_want want = { .ids = &plan->ids,
					 .driver = request->layer.driver,
					 .base = request->rootfs,
					 .base_path = kept->root_path,
					 .lowers = absolute_lowers(kept, op),
					 .lower_count = op->layer_count - 1,
					 .user = plan->argv[0] };
	e->origin = request->layer.origin;
	if (request->layer.dir)
		r = open_parent(request, kept, &store, &name, e);
	else
		r = store_open(STORE_LAYERS, true, &store, e);
	if (r >= 0)
		r = layer_open(&store, name, &want, kept->arena, &kept->layer, e);
	if (r < 0)
		return r;
	e->origin = (struct origin){ 0 };
	op->driver = kept->layer.info.driver;
	plan->held_fds[1] = kept->layer.lock_fd;
	return 0;
}
