/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * maps.c - see maps.h
 *
 * newuidmap(1) takes the process as a number, and from shadow 4.14 on as "fd:N", a descriptor of
 * its folder in /proc. Its usage text says which, and that is in the file: reading it is a fraction
 * of what one more start of it would cost.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/io.h"
#include "plan/ids_host.h"
#include "watch/helper.h"
#include "watch/maps.h"

/* One of the two maps: what it is called where. */
struct side {
	enum subid_kind kind;
	const char *program, *file, *what;
	const struct id_map *map;
};

/* --- by ourselves --- */

struct text {
	char text[4096]; /* the kernel takes no more than a page */
	size_t used;
};

static void put_range(struct text *text, uint32_t inside, uint32_t outside, uint32_t count)
{
	int more = snprintf(text->text + text->used, sizeof(text->text) - text->used,
			    "%" PRIu32 " %" PRIu32 " %" PRIu32 "\n", inside, outside, count);

	text->used = MIN(text->used + (size_t)more, sizeof(text->text));
}

/*
 * A line must not reach over a border between two ranges of the namespace above. Ids that do not
 * exist there are left to the kernel to refuse.
 */
static void put_split(struct text *text, const struct id_range *range, const struct id_map *own)
{
	const size_t before = text->used;
	uint32_t found = 0;

	for (size_t i = 0; i < own->count; i++) {
		uint32_t first = MAX(range->outside, own->ranges[i].inside);
		uint32_t end = MIN(range->outside + range->count,
				   own->ranges[i].inside + own->ranges[i].count);

		if (first >= end)
			continue;
		put_range(text, range->inside + (first - range->outside), first, end - first);
		found += end - first;
	}
	if (found == range->count)
		return;
	text->used = before;
	put_range(text, range->inside, range->outside, range->count);
}

static int write_directly(const struct side *side, int proc_fd, struct err *e)
{
	struct text text = { .used = 0 };
	struct arena arena = { 0 };
	struct id_map own;
	int r = ids_own(side->kind, &arena, &own, e);

	for (size_t i = 0; r >= 0 && i < side->map->count; i++)
		put_split(&text, &side->map->ranges[i], &own);
	arena_free(&arena);
	if (r < 0)
		return r;
	if (text.used >= sizeof(text.text))
		return err_set(e, E2BIG, side->what, NULL);
	r = write_file_at(proc_fd, side->file, text.text);
	return r < 0 ? err_set(e, -r, side->what, NULL) : 0;
}

/* --- by the helpers --- */

/* Does this version take a descriptor? Not being able to tell is a no. */
static bool takes_descriptor(const char *path)
{
	static const char usage[] = "fd:<pidfd>";
	auto_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size <= 0)
		return false;
	void *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return false;
	bool takes = memmem(data, (size_t)st.st_size, usage, strlen(usage));
	munmap(data, (size_t)st.st_size);
	return takes;
}

/* The words of the command line: each number is one. */
struct words {
	char text[3 * ID_RANGES_MAX + 1][16];
	const char *list[3 * ID_RANGES_MAX + 3];
	size_t count;
};

static void add_number(struct words *words, uint32_t number)
{
	char *text = words->text[words->count];

	snprintf(text, sizeof(words->text[0]), "%" PRIu32, number);
	words->list[words->count++] = text;
}

static void add_process(struct words *words, const char *path, pid_t pid, int proc_fd)
{
	if (!takes_descriptor(path)) {
		add_number(words, (uint32_t)pid);
		return;
	}
	snprintf(words->text[1], sizeof(words->text[1]), "fd:%d", proc_fd);
	words->list[words->count++] = words->text[1];
}

static int not_installed(const struct side *side, struct err *e)
{
	err_refuse(e, side->what, NULL, "%s is not installed", side->program);
	return err_hint(e, "install the package uidmap (Debian, Ubuntu), shadow-utils (Fedora) or "
			   "shadow (Arch, Alpine)");
}

static int start_helper(const struct side *side, pid_t pid, int proc_fd, struct helper *ret,
			struct err *e)
{
	auto_free_ struct words *words = xrealloc(NULL, sizeof(*words));
	auto_free_ char *path = helper_find(side->program);
	const int kept[] = { proc_fd };

	if (!path)
		return not_installed(side, e);
	words->count = 0;
	words->list[words->count++] = side->program;
	add_process(words, path, pid, proc_fd);
	for (size_t i = 0; i < side->map->count; i++) {
		add_number(words, side->map->ranges[i].inside);
		add_number(words, side->map->ranges[i].outside);
		add_number(words, side->map->ranges[i].count);
	}
	words->list[words->count] = NULL;
	const struct helper_start start = { .path = path,
					    .argv = words->list,
					    .kept_fds = kept,
					    .kept_count = ARRAY_SIZE(kept),
					    .listens = true };
	return helper_start(&start, ret, e);
}

static int end_helper(const struct side *side, struct helper *helper, struct err *e)
{
	char text[512];
	int status, r = helper_finish(helper, text, sizeof(text), &status, e);

	if (r < 0 || status == 0)
		return r;
	err_refuse(e, side->what, NULL, "%s", text[0] ? text : "the helper failed without a word");
	return err_hint(e, "crannog doctor looks at the ranges and at the helpers");
}

static int write_by_helpers(const struct side sides[2], pid_t pid, int proc_fd, struct err *e)
{
	struct helper helpers[2] = { HELPER_NONE, HELPER_NONE };
	int r = start_helper(&sides[0], pid, proc_fd, &helpers[0], e);

	if (r >= 0)
		r = start_helper(&sides[1], pid, proc_fd, &helpers[1], e);
	for (size_t i = 0; i < 2; i++) {
		struct err unused;

		if (!helper_is_running(&helpers[i]))
			continue;
		int ended = end_helper(&sides[i], &helpers[i], r < 0 ? &unused : e);
		r = r < 0 ? r : ended;
	}
	return r;
}

int maps_write(const struct ids *ids, pid_t pid, struct err *e)
{
	const struct side sides[2] = {
		{ SUBID_UID, "newuidmap", "uid_map", "set up uid map", &ids->uid },
		{ SUBID_GID, "newgidmap", "gid_map", "set up gid map", &ids->gid },
	};
	char folder[32];

	snprintf(folder, sizeof(folder), "/proc/%d", (int)pid);
	auto_close_ int proc_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (proc_fd < 0)
		return err_set(e, errno, "open", folder);
	if (!caps_may_map_ids())
		return write_by_helpers(sides, pid, proc_fd, e);
	int r = write_directly(&sides[0], proc_fd, e);
	return r < 0 ? r : write_directly(&sides[1], proc_fd, e);
}
