/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diff.c - see diff.h
 *
 * The upper folder and what lies below it are walked side by side. At each level the folders of
 * that path are open: the upper one, and those of the layers below that still count, top first. A
 * layer stops to count where one above it is opaque, or has something there that is no folder. Any
 * of them may have been the upper folder of another overlay, and have marks.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/diff.h"
#include "store/marks.h"
#include "store/same.h"

/* One path: the folder in the layer and those below. */
struct level {
	int upper_fd; /* -1: only what is removed is looked for */
	int *lower_fds;
	size_t lower_count;
	const char *path; /* "" for the root */
	bool mark_files;  /* names may be marks: ".wh.NAME" */
};

/* What has a name below. */
struct below {
	int dirfd; /* of the level: the topmost that has it, or -1 */
	struct stat st;
};

struct names {
	char **list;
	size_t count;
	struct arena arena; /* of the texts */
};

static void names_free(struct names *names)
{
	free(names->list);
	arena_free(&names->arena);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds those of a folder. */
static int names_read(int dirfd, struct names *names)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		int saved = errno;

		close_fd(&fd);
		return -saved;
	}
	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		names->list = grow(names->list, names->count, sizeof(*names->list));
		names->list[names->count++] = arena_strdup(&names->arena, entry->d_name);
	}
	closedir(dir);
	return 0;
}

