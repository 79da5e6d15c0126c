/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pack.c - see pack.h
 *
 * Walks the tree, a descriptor for each level, names sorted. In a layer what is gone comes before
 * what is there: readers may take entries one by one.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "base/log.h"
#include "base/mem.h"
#include "store/pack.h"
#include "store/pack_write.h"

#define WHITEOUT ".wh."
#define OPAQUE ".wh..wh..opq"

struct walk {
	struct packer packer;
	enum pack_kind kind;
	char path[PATH_MAX]; /* of what is being packed */
	size_t length;
	size_t socket_count;
};

struct names {
	char **all; /* heap, as the pointers; NULL among them: already packed */
	size_t count;
};

enum pack_filter pack_filter_for(const char *file_name)
{
	static const struct {
		const char *end;
		enum pack_filter filter;
	} ends[] = {
		{ ".gz", PACK_GZIP }, { ".tgz", PACK_GZIP }, { ".xz", PACK_XZ },
		{ ".txz", PACK_XZ },  { ".zst", PACK_ZSTD }, { ".tzst", PACK_ZSTD },
	};
	size_t length = strlen(file_name);

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t end = strlen(ends[i].end);

		if (length > end && strcmp(file_name + length - end, ends[i].end) == 0)
			return ends[i].filter;
	}
	return PACK_NONE;
}

/* --- names --- */

static void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->all[i]);
	free(names->all);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_add(struct names *names, const char *name)
{
	size_t size = strlen(name) + 1;

	names->all = grow(names->all, names->count, sizeof(*names->all));
	names->all[names->count] = xrealloc(NULL, size);
	memcpy(names->all[names->count++], name, size);
}

/* All of a folder, sorted; negative errno. */
static int names_read(int dirfd, struct names *names)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir) {
		close_fd(&fd);
		return -errno;
	}
	while (errno = 0, (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			names_add(names, entry->d_name);
	}
	int code = errno;
	closedir(dir);
	if (names->count > 0)
		qsort(names->all, names->count, sizeof(*names->all), by_name);
	return -code;
}

/* --- the path --- */

/* Appends a name. *ret_before is the length it had, for walk_leave(). */
static int walk_enter(struct walk *walk, const char *prefix, const char *name, size_t *ret_before,
		      struct err *e)
{
	size_t before = walk->length, room = sizeof(walk->path) - before;
	int more = snprintf(walk->path + before, room, "%s%s%s", before ? "/" : "", prefix, name);

	if (more < 0 || (size_t)more >= room)
		return err_set(e, ENAMETOOLONG, "pack", walk->path);
	walk->length += (size_t)more;
	*ret_before = before;
	return 0;
}

static void walk_leave(struct walk *walk, size_t before)
{
	walk->length = before;
	walk->path[before] = '\0';
}

/* --- what is gone --- */

static bool says_yes(int fd, const char *attribute)
{
	char value;

	return fgetxattr(fd, attribute, &value, 1) == 1 && value == 'y';
}

