/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree.c - for tree.bats: what is done to whole trees, as a command
 *
 *	tree remove FOLDER NAME
 *	tree usage FOLDER
 *	tree copy FROM TO [UID-MAP GID-MAP]
 *	tree plain FROM TO
 */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#include "store/tree.h"

static int usage(int dirfd, struct err *e)
{
	struct tree_usage found;
	int r = tree_usage(dirfd, &found, e);

	if (r == 0)
		printf("%" PRIu64 " %" PRIu64 "\n", found.bytes, found.entries);
	return r;
}

static int copy(int from, char **words, enum tree_copy_flags flags, struct err *e)
{
	auto_close_ int to = open(words[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct id_map uid, gid;
	struct arena arena = { 0 };
	const struct tree_shift shift = { .uid = &uid, .gid = &gid };

	if (to < 0)
		return err_set(e, errno, "open", words[0]);
	if (!words[1])
		return tree_copy(from, to, NULL, flags, e);
	int r = id_map_parse(words[1], &arena, &uid);
	if (r == 0)
		r = id_map_parse(words[2], &arena, &gid);
	r = r < 0 ? err_usage(e, "not a map of ids") : tree_copy(from, to, &shift, flags, e);
	arena_free(&arena);
	return r;
}

int main(int count, char **words)
{
	auto_close_ int dirfd = count < 3 ? -1 : open(words[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err e = { 0 };
	int r;

	if (dirfd < 0)
		return 2;
	if (strcmp(words[1], "remove") == 0)
		r = tree_remove(dirfd, words[3], &e);
	else if (strcmp(words[1], "usage") == 0)
		r = usage(dirfd, &e);
	else
		r = copy(dirfd, words + 3, strcmp(words[1], "plain") == 0 ? TREE_PLAIN : 0, &e);
	if (r < 0)
		err_print(&e);
	return r < 0;
}
