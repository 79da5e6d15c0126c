/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ids.c - see ids.h
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/ids.h"

static bool continues(const struct id_range *last, const struct id_range *next)
{
	return last->inside + last->count == next->inside &&
	       last->outside + last->count == next->outside;
}

void id_map_add(struct id_map *map, struct arena *arena, struct id_range range)
{
	if (range.count == 0)
		return;
	if (map->count && continues(&map->ranges[map->count - 1], &range)) {
		map->ranges[map->count - 1].count += range.count;
		return;
	}
	struct id_range *more = arena_alloc(arena, (map->count + 1) * sizeof(*more));
	if (map->count)
		memcpy(more, map->ranges, map->count * sizeof(*more));
	more[map->count++] = range;
	map->ranges = more;
}

bool id_map_outside(const struct id_map *map, uint32_t inside, uint32_t *ret_outside)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct id_range *range = &map->ranges[i];

		if (inside - range->inside < range->count) {
			*ret_outside = range->outside + (inside - range->inside);
			return true;
		}
	}
	return false;
}

bool id_map_inside(const struct id_map *map, uint32_t outside, uint32_t *ret_inside)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct id_range *range = &map->ranges[i];

		if (outside - range->outside < range->count) {
			*ret_inside = range->inside + (outside - range->outside);
			return true;
		}
	}
	return false;
}

const char *id_map_text(const struct id_map *map, struct arena *arena)
{
	const char *text = "";

	for (size_t i = 0; i < map->count; i++) {
		const struct id_range *range = &map->ranges[i];

		text = arena_format(arena, "%s%s%" PRIu32 ":%" PRIu32 ":%" PRIu32, text,
				    i ? "," : "", range->inside, range->outside, range->count);
	}
	return text;
}

/* A number up to @end, which it moves behind the character @after. */
static int number(const char **at, char after, uint32_t *ret)
{
	char *end;

	if (**at < '0' || **at > '9')
		return -EINVAL;
	errno = 0;
	unsigned long long value = strtoull(*at, &end, 10);
	if (errno || value > UINT32_MAX || (*end != after && !(after == ',' && !*end)))
		return -EINVAL;
	*at = *end ? end + 1 : end;
	*ret = (uint32_t)value;
	return 0;
}

int id_map_parse(const char *text, struct arena *arena, struct id_map *ret)
{
	struct id_map map = { 0 };
	struct err unused = { 0 };

	do {
		struct id_range range;

		if (number(&text, ':', &range.inside) < 0 ||
		    number(&text, ':', &range.outside) < 0 || number(&text, ',', &range.count) < 0)
			return -EINVAL;
		id_map_add(&map, arena, range);
	} while (*text);
	if (id_map_check(&map, "ids", &unused) < 0)
		return -EINVAL;
	*ret = map;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct id_range *x = a, *y = b;

	return x->inside < y->inside ? -1 : x->inside > y->inside;
}

bool id_map_equal(const struct id_map *a, const struct id_map *b)
{
	struct id_range x[ID_RANGES_MAX], y[ID_RANGES_MAX];

	if (a->count != b->count || a->count > ID_RANGES_MAX)
		return false;
	if (a->count == 0)
		return true;
	memcpy(x, a->ranges, a->count * sizeof(*x));
	memcpy(y, b->ranges, b->count * sizeof(*y));
	qsort(x, a->count, sizeof(*x), compare);
	qsort(y, b->count, sizeof(*y), compare);
	return memcmp(x, y, a->count * sizeof(*x)) == 0;
}

static bool overlap(uint32_t a, uint32_t a_count, uint32_t b, uint32_t b_count)
{
	return a - b < b_count || b - a < a_count;
}

static int check_pair(const struct id_range *a, const struct id_range *b, const char *what,
		      struct err *e)
{
	bool inside = overlap(a->inside, a->count, b->inside, b->count);

	if (!inside && !overlap(a->outside, a->count, b->outside, b->count))
		return 0;
	return err_usage(e,
			 "the %s maps %" PRIu32 ":%" PRIu32 ":%" PRIu32 " and %" PRIu32 ":%" PRIu32
			 ":%" PRIu32 " overlap %s",
			 what, a->inside, a->outside, a->count, b->inside, b->outside, b->count,
			 inside ? "inside" : "outside");
}

int id_map_check(const struct id_map *map, const char *what, struct err *e)
{
	if (map->count > ID_RANGES_MAX)
		return err_usage(e, "%zu ranges of %ss: the kernel takes %d", map->count, what,
				 ID_RANGES_MAX);
	for (size_t i = 0; i < map->count; i++) {
		const struct id_range *range = &map->ranges[i];

		if (range->count == 0 || range->inside > UINT32_MAX - range->count ||
		    range->outside > UINT32_MAX - range->count)
			return err_usage(e,
					 "the %s map %" PRIu32 ":%" PRIu32 ":%" PRIu32
					 " goes beyond the last id",
					 what, range->inside, range->outside, range->count);
		for (size_t j = 0; j < i; j++) {
			if (check_pair(&map->ranges[j], range, what, e) < 0)
				return -e->code;
		}
	}
	return 0;
}

static const char *const kind_names[] = {
	[MAP_SINGLE] = "single", [MAP_ROOT] = "root", [MAP_AUTO] = "auto",
	[MAP_SUBID] = "subid",   [MAP_KEEP] = "keep", [MAP_EXPLICIT] = "explicit",
};

const char *map_kind_name(enum map_kind kind)
{
	return kind_names[kind];
}

int map_kind_parse(const char *name, enum map_kind *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(kind_names); i++) {
		if (strcmp(name, kind_names[i]) == 0) {
			*ret = (enum map_kind)i;
			return 0;
		}
	}
	return -EINVAL;
}