static bool is_opaque(int fd)
{
	return says_yes(fd, "user.overlay.opaque") || says_yes(fd, "user.fuseoverlayfs.opaque") ||
	       faccessat(fd, OPAQUE, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int add_gone(struct walk *walk, const char *prefix, const char *name, struct err *e)
{
	size_t before = 0;
	int r = walk_enter(walk, prefix, name, &before, e);

	if (r < 0)
		return r;
	r = packer_add_empty(&walk->packer, walk->path, e);
	walk_leave(walk, before);
	return r;
}

/* Files that overlays without devices make: ".wh.NAME" with nothing in it. */
static bool is_whiteout_file(const char *name, const struct stat *st)
{
	const char *gone = name + strlen(WHITEOUT);

	return S_ISREG(st->st_mode) && st->st_size == 0 && *gone && strcmp(gone, ".") != 0 &&
	       strcmp(gone, "..") != 0 && strncmp(gone, WHITEOUT, strlen(WHITEOUT)) != 0;
}

static int add_if_gone(struct walk *walk, int dirfd, const char *name, bool *ret_done,
		       struct err *e)
{
	bool is_named_so = strncmp(name, WHITEOUT, strlen(WHITEOUT)) == 0;
	struct stat st;

	*ret_done = true;
	if (strcmp(name, OPAQUE) == 0)
		return 0;
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(e, errno, "pack", name);
	if (is_named_so && !is_whiteout_file(name, &st))
		return err_refuse(e, "pack", name, "in a layer this name means a whiteout");
	if (is_named_so)
		return add_gone(walk, "", name, e);
	if (S_ISCHR(st.st_mode) && st.st_rdev == makedev(0, 0))
		return add_gone(walk, WHITEOUT, name, e);
	*ret_done = false;
	return 0;
}

static int add_whiteouts(struct walk *walk, int dirfd, struct names *names, struct err *e)
{
	int r = is_opaque(dirfd) ? add_gone(walk, "", OPAQUE, e) : 0;

	for (size_t i = 0; r >= 0 && i < names->count; i++) {
		bool done;

		r = add_if_gone(walk, dirfd, names->all[i], &done, e);
		if (done) {
			free(names->all[i]);
			names->all[i] = NULL;
		}
	}
	return r;
}

/* --- what is there --- */

/* Files and folders are opened, without waiting for anybody. */
static int open_item(int dirfd, const char *name, struct stat *st)
{
	if (fstatat(dirfd, name, st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode))
		return -ENODATA;
	auto_close_ int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, st) < 0)
		return -errno;
	return take_fd(&fd);
}

static int add_names(struct walk *walk, int dirfd, struct names *names, struct err *e);

static int add_folder(struct walk *walk, int fd, struct err *e)
{
	struct names names = { 0 };
	int r = names_read(fd, &names);

	r = r < 0 ? err_set(e, -r, "read folder", walk->length ? walk->path : ".")
		  : add_names(walk, fd, &names, e);
	names_free(&names);
	return r;
}

static int add_one(struct walk *walk, int dirfd, const char *name, struct err *e)
{
	struct stat st;
	auto_close_ int fd = open_item(dirfd, name, &st);
	const struct item item = { walk->path, dirfd, name, fd < 0 ? -1 : fd, &st };

	if (fd < 0 && fd != -ENODATA)
		return err_set(e, -fd, "open", walk->path);
	if (S_ISSOCK(st.st_mode)) {
		walk->socket_count++;
		return 0;
	}
	int r = packer_add(&walk->packer, &item, e);
	return r >= 0 && S_ISDIR(st.st_mode) ? add_folder(walk, fd, e) : r;
}

static int add_names(struct walk *walk, int dirfd, struct names *names, struct err *e)
{
	int r = walk->kind == PACK_LAYER ? add_whiteouts(walk, dirfd, names, e) : 0;

	for (size_t i = 0; r >= 0 && i < names->count; i++) {
		size_t before = 0;

		if (!names->all[i])
			continue;
		r = walk_enter(walk, "", names->all[i], &before, e);
		if (r < 0)
			break;
		r = add_one(walk, dirfd, names->all[i], e);
		walk_leave(walk, before);
	}
	return r;
}

static int add_root(struct walk *walk, int dirfd, struct err *e)
{
	struct stat st;

	if (fstat(dirfd, &st) < 0)
		return err_set(e, errno, "pack", ".");
	int r = packer_add(&walk->packer, &(struct item){ "./", dirfd, ".", dirfd, &st }, e);
	return r < 0 ? r : add_folder(walk, dirfd, e);
}

int pack(int dirfd, int out_fd, enum pack_kind kind, enum pack_filter filter, struct err *e)
{
	locale_t locale = libarchive_locale(LIBARCHIVE_WRITE);
	struct walk walk = { .kind = kind };
	int r = packer_start(&walk.packer, out_fd, filter, e);

	if (r >= 0)
		r = add_root(&walk, dirfd, e);
	if (r >= 0)
		r = packer_finish(&walk.packer, e);
	if (r >= 0 && walk.socket_count > 0)
		log_warning("%zu sockets are left out of the archive", walk.socket_count);
	packer_end(&walk.packer);
	libarchive_locale_back(locale);
	return r;
}
