/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * subid.c - see subid.h
 *
 * A line is "OWNER:FIRST:COUNT", OWNER a name or a number. A user may have several lines. Lines
 * that say nothing are passed over, as newuidmap(1) does.
 *
 * libsubid brings the name services into the process, so it is loaded only where nsswitch.conf has
 * a word for it.
 */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/subid.h"
#include "base/user.h"

const char *subid_file(enum subid_kind kind)
{
	return kind == SUBID_UID ? "/etc/subuid" : "/etc/subgid";
}

static void add(struct subids *ids, struct arena *arena, struct subid_range range)
{
	struct subid_range *more = arena_alloc(arena, (ids->count + 1) * sizeof(*more));

	if (ids->count)
		memcpy(more, ids->ranges, ids->count * sizeof(*more));
	more[ids->count++] = range;
	ids->ranges = more;
}

/* Owners as they may stand in the files. */
struct owner {
	const char *name; /* NULL: the user has none */
	char number[16];
};

static bool is_owner(const struct owner *owner, const char *text)
{
	return (owner->name && strcmp(text, owner->name) == 0) || strcmp(text, owner->number) == 0;
}

static void read_entry(char *line, const struct owner *owner, struct arena *arena,
		       struct subids *ids)
{
	unsigned long first, count;
	char *colon = strchr(line, ':'), after;

	if (!colon || sscanf(colon, ":%lu:%lu%c", &first, &count, &after) < 2)
		return;
	*colon = '\0';
	if (!is_owner(owner, line) || count == 0 || first > UINT32_MAX - 1 ||
	    count > UINT32_MAX - first)
		return;
	add(ids, arena, (struct subid_range){ (uint32_t)first, (uint32_t)count });
}

static int read_file(enum subid_kind kind, const struct owner *owner, struct arena *arena,
		     struct subids *ids, struct err *e)
{
	auto_fclose_ FILE *file = fopen(subid_file(kind), "re");
	auto_free_ char *line = NULL;
	size_t room = 0;

	if (!file && errno == ENOENT)
		return 0;
	if (!file)
		return err_set(e, errno, "read", subid_file(kind));
	while (getline(&line, &room, file) >= 0)
		read_entry(line, owner, arena, ids);
	return ferror(file) ? err_set(e, EIO, "read", subid_file(kind)) : 0;
}

#if defined(LIBSUBID_SONAME) && !defined(STATIC_BINARY)

/* Does nsswitch.conf name another source than the files? */
static bool has_source(void)
{
	auto_fclose_ FILE *file = fopen("/etc/nsswitch.conf", "re");
	auto_free_ char *line = NULL;
	char source[64];
	size_t room = 0;

	while (file && getline(&line, &room, file) >= 0) {
		if (sscanf(line, " subid : %63s", source) == 1)
			return strcmp(source, "files") != 0;
	}
	return false;
}

/* As in shadow/subid.h. */
struct library_range {
	unsigned long start, count;
};

typedef int get_ranges(const char *owner, struct library_range **ranges);

static get_ranges *library_function(enum subid_kind kind)
{
	void *library = dlopen(LIBSUBID_SONAME, RTLD_NOW | RTLD_LOCAL);
	bool (*init)(const char *name, FILE *log);
	get_ranges *get;

	if (!library)
		return NULL;
	*(void **)&init = dlsym(library, "subid_init");
	*(void **)&get =
		dlsym(library, kind == SUBID_UID ? "subid_get_uid_ranges" : "subid_get_gid_ranges");
	if (init)
		init(PACKAGE_NAME, stderr);
	return get;
}

/* True if the library answered. */
static bool ask_library(enum subid_kind kind, const struct owner *owner, struct arena *arena,
			struct subids *ids)
{
	struct library_range *ranges = NULL;
	get_ranges *get = has_source() ? library_function(kind) : NULL;
	int count = get ? get(owner->name ? owner->name : owner->number, &ranges) : -1;

	for (int i = 0; i < count; i++)
		add(ids, arena,
		    (struct subid_range){ (uint32_t)ranges[i].start, (uint32_t)ranges[i].count });
	free(ranges);
	return count >= 0;
}

#else

static bool ask_library(enum subid_kind kind _unused_, const struct owner *owner _unused_,
			struct arena *arena _unused_, struct subids *ids _unused_)
{
	return false;
}

#endif

int subid_read(enum subid_kind kind, uid_t user, struct arena *arena, struct subids *ret,
	       struct err *e)
{
	const struct passwd *entry = user_find(user);
	struct owner owner = { .name = entry ? arena_strdup(arena, entry->pw_name) : NULL };
	struct subids ids = { 0 };

	snprintf(owner.number, sizeof(owner.number), "%u", user);
	if (!ask_library(kind, &owner, arena, &ids)) {
		int r = read_file(kind, &owner, arena, &ids, e);

		if (r < 0)
			return r;
	}
	*ret = ids;
	return 0;
}
