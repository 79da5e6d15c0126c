/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack_folders.c - see unpack_folders.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/unpack_folders.h"

struct folder {
	char *path; /* heap */
	struct attrs attrs;
	size_t depth, number; /* number: how many came before */
};

void folders_add(struct folders *folders, const char *path, struct attrs *attrs)
{
	size_t size = strlen(path) + 1;
	struct folder folder = { .path = xrealloc(NULL, size),
				 .attrs = *attrs,
				 .depth = *path != '\0',
				 .number = folders->count };

	*attrs = (struct attrs){ 0 };
	memcpy(folder.path, path, size);
	for (const char *at = path; *at; at++)
		folder.depth += *at == '/';
	folders->all = grow(folders->all, folders->count, sizeof(folder));
	folders->all[folders->count++] = folder;
}

static int deepest_first(const void *a, const void *b)
{
	const struct folder *x = a, *y = b;

	if (x->depth != y->depth)
		return x->depth > y->depth ? -1 : 1;
	int order = strcmp(x->path, y->path);
	if (order != 0)
		return order;
	return x->number < y->number ? -1 : 1;
}

/* Something else may be there by now: then there is nothing to do. */
static int finish(const struct folder *folder, const struct writer *writer, struct err *e)
{
	const char *path = *folder->path ? folder->path : ".";
	auto_close_ int fd = -1;
	int r = writer_open(writer, folder->path, &fd);

	if (r == -ENOENT || r == -ENOTDIR || r == -ELOOP)
		return 0;
	if (r < 0)
		return err_set(e, -r, "open folder", path);
	return attrs_set(&folder->attrs, fd, path, e);
}

int folders_finish(const struct folders *folders, const struct writer *writer, struct err *e)
{
	int r = 0;

	if (folders->count > 0)
		qsort(folders->all, folders->count, sizeof(*folders->all), deepest_first);
	for (size_t i = 0; r >= 0 && i < folders->count; i++) {
		const struct folder *folder = &folders->all[i];

		if (i + 1 == folders->count || strcmp(folder[1].path, folder->path) != 0)
			r = finish(folder, writer, e);
	}
	return r;
}

void folders_free(struct folders *folders)
{
	for (size_t i = 0; i < folders->count; i++) {
		free(folders->all[i].path);
		attrs_free(&folders->all[i].attrs);
	}
	free(folders->all);
	*folders = (struct folders){ 0 };
}
