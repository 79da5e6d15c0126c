/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ids_host.c - see ids_host.h
 *
 * Several ranges of a user are used one after the other, as if they were one. The three
 * conventions, with the own id C and the subordinate ids s0, s1, …:
 *
 *	auto	0 = C	1 = s0	2 = s1 …
 *	subid	0 = s0	1 = s1 …	and C after the last, so that own files have an owner
 *	keep	0 = s0	1 = s1 …	C = C	C + 1 = the next of them …
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/log.h"
#include "base/user.h"
#include "plan/ids_host.h"

enum {
	USUAL_COUNT = 65536, /* of a range, by adduser(8) */
	USUAL_FIRST = 100000,
};

/* One of the two maps in the making. */
struct making {
	enum subid_kind kind;
	uint32_t own; /* the caller's id */
	struct subids ranges;
	struct arena *arena;
	struct id_map map;
};

static const char *kind_word(enum subid_kind kind)
{
	return kind == SUBID_UID ? "uid" : "gid";
}

static void add(struct making *making, uint32_t inside, uint32_t outside, uint32_t count)
{
	id_map_add(&making->map, making->arena, (struct id_range){ inside, outside, count });
}

static uint32_t total(const struct subids *ranges)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < ranges->count; i++)
		sum += ranges->ranges[i].count;
	return (uint32_t)MIN(sum, (uint64_t)UINT32_MAX - 2);
}

/* The subordinate ids number @from to @end of all, the first of them as @inside. */
static void add_subordinate(struct making *making, uint32_t inside, uint32_t from, uint32_t end)
{
	uint32_t at = 0;

	for (size_t i = 0; i < making->ranges.count; i++) {
		const struct subid_range *range = &making->ranges.ranges[i];
		uint32_t first = MAX(from, at), last = MIN(end, at + range->count);

		if (first < last)
			add(making, inside + (first - from), range->first + (first - at),
			    last - first);
		at += range->count;
	}
}

static void fill(struct making *making, enum map_kind kind)
{
	uint32_t all = total(&making->ranges), own = making->own;

	switch (kind) {
	case MAP_AUTO:
		add(making, 0, own, 1);
		add_subordinate(making, 1, 0, all);
		break;
	case MAP_SUBID:
		add_subordinate(making, 0, 0, all);
		add(making, MAX(all, (uint32_t)USUAL_COUNT), own, 1);
		break;
	case MAP_KEEP:
		add_subordinate(making, 0, 0, MIN(all, own));
		add(making, own, own, 1);
		if (all > own)
			add_subordinate(making, own + 1, own, all);
		break;
	default:
		break;
	}
}

static const char *user_name(struct arena *arena)
{
	const struct passwd *entry = user_find(geteuid());

	return entry ? entry->pw_name : arena_format(arena, "%u", (unsigned)geteuid());
}

/* /proc/self/uid_map: "INSIDE OUTSIDE COUNT" a line. */
int ids_own(enum subid_kind kind, struct arena *arena, struct id_map *ret, struct err *e)
{
	const char *path = kind == SUBID_UID ? "/proc/self/uid_map" : "/proc/self/gid_map";
	auto_fclose_ FILE *file = fopen(path, "re");
	struct id_map map = { .ranges = arena_alloc(arena, ID_RANGES_MAX * sizeof(*map.ranges)) };

	if (!file)
		return err_set(e, errno, "read", path);
	while (map.count < ID_RANGES_MAX) {
		struct id_range *range = &map.ranges[map.count];

		if (fscanf(file, "%" SCNu32 "%" SCNu32 "%" SCNu32, &range->inside, &range->outside,
			   &range->count) != 3)
			break;
		map.count++;
	}
	*ret = map;
	return 0;
}

static bool exists(const struct id_map *map, const struct subid_range *range)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct id_range *r = &map->ranges[i];

		if (range->first >= r->inside && range->first - r->inside < r->count &&
		    range->count <= r->count - (range->first - r->inside))
			return true;
	}
	return false;
}

static bool all_exist(const struct id_map *map, const struct subids *ranges)
{
	for (size_t i = 0; i < ranges->count; i++) {
		if (!exists(map, &ranges->ranges[i]))
			return false;
	}
	return ranges->count > 0;
}

static void add_range(struct making *making, uint32_t first, uint32_t count)
{
	struct subids *ranges = &making->ranges;
	struct subid_range *more = arena_alloc(making->arena, (ranges->count + 1) * sizeof(*more));

	if (count == 0)
		return;
	if (ranges->count)
		memcpy(more, ranges->ranges, ranges->count * sizeof(*more));
	more[ranges->count++] = (struct subid_range){ first, count };
	ranges->ranges = more;
}

