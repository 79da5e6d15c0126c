/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * store.c - see store.h; items are in item.c
 */
#define _GNU_SOURCE
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/user.h"
#include "store/store.h"
#include "store/sweep.h"

enum { MAX_NAME = 64 };

void store_close(struct store *store)
{
	close_fd(&store->fd);
}

const char *store_word(const struct store *store)
{
	return store->kind == STORE_LAYERS ? "layer" : "root";
}

/* The folder for a kind of files, as the XDG base directory specification has it. */
static int base_folder(enum store_kind kind, char path[PATH_MAX], struct err *e)
{
	bool cache = kind == STORE_CACHE;
	const char *set = getenv(cache ? "XDG_CACHE_HOME" : "XDG_DATA_HOME"), *home = set;
	const struct passwd *entry;
	int size;

	if (set && set[0] == '/') {
		size = snprintf(path, PATH_MAX, "%s", set);
	} else {
		home = getenv("HOME");
		entry = home && home[0] == '/' ? NULL : user_find(geteuid());
		if (entry)
			home = entry->pw_dir;
		if (!home || home[0] != '/')
			return err_usage(e, "roots and layers are kept below the home directory, "
					    "and HOME does not say where that is");
		size = snprintf(path, PATH_MAX, "%s/%s", home, cache ? ".cache" : ".local/share");
	}
	return size < PATH_MAX ? 0 : err_set(e, ENAMETOOLONG, "keep roots and layers in", home);
}

static int store_path(enum store_kind kind, char path[PATH_MAX], struct err *e)
{
	static const char *const folders[] = {
		[STORE_ROOTS] = "roots", [STORE_LAYERS] = "layers", [STORE_CACHE] = "roots"
	};
	char base[PATH_MAX];
	int r = base_folder(kind, base, e);

	if (r < 0)
		return r;
	if (snprintf(path, PATH_MAX, "%s/" PACKAGE_NAME "/%s", base, folders[kind]) >= PATH_MAX)
		return err_set(e, ENAMETOOLONG, "keep roots and layers in", base);
	return 0;
}

/* Every folder on the way that is missing. */
static int make_folders(char *path, struct err *e)
{
	for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		int failed = mkdir(path, 0700) < 0 && errno != EEXIST;
		if (failed)
			err_set(e, errno, "make folder", path);
		if (slash)
			*slash = '/';
		if (failed)
			return -e->code;
		if (!slash)
			return 0;
	}
}

int store_open(enum store_kind kind, bool make, struct store *ret, struct err *e)
{
	struct store store = { .kind = kind };
	int r = store_path(kind, store.path, e);

	if (r >= 0 && make)
		r = make_folders(store.path, e);
	if (r < 0)
		return r;
	store.fd = open(store.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store.fd < 0 && (make || errno != ENOENT))
		return err_set(e, errno, "open folder", store.path);
	if (store.fd >= 0)
		sweep(&store);
	*ret = store;
	return 0;
}

int store_open_folder(const char *path, struct store *ret, struct err *e)
{
	struct store store = { .kind = STORE_LAYERS };

	if (!realpath(path, store.path))
		return err_set(e, errno, "find folder", path);
	store.fd = open(store.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store.fd < 0)
		return err_set(e, errno, "open folder", store.path);
	*ret = store;
	return 0;
}

int store_check_name(const struct store *store, const char *name, struct err *e)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";

	if (strspn(name, letters) == strlen(name) && name[0] && !strchr("._+-", name[0]) &&
	    strlen(name) <= MAX_NAME)
		return 0;
	err_usage(e, "\"%s\" cannot be the name of a %s", name, store_word(store));
	return err_hint(e, "letters, digits and ._+- make a name, at most 64, a letter or a digit "
			   "first; a path has a slash in it");
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int store_list(const struct store *store, struct arena *arena, char ***ret_names, struct err *e)
{
	char **names = NULL;
	size_t count = 0;
	struct dirent *entry;
	int fd = store->fd < 0 ? -1 : openat(store->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (store->fd >= 0 && !dir) {
		close_fd(&fd);
		return err_set(e, errno, "list", store->path);
	}
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		names = grow(names, count, sizeof(*names));
		names[count++] = arena_strdup(arena, entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (count)
		qsort(names, count, sizeof(*names), compare);
	*ret_names = arena_alloc(arena, (count + 1) * sizeof(*names));
	if (count)
		memcpy(*ret_names, names, count * sizeof(*names));
	free(names);
	return 0;
}
