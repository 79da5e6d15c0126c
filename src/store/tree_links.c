/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_links.c - see tree_links.h
 *
 * A hash table with open addressing, at most half full.
 */
#include <stdint.h>
#include <stdlib.h>

#include "store/tree_links.h"

static size_t slot_of(const struct tree_links *links, dev_t dev, ino_t ino)
{
	uint64_t hash = ((uint64_t)ino ^ ((uint64_t)dev << 40)) * UINT64_C(0x9e3779b97f4a7c15);
	size_t at = (size_t)(hash >> 32) & (links->room - 1);

	while (links->slots[at].path &&
	       (links->slots[at].dev != dev || links->slots[at].ino != ino))
		at = (at + 1) & (links->room - 1);
	return at;
}

static void make_room(struct tree_links *links)
{
	struct tree_links more = { .room = links->room ? links->room * 2 : 64 };

	if (links->count < links->room / 2)
		return;
	more.slots = xrealloc(NULL, more.room * sizeof(*more.slots));
	for (size_t i = 0; i < more.room; i++)
		more.slots[i] = (struct tree_link){ 0 };
	for (size_t i = 0; i < links->room; i++) {
		const struct tree_link *old = &links->slots[i];

		if (old->path)
			more.slots[slot_of(&more, old->dev, old->ino)] = *old;
	}
	free(links->slots);
	links->slots = more.slots;
	links->room = more.room;
}

const char *tree_links_find(const struct tree_links *links, const struct stat *st)
{
	return links->room ? links->slots[slot_of(links, st->st_dev, st->st_ino)].path : NULL;
}

void tree_links_add(struct tree_links *links, const struct stat *st, const char *path)
{
	make_room(links);
	struct tree_link *link = &links->slots[slot_of(links, st->st_dev, st->st_ino)];
	links->count += !link->path;
	*link = (struct tree_link){ .dev = st->st_dev,
				    .ino = st->st_ino,
				    .path = arena_strdup(&links->paths, path) };
}

void tree_links_free(struct tree_links *links)
{
	free(links->slots);
	arena_free(&links->paths);
	*links = (struct tree_links){ 0 };
}
