/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * layer.c - `crannog layer`: the writable layers that are kept
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/commit.h"
#include "cmd/export.h"
#include "cmd/inside.h"
#include "cmd/layer_diff.h"
#include "cmd/subverb.h"
#include "store/layer.h"

/* --- ls, du --- */

/* Prints one; @json is NULL for text. */
typedef int print_layer(const struct item *item, struct json *json, struct err *e);

static int each(struct request *request, char **only, print_layer *print, struct err *e)
{
	struct arena *arena = &request->plan->arena;
	auto_store_ struct store store = STORE_CLOSED;
	struct json json = json_new(stdout);
	char **names = only;
	int r = store_open(STORE_LAYERS, false, &store, e);

	if (r >= 0 && !*only)
		r = store_list(&store, arena, &names, e);
	if (request->json)
		json_open(&json, NULL, '[');
	for (; r >= 0 && *names; names++) {
		auto_item_ struct item item = ITEM_CLOSED;

		r = store_check_name(&store, *names, e);
		if (r >= 0)
			r = item_open(&store, *names, ITEM_LOOK, arena, &item, e);
		if (r >= 0)
			r = print(&item, request->json ? &json : NULL, e);
		else if (r == -ENOENT && !*only)
			r = 0; /* it went away meanwhile */
	}
	if (request->json)
		json_close(&json);
	return r;
}

static int print_item(const struct item *item, struct json *json, struct err *e _unused_)
{
	const struct info *info = &item->info;
	const char *base = info->base ? info->base : "";

	if (!json) {
		printf("%-20s %-7s %-8s %s  %s\n", item->name, info_driver_name(info->driver),
		       map_kind_name(info->ids.kind), info->made, base);
		return 0;
	}
	json_open(json, NULL, '{');
	json_string(json, "name", item->name);
	json_string(json, "driver", info_driver_name(info->driver));
	json_string(json, "map", map_kind_name(info->ids.kind));
	json_string(json, "made", info->made);
	json_string(json, "base", base);
	json_string(json, "base_path", info->base_path);
	json_open(json, "lowers", '[');
	for (size_t i = 0; i < info->lower_count; i++)
		json_string(json, NULL, info->lowers[i]);
	json_close(json);
	json_close(json);
	return 0;
}

static int cmd_ls(struct request *request, char **words, struct err *e)
{
	if (!request->json)
		printf("%-20s %-7s %-8s %-20s  %s\n", "NAME", "DRIVER", "MAP", "MADE", "BASE");
	return each(request, words, print_item, e);
}

static int print_usage(const struct item *item, struct json *json, struct err *e)
{
	auto_close_ int fd = openat(item->fd, LAYER_UPPER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct tree_usage usage;

	if (fd < 0)
		return err_set(e, errno, "open the layer", item->name);
	int r = inside_usage(&item->info.ids, fd, &usage, e);
	if (r < 0)
		return r;
	if (!json) {
		printf("%12" PRIu64 " bytes  %8" PRIu64 " entries  %s\n", usage.bytes,
		       usage.entries, item->name);
		return 0;
	}
	json_open(json, NULL, '{');
	json_string(json, "name", item->name);
	json_number(json, "bytes", (long long)usage.bytes);
	json_number(json, "entries", (long long)usage.entries);
	json_close(json);
	return 0;
}

static int cmd_du(struct request *request, char **words, struct err *e)
{
	return each(request, words, print_usage, e);
}

/* --- one layer --- */

static int open_one(struct request *request, const char *name, enum item_lock lock,
		    struct store *store, struct item *item, struct err *e)
{
	int r = store_open(STORE_LAYERS, false, store, e);

	if (r >= 0)
		r = store_check_name(store, name, e);
	if (r >= 0)
		r = item_open(store, name, lock, &request->plan->arena, item, e);
	if (r >= 0 && lock == ITEM_ALONE)
		item_sign(item, "crannog layer");
	return r;
}

static int cmd_diff(struct request *request, char **words, struct err *e)
{
	enum layer_diff_form form = request->json                    ? LAYER_DIFF_JSON
				    : request->flags & REQUEST_PATCH ? LAYER_DIFF_PATCH
								     : LAYER_DIFF_LIST;
	auto_store_ struct store store = STORE_CLOSED;
	auto_item_ struct item item = ITEM_CLOSED;
	int r = open_one(request, words[0], ITEM_LOOK, &store, &item, e);

	return r < 0 ? r : layer_diff(&item, form, e);
}

static int cmd_commit(struct request *request, char **words, struct err *e)
{
	auto_store_ struct store store = STORE_CLOSED;
	auto_item_ struct item item = ITEM_CLOSED;
	int r = open_one(request, words[0], ITEM_ALONE, &store, &item, e);

	if (r < 0)
		return r;
	return request->flags & REQUEST_AS_LAYER ? commit_to_layer(&store, &item, words[1], e)
						 : commit_to_root(&item, words[1], e);
}

static int cmd_discard(struct request *request, char **words, struct err *e)
{
	int r = 0;

	for (; r >= 0 && *words; words++) {
		auto_store_ struct store store = STORE_CLOSED;
		auto_item_ struct item item = ITEM_CLOSED;

		r = open_one(request, *words, ITEM_ALONE, &store, &item, e);
		if (r >= 0)
			r = item_remove(&store, &item, e);
	}
	return r;
}

static int cmd_export(struct request *request, char **words, struct err *e)
{
	auto_store_ struct store store = STORE_CLOSED;
	auto_item_ struct item item = ITEM_CLOSED;
	int r = open_one(request, words[0], ITEM_ALONE, &store, &item, e);

	return r < 0 ? r : export_folder(&item, LAYER_UPPER, PACK_LAYER, words[1], e);
}

#define SUBVERB(verb_, name_, arguments_, main_, help_)                                            \
	SUBVERB_##verb_(name_, arguments_, main_, help_)
#define SUBVERB_layer(name_, arguments_, main_, help_)                                             \
	{ .name = name_, .arguments = arguments_, .help = help_, .main = main_ },
#define SUBVERB_rootfs(...)
const struct subverb layer_subverbs[] = {
#include "cmd/subverbs.def"
	{ 0 },
};

int cmd_layer(char **words)
{
	return subverb_run("layer", MODE_LAYER, layer_subverbs, words);
}
