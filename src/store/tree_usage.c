/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_usage.c - what a tree takes on disk; see tree.h
 */
#include "store/tree.h"
#include "store/tree_links.h"

struct counting {
	struct tree_usage usage;
	struct tree_links links;
};

static int count(const struct tree_visit *visit, void *data, struct err *e _unused_)
{
	const struct stat *st = visit->st;
	struct counting *counting = data;

	counting->usage.entries++;
	if (!S_ISDIR(st->st_mode) && st->st_nlink > 1) {
		if (tree_links_find(&counting->links, st))
			return 0;
		tree_links_add(&counting->links, st, "");
	}
	counting->usage.bytes += (uint64_t)st->st_blocks * 512;
	return 0;
}

int tree_usage(int dirfd, struct tree_usage *ret, struct err *e)
{
	struct counting counting = { 0 };
	const struct tree_visitor visitor = { .enter = count, .entry = count, .data = &counting };
	int r = tree_walk(dirfd, &visitor, e);

	tree_links_free(&counting.links);
	if (r == 0)
		*ret = counting.usage;
	return r;
}