/* Does a file ".wh.NAME" of this folder say that the name is gone? */
static bool is_marked_gone(const struct level *level, int dirfd, const char *name)
{
	char mark[sizeof(MARK_PREFIX) + NAME_MAX];

	if (!level->mark_files)
		return false;
	snprintf(mark, sizeof(mark), "%s%s", MARK_PREFIX, name);
	return faccessat(dirfd, mark, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static struct below look_below(const struct level *level, const char *name)
{
	struct below below = { .dirfd = -1 };

	for (size_t i = 0; i < level->lower_count && below.dirfd < 0; i++) {
		if (fstatat(level->lower_fds[i], name, &below.st, AT_SYMLINK_NOFOLLOW) == 0)
			below.dirfd = level->lower_fds[i];
		else if (is_marked_gone(level, level->lower_fds[i], name))
			break;
	}
	if (below.dirfd >= 0 && mark_is_whiteout(&below.st))
		below.dirfd = -1;
	return below;
}

static int open_dir(int dirfd, const char *name)
{
	return openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void level_close(struct level *level)
{
	close_fd(&level->upper_fd);
	for (size_t i = 0; i < level->lower_count; i++)
		close_fd(&level->lower_fds[i]);
	free(level->lower_fds);
	free((char *)level->path);
}

static int failed(const struct level *level, int code, struct err *e)
{
	return err_set(e, code, "compare the folder", level->path[0] ? level->path : "/");
}

static int report(const struct diff_start *start, const struct level *level, const char *name,
		  enum diff_kind kind, int lower_dirfd, bool is_dir, struct err *e)
{
	auto_free_ char *path = NULL;

	if (asprintf(&path, "%s/%s", level->path, name) < 0)
		return failed(level, ENOMEM, e);
	const struct diff_entry entry = { .kind = kind,
					  .path = path,
					  .name = name,
					  .upper_dirfd =
						  kind == DIFF_REMOVED ? -1 : level->upper_fd,
					  .lower_dirfd = lower_dirfd,
					  .is_dir = is_dir };
	return start->report(start->arg, &entry, e);
}

static int report_removed(const struct diff_start *start, const struct level *level,
			  const char *name, struct err *e)
{
	const struct below below = look_below(level, name);

	if (below.dirfd < 0)
		return 0;
	return report(start, level, name, DIFF_REMOVED, below.dirfd, S_ISDIR(below.st.st_mode), e);
}

/* The folder of that name in one of those below. 1: those further down count too; 0; -errno. */
static int add_lower(const struct level *above, size_t index, const char *name, struct level *level)
{
	int dirfd = above->lower_fds[index], fd = open_dir(dirfd, name);

	if (fd < 0 && errno == ENOENT)
		return !is_marked_gone(above, dirfd, name);
	if (fd < 0)
		return errno == ENOTDIR || errno == ELOOP ? 0 : -errno;
	level->lower_fds[level->lower_count++] = fd;
	int opaque = mark_is_opaque(fd);
	return opaque < 0 ? opaque : !opaque;
}

/* The level of the folder @name; @hides: nothing below counts. */
static int level_open(const struct level *above, const char *name, bool hides, struct level *ret)
{
	struct level level = { .upper_fd = open_dir(above->upper_fd, name),
			       .mark_files = above->mark_files };
	char *path = NULL;
	int r = !hides;

	if (level.upper_fd < 0)
		return -errno;
	level.lower_fds = xrealloc(NULL, (above->lower_count + 1) * sizeof(int));
	for (size_t i = 0; r > 0 && i < above->lower_count; i++)
		r = add_lower(above, i, name, &level);
	if (asprintf(&path, "%s/%s", above->path, name) < 0)
		r = -ENOMEM;
	level.path = r < 0 ? NULL : path;
	if (r < 0) {
		level_close(&level);
		return r;
	}
	*ret = level;
	return 0;
}

static int walk(const struct diff_start *start, const struct level *level, bool opaque,
		struct err *e);

/* A folder of the layer: itself, then what is in it. */
static int walk_dir(const struct diff_start *start, const struct level *level, const char *name,
		    const struct stat *st, struct err *e)
{
	const struct below below = look_below(level, name);
	bool was_dir = below.dirfd >= 0 && S_ISDIR(below.st.st_mode);
	__attribute__((cleanup(level_close))) struct level next = { .upper_fd = -1 };
	int same = 1, r = 0;

	if (was_dir)
		same = same_entry(level->upper_fd, st, below.dirfd, &below.st, name);
	if (same < 0)
		return failed(level, -same, e);
	if (!was_dir || !same)
		r = report(start, level, name, below.dirfd < 0 ? DIFF_ADDED : DIFF_CHANGED,
			   below.dirfd, true, e);
	if (r < 0)
		return r;
	r = level_open(level, name, !was_dir, &next);
	if (r < 0)
		return failed(level, -r, e);
	int opaque = mark_is_opaque(next.upper_fd);
	return opaque < 0 ? failed(&next, -opaque, e) : walk(start, &next, opaque, e);
}

static int walk_file(const struct diff_start *start, const struct level *level, const char *name,
		     const struct stat *st, struct err *e)
{
	const struct below below = look_below(level, name);
	int same = 0;

	if (below.dirfd < 0)
		return report(start, level, name, DIFF_ADDED, -1, false, e);
	if ((below.st.st_mode & S_IFMT) == (st->st_mode & S_IFMT))
		same = same_entry(level->upper_fd, st, below.dirfd, &below.st, name);
	if (same < 0)
		return failed(level, -same, e);
	return same ? 0 : report(start, level, name, DIFF_CHANGED, below.dirfd, false, e);
}

/* A name of the upper folder. */
static int walk_entry(const struct diff_start *start, const struct level *level, const char *name,
		      struct err *e)
{
	struct stat st;

	if (fstatat(level->upper_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return failed(level, errno, e);
	if (mark_is_whiteout(&st))
		return report_removed(start, level, name, e);
	return S_ISDIR(st.st_mode) ? walk_dir(start, level, name, &st, e)
				   : walk_file(start, level, name, &st, e);
}

/* Marks that are files count as the names that they take away. */
static void unmark(const struct level *level, struct names *names)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->count; i++) {
		char *name = names->list[i];
		const char *gone = level->mark_files ? mark_whiteout_name(name) : NULL;

		if (level->mark_files && strcmp(name, MARK_OPAQUE) == 0)
			continue;
		if (gone)
			memmove(name, gone, strlen(gone) + 1);
		names->list[kept++] = name;
	}
	names->count = kept;
}

/* All names at a level, sorted, each once: an opaque folder hides what it has not itself. */
static int names_of(const struct level *level, bool opaque, struct names *names)
{
	size_t kept = 0;
	int r = names_read(level->upper_fd, names);

	for (size_t i = 0; r >= 0 && opaque && i < level->lower_count; i++)
		r = names_read(level->lower_fds[i], names);
	if (r < 0 || !names->count)
		return r;
	unmark(level, names);
	qsort(names->list, names->count, sizeof(*names->list), compare);
	for (size_t i = 0; i < names->count; i++) {
		if (!kept || strcmp(names->list[kept - 1], names->list[i]) != 0)
			names->list[kept++] = names->list[i];
	}
	names->count = kept;
	return 0;
}

static int walk(const struct diff_start *start, const struct level *level, bool opaque,
		struct err *e)
{
	__attribute__((cleanup(names_free))) struct names names = { 0 };
	int r = names_of(level, opaque, &names);

	if (r < 0)
		return failed(level, -r, e);
	for (size_t i = 0; r >= 0 && i < names.count; i++) {
		const char *name = names.list[i];

		if (faccessat(level->upper_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			r = walk_entry(start, level, name, e);
		else
			r = report_removed(start, level, name, e);
	}
	return r;
}

int diff_run(const struct diff_start *start, struct err *e)
{
	const struct level top = { .upper_fd = start->upper_fd,
				   .lower_fds = (int *)start->lower_fds,
				   .lower_count = start->lower_count,
				   .path = "",
				   .mark_files = start->driver == DRIVER_FUSE };

	return walk(start, &top, false, e);
}
