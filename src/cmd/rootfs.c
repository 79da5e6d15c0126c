/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rootfs.c - `crannog rootfs`: the roots that are kept
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/export.h"
#include "cmd/import.h"
#include "cmd/subverb.h"

static int cmd_import(struct request *request, char **words, struct err *e)
{
	enum map_kind kind = request->map_ids_given ? request->plan->ids.kind : MAP_AUTO;
	auto_store_ struct store store = STORE_CLOSED;
	int r = store_open(STORE_ROOTS, true, &store, e);

	if (r >= 0)
		r = import_root(&store, words[0], words[1], kind, &request->plan->arena, e);
	return r;
}

static void print_json(const struct item *item, const char *path, struct json *json)
{
	json_open(json, NULL, '{');
	json_string(json, "name", item->name);
	json_string(json, "path", path);
	json_string(json, "map", map_kind_name(item->info.ids.kind));
	json_string(json, "made", item->info.made);
	json_string(json, "source", item->info.source);
	json_close(json);
}

static int print_one(const struct store *store, const char *name, struct arena *arena,
		     struct json *json, struct err *e)
{
	auto_item_ struct item item = ITEM_CLOSED;
	int r = item_open(store, name, ITEM_LOOK, arena, &item, e);

	if (r < 0)
		return r == -ENOENT ? 0 : r; /* it went away meanwhile */
	if (json)
		print_json(&item, arena_format(arena, "%s/%s/root", store->path, name), json);
	else
		printf("%-20s %-8s %s  %s\n", name, map_kind_name(item.info.ids.kind),
		       item.info.made, item.info.source ? item.info.source : "");
	return 0;
}

static int cmd_ls(struct request *request, char **words _unused_, struct err *e)
{
	struct arena *arena = &request->plan->arena;
	auto_store_ struct store store = STORE_CLOSED;
	struct json json = json_new(stdout);
	char **names;
	int r = store_open(STORE_ROOTS, false, &store, e);

	if (r >= 0)
		r = store_list(&store, arena, &names, e);
	if (r < 0)
		return r;
	if (request->json)
		json_open(&json, NULL, '[');
	else if (*names)
		printf("%-20s %-8s %-20s  %s\n", "NAME", "MAP", "MADE", "SOURCE");
	for (; r >= 0 && *names; names++)
		r = print_one(&store, *names, arena, request->json ? &json : NULL, e);
	if (request->json)
		json_close(&json);
	return r;
}

/* Does this layer lie over the root with that path? One that cannot be read lies over nothing. */
static bool lies_over(const struct store *layers, const char *layer, const char *path,
		      struct arena *arena)
{
	auto_item_ struct item item = ITEM_CLOSED;
	struct err unused = { 0 };

	return item_open(layers, layer, ITEM_LOOK, arena, &item, &unused) >= 0 &&
	       item.info.base_path && strcmp(item.info.base_path, path) == 0;
}

/* A layer over the root would be over nothing. */
static int check_layers(const char *name, const char *path, struct arena *arena, struct err *e)
{
	auto_store_ struct store layers = STORE_CLOSED;
	const char *found = "";
	char **names;
	int r = store_open(STORE_LAYERS, false, &layers, e);

	if (r >= 0)
		r = store_list(&layers, arena, &names, e);
	for (; r >= 0 && *names; names++) {
		if (lies_over(&layers, *names, path, arena))
			found = arena_format(arena, "%s%s%s", found, found[0] ? " " : "", *names);
	}
	if (r < 0 || !found[0])
		return r;
	err_refuse(e, "remove the root", name, "layers lie over it: %s", found);
	return err_hint(e, "commit or discard them first, or use --force");
}

static int remove_one(const struct request *request, const struct store *store, const char *name,
		      struct err *e)
{
	struct arena *arena = &request->plan->arena;
	auto_item_ struct item item = ITEM_CLOSED;
	int r = item_open(store, name, ITEM_ALONE, arena, &item, e);

	if (r >= 0 && !(request->flags & REQUEST_FORCE))
		r = check_layers(name, arena_format(arena, "%s/%s/root", store->path, name), arena,
				 e);
	return r < 0 ? r : item_remove(store, &item, e);
}

static int cmd_rm(struct request *request, char **words, struct err *e)
{
	auto_store_ struct store store = STORE_CLOSED;
	int r = store_open(STORE_ROOTS, false, &store, e);

	for (; r >= 0 && *words; words++) {
		r = store_check_name(&store, *words, e);
		if (r >= 0)
			r = remove_one(request, &store, *words, e);
	}
	return r;
}

static int cmd_export(struct request *request, char **words, struct err *e)
{
	auto_store_ struct store store = STORE_CLOSED;
	auto_item_ struct item item = ITEM_CLOSED;
	int r = store_open(STORE_ROOTS, false, &store, e);

	if (r >= 0)
		r = store_check_name(&store, words[0], e);
	if (r >= 0)
		r = item_open(&store, words[0], ITEM_SHARED, &request->plan->arena, &item, e);
	return r < 0 ? r : export_folder(&item, "root", PACK_PLAIN, words[1], e);
}

#define SUBVERB(verb_, name_, arguments_, main_, help_)                                            \
	SUBVERB_##verb_(name_, arguments_, main_, help_)
#define SUBVERB_rootfs(name_, arguments_, main_, help_)                                            \
	{ .name = name_, .arguments = arguments_, .help = help_, .main = main_ },
#define SUBVERB_layer(...)
const struct subverb rootfs_subverbs[] = {
#include "cmd/subverbs.def"
	{ 0 },
};

int cmd_rootfs(char **words)
{
	return subverb_run("rootfs", MODE_ROOTFS, rootfs_subverbs, words);
}
