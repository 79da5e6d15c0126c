/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sweep.c - see sweep.h
 *
 * An item that is locked is somebody's. The folder's own lock keeps us from the moment between the
 * making of an item and its lock.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "base/log.h"
#include "store/sweep.h"

static bool is_unfinished(const char *name)
{
	return strncmp(name, ".new-", 5) == 0 || strncmp(name, ".old-", 5) == 0;
}

/* Between the making of an item and its lock, the store is its maker's alone. */
static int open_alone(const struct store *store, const char *name, struct arena *arena,
		      struct item *ret, struct err *e)
{
	auto_close_ int folder_fd = openat(store->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder_fd < 0 || flock(folder_fd, LOCK_EX) < 0)
		return err_set(e, errno, "lock the folder", store->path);
	return item_open(store, name, ITEM_ALONE, arena, ret, e);
}

static void sweep_one(const struct store *store, const char *name)
{
	auto_item_ struct item item = ITEM_CLOSED;
	struct arena arena = { 0 };
	struct err err = { 0 };
	int r = open_alone(store, name, &arena, &item, &err);

	if (r >= 0)
		r = item_remove(store, &item, &err);
	if (r < 0 && r != -EBUSY && r != -ENOENT)
		log_warning("%s/%s, left by a command that was killed, cannot be removed: %s",
			    store->path, name, err_reason(&err));
	arena_free(&arena);
}

void sweep(const struct store *store)
{
	int fd = openat(store->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		close_fd(&fd);
		return;
	}
	while ((entry = readdir(dir))) {
		if (is_unfinished(entry->d_name))
			sweep_one(store, entry->d_name);
	}
	closedir(dir);
}
