/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * opt_root.c - options that say what the root is, and where changes to it go
 */
#include <string.h>

#include "front/handlers.h"

int opt_bare(struct request *request, const struct option *o _unused_, char **v _unused_,
	     struct err *e)
{
	if (request->base == VIEW_ROOTFS)
		return err_usage(e, "--bare and --rootfs exclude each other");
	request->base = VIEW_BARE;
	return 0;
}

int opt_rootfs(struct request *request, const struct option *option, char **values, struct err *e)
{
	if (request->base == VIEW_BARE)
		return err_usage(e, "--bare and --rootfs exclude each other");
	if (!values[0][0])
		return err_usage(e, "it takes a folder, an archive or a name");
	request->base = VIEW_ROOTFS;
	request->rootfs = values[0];
	request->rootfs_ro = option->value == OP_RO;
	request->rootfs_origin = request->origin;
	return 0;
}

int opt_layer(struct request *request, const struct option *option, char **values, struct err *e)
{
	struct layering *layer = &request->layer;

	if (layer->origin.option && strcmp(layer->origin.option, option->name) != 0)
		return err_usage(e, "--layer and --layer-dir exclude each other");
	layer->origin = request->origin;
	layer->dir = option->value ? values[0] : NULL;
	layer->name = option->value ? NULL : values[0];
	return 0;
}

int opt_lower(struct request *request, const struct option *o _unused_, char **values,
	      struct err *e _unused_)
{
	struct layering *layer = &request->layer;

	layer->lowers = grow(layer->lowers, layer->lower_count, sizeof(*layer->lowers));
	layer->lowers[layer->lower_count++] = values[0];
	if (!layer->lower_origin.option)
		layer->lower_origin = request->origin;
	return 0;
}

int opt_overlay_driver(struct request *request, const struct option *o _unused_, char **values,
		       struct err *e)
{
	static const char *const names[] = {
		[DRIVER_KERNEL] = "kernel", [DRIVER_FUSE] = "fuse", [DRIVER_AUTO] = "auto"
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(values[0], names[i]) != 0)
			continue;
		request->layer.driver = (enum overlay_driver)i;
		request->layer.driver_origin = request->origin;
		return 0;
	}
	return err_usage(e, "unknown driver %s: it is auto, kernel or fuse", values[0]);
}
