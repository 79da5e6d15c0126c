/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ids.h - maps of user and group ids, as in user_namespaces(7)
 *
 * A map is a list of ranges that do not overlap on either side. Ids are 32 bits; the last one,
 * 4294967295, means "none" to the kernel and is in no range.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"

struct id_range {
	uint32_t inside, outside, count;
};

/* The kernel takes no more lines than this. */
enum { ID_RANGES_MAX = 340 };

struct id_map {
	struct id_range *ranges; /* in an arena */
	size_t count;
};

/* Who is who: the conventions that --map-ids names. */
enum map_kind {
	MAP_SINGLE,   /* the caller's own id, under the number asked for */
	MAP_ROOT,     /* the caller's own id as 0 */
	MAP_AUTO,     /* 0 is the caller, 1 and up the subordinate range */
	MAP_SUBID,    /* 0 and up the subordinate range; the caller comes after it */
	MAP_KEEP,     /* the caller under its own number, the subordinate range around it */
	MAP_EXPLICIT, /* --uid-map and --gid-map say */
};

struct ids {
	enum map_kind kind;
	struct id_map uid, gid; /* empty with MAP_SINGLE and MAP_ROOT: one id needs no range */
};

/* Appends a range; its memory is the arena's. Joined to the last one where it continues that. */
void id_map_add(struct id_map *map, struct arena *arena, struct id_range range);

/* The other side of an id; false if the map does not have it. */
bool id_map_outside(const struct id_map *map, uint32_t inside, uint32_t *ret_outside);
bool id_map_inside(const struct id_map *map, uint32_t outside, uint32_t *ret_inside);

/* "0:1000:1,1:100000:65536" */
const char *id_map_text(const struct id_map *map, struct arena *arena);

/* The reverse. 0, or -EINVAL: no map, or one that overlaps or has too many ranges. */
_must_check_ int id_map_parse(const char *text, struct arena *arena, struct id_map *ret);

/* The same ranges, in any order? */
bool id_map_equal(const struct id_map *a, const struct id_map *b);

/* 0, or a refusal that names the two ranges in conflict, or that there are too many. */
_must_check_ int id_map_check(const struct id_map *map, const char *what, struct err *e);

/* "auto", …, and the reverse: -EINVAL. */
const char *map_kind_name(enum map_kind kind);
_must_check_ int map_kind_parse(const char *name, enum map_kind *ret);
