/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_list.c - see tree_list.h
 *
 * If names are in no order that was asked for, they are sorted by inode: that is about the order of
 * the inodes on disk, while many file systems list names by their hash.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdalign.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/sys.h"
#include "store/tree_list.h"

/* A list that is being read. */
struct reading {
	struct tree_list list;
	size_t used, room; /* of list.names */
};

static bool is_dots(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static void add(struct reading *reading, const struct sys_dirent *dirent)
{
	struct tree_list *list = &reading->list;
	size_t size = strlen(dirent->d_name) + 1;

	if (is_dots(dirent->d_name))
		return;
	if (reading->room - reading->used < size) {
		reading->room = (reading->room + size) * 2;
		list->names = xrealloc(list->names, reading->room);
	}
	memcpy(list->names + reading->used, dirent->d_name, size);
	list->items = grow(list->items, list->count, sizeof(*list->items));
	list->items[list->count++] = (struct tree_item){ .offset = reading->used,
							 .ino = dirent->d_ino,
							 .type = dirent->d_type };
	reading->used += size;
}

static int read_items(int fd, struct reading *reading)
{
	alignas(struct sys_dirent) char buffer[32 * 1024];
	ssize_t got;

	while ((got = sys_getdents64(fd, buffer, sizeof(buffer))) > 0) {
		for (ssize_t at = 0; at < got;) {
			const struct sys_dirent *dirent = (const void *)(buffer + at);

			add(reading, dirent);
			at += dirent->d_reclen;
		}
	}
	return got < 0 && errno != ENOENT ? -errno : 0; /* a removed folder has no names */
}

static int by_inode(const void *a, const void *b)
{
	const struct tree_item *x = a, *y = b;

	return x->ino < y->ino ? -1 : x->ino > y->ino;
}

static int by_name(const void *a, const void *b)
{
	const struct tree_item *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int tree_list_read(int fd, enum tree_order order, struct tree_list *ret)
{
	struct reading reading = { 0 };
	struct tree_list *list = &reading.list;
	int r = read_items(fd, &reading);

	if (r < 0) {
		tree_list_free(list);
		return r;
	}
	for (size_t i = 0; i < list->count; i++)
		list->items[i].name = list->names + list->items[i].offset;
	if (list->count)
		qsort(list->items, list->count, sizeof(*list->items),
		      order == TREE_BY_NAME ? by_name : by_inode);
	*ret = *list;
	return 0;
}

void tree_list_free(struct tree_list *list)
{
	free(list->names);
	free(list->items);
	*list = (struct tree_list){ 0 };
}