/* Every id of our namespace but our own one. */
static void take_namespace(struct making *making, const struct id_map *map)
{
	making->ranges = (struct subids){ 0 };
	for (size_t i = 0; i < map->count; i++) {
		uint32_t first = map->ranges[i].inside, count = map->ranges[i].count;

		if (making->own - first >= count) {
			add_range(making, first, count);
			continue;
		}
		add_range(making, first, making->own - first);
		add_range(making, making->own + 1, count - (making->own - first) - 1);
	}
}

/* The caller has nothing to map: say what to add where. */
static int no_ranges(const struct making *making, struct err *e)
{
	const char *name = user_name(making->arena);

	err_refuse(e, "find a range of ids for", name, "no line in %s gives this user any",
		   subid_file(making->kind));
	return err_hint(e, arena_format(making->arena,
					"as root: usermod --add-sub%ss %d-%d %s (or add the line "
					"%s:%d:%d to %s); --map-ids root needs no range",
					kind_word(making->kind), USUAL_FIRST,
					USUAL_FIRST + USUAL_COUNT - 1, name, name, USUAL_FIRST,
					USUAL_COUNT, subid_file(making->kind)));
}

static int find_ranges(struct making *making, bool privileged, struct err *e)
{
	struct id_map own = { 0 };
	int r = subid_read(making->kind, geteuid(), making->arena, &making->ranges, e);

	if (r >= 0)
		r = ids_own(making->kind, making->arena, &own, e);
	if (r < 0)
		return r;
	if (all_exist(&own, &making->ranges))
		return 0;
	if (privileged) {
		take_namespace(making, &own);
		return making->ranges.count ? 0 : no_ranges(making, e);
	}
	if (making->ranges.count == 0)
		return no_ranges(making, e);
	err_refuse(e, "map the ids of", subid_file(making->kind),
		   "they do not exist in this user namespace");
	return err_hint(e, "a sandbox within a sandbox needs ids in the outer one: start that with "
			   "--map-ids too");
}

static int check(const struct making *making, struct err *e)
{
	int r = id_map_check(&making->map, kind_word(making->kind), e);

	if (r < 0 && making->ranges.count)
		return err_hint(e,
				arena_format(making->arena, "look at the lines of %s in %s",
					     user_name(making->arena), subid_file(making->kind)));
	return r;
}

static bool has_id(const struct id_map *map, uint32_t inside)
{
	uint32_t unused;

	return id_map_outside(map, inside, &unused);
}

/* Less than what programs take for granted is no failure, and not passed over in silence. */
static void warn_if_partial(const struct making *making)
{
	if (has_id(&making->map, ID_NOBODY))
		return;
	log_warning("only %u %ss are mapped, and %d (nobody) is not among them: programs that use "
		    "it will fail; a range of %d in %s has it",
		    total(&making->ranges), kind_word(making->kind), ID_NOBODY, USUAL_COUNT,
		    subid_file(making->kind));
}

static int settle_one(struct making *making, enum map_kind kind, bool privileged, struct err *e)
{
	int r = find_ranges(making, privileged, e);

	if (r < 0)
		return r;
	fill(making, kind);
	r = check(making, e);
	if (r >= 0)
		warn_if_partial(making);
	return r;
}

static int check_given(const struct id_map *map, uint32_t own, enum subid_kind kind,
		       struct arena *arena, struct err *e)
{
	const char *word = kind_word(kind);
	uint32_t unused;

	if (map->count == 0) {
		err_usage(e, "--uid-map and --gid-map go together: --%s-map is missing", word);
		return err_hint(e, arena_format(arena, "--%s-map 0:%u:1 maps your own", word, own));
	}
	int r = id_map_check(map, word, e);
	if (r < 0 || id_map_inside(map, own, &unused))
		return r;
	err_usage(e, "--%s-map leaves out your own %s %u, which makes the sandbox", word, word,
		  own);
	return err_hint(e,
			arena_format(arena, "give it a number: --%s-map NUMBER:%u:1", word, own));
}

static int settle_given(struct arena *arena, struct ids *ids, struct err *e)
{
	int r = check_given(&ids->uid, geteuid(), SUBID_UID, arena, e);

	return r < 0 ? r : check_given(&ids->gid, getegid(), SUBID_GID, arena, e);
}

int ids_settle(enum map_kind kind, struct arena *arena, struct ids *ret, struct err *e)
{
	struct making uid = { .kind = SUBID_UID, .own = geteuid(), .arena = arena };
	struct making gid = { .kind = SUBID_GID, .own = getegid(), .arena = arena };

	ret->kind = kind;
	if (kind == MAP_SINGLE || kind == MAP_ROOT)
		return 0;
	bool privileged = caps_may_map_ids();
	if (kind == MAP_EXPLICIT)
		return settle_given(arena, ret, e);
	int r = settle_one(&uid, kind, privileged, e);
	if (r >= 0)
		r = settle_one(&gid, kind, privileged, e);
	if (r < 0)
		return r;
	ret->uid = uid.map;
	ret->gid = gid.map;
	return 0;
}
