/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * info.c - the info files of kept roots and layers: what is written is read, damage is refused
 */
#define _GNU_SOURCE
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "store/info.h"

struct place {
	char path[32];
	int fd;
	struct arena arena;
	struct err e;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place)
		return -1;
	snprintf(place->path, sizeof(place->path), "/tmp/info.XXXXXX");
	if (!mkdtemp(place->path))
		return -1;
	place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = place;
	return place->fd < 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;

	unlinkat(place->fd, "info", 0);
	unlinkat(place->fd, "info.new", 0);
	close_fd(&place->fd);
	arena_free(&place->arena);
	int r = rmdir(place->path);
	free(place);
	return r;
}

static int read_text(struct place *place, const char *text, struct info *ret)
{
	auto_close_ int fd =
		openat(place->fd, "info", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(write_all(fd, text, strlen(text)), 0);
	return info_read(place->fd, "it", &place->arena, ret, &place->e);
}

static void what_is_written_is_read(void **state)
{
	struct place *place = *state;
	const char *lowers[] = { "/a b", "/c\n\\d\x7f\\012" };
	struct info info = { .has_driver = true,
			     .driver = DRIVER_FUSE,
			     .base = "debian",
			     .base_path = "/with space\tand tab",
			     .lowers = lowers,
			     .lower_count = 2,
			     .ids = { .kind = MAP_AUTO } };
	struct info found;

	assert_int_equal(id_map_parse("0:1000:1,1:100000:65536", &place->arena, &info.ids.uid), 0);
	assert_int_equal(id_map_parse("0:1001:1", &place->arena, &info.ids.gid), 0);
	assert_int_equal(info_write(place->fd, &info, &place->e), 0);
	assert_int_equal(info_write(place->fd, &info, &place->e), 0);
	assert_int_equal(info_read(place->fd, "it", &place->arena, &found, &place->e), 0);
	assert_non_null(found.made);
	assert_true(found.has_driver);
	assert_int_equal(found.driver, DRIVER_FUSE);
	assert_string_equal(found.base, info.base);
	assert_string_equal(found.base_path, info.base_path);
	assert_int_equal(found.lower_count, 2);
	assert_string_equal(found.lowers[0], lowers[0]);
	assert_string_equal(found.lowers[1], lowers[1]);
	assert_int_equal(found.ids.kind, MAP_AUTO);
	assert_true(id_map_equal(&found.ids.uid, &info.ids.uid));
	assert_true(id_map_equal(&found.ids.gid, &info.ids.gid));
}

static void unknown_keys_are_passed_over(void **state)
{
	struct info info;

	assert_int_equal(read_text(*state, "later thing\nmap root\nsource x y\nmade now\n", &info),
			 0);
	assert_string_equal(info.source, "x y");
	assert_int_equal(info.ids.kind, MAP_ROOT);
	assert_false(info.has_driver);
}

static void damage_is_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"map root\nsource x\n", /* the last line is lost */
		"map root\nmade",
		"map any\nmade now\n",
		"map auto\nuid-map 0:0:1\nmade now\n", /* one map of two */
		"map auto\nuid-map 0:0\ngid-map 0:0:1\nmade now\n",
		"map root\ndriver auto\nmade now\n",
		"map root\nsource \\12\nmade now\n",
		"map root\nsource \\000\nmade now\n",
		"map root\nsource \\9\nmade now\n",
	};
	struct place *place = *state;
	struct info info;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_true(read_text(place, texts[i], &info) < 0);
		assert_string_equal(place->e.object, "it");
		assert_string_equal(place->e.reason, "it is damaged");
	}
}

static void what_is_no_file_is_refused(void **state)
{
	struct place *place = *state;
	struct info info;

	assert_int_equal(info_read(place->fd, "it", &place->arena, &info, &place->e), -ENOENT);
	assert_int_equal(symlinkat("/etc/passwd", place->fd, "info"), 0);
	assert_int_equal(info_read(place->fd, "it", &place->arena, &info, &place->e), -ELOOP);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_is_read),
		TEST(unknown_keys_are_passed_over),
		TEST(damage_is_refused),
		TEST(what_is_no_file_is_refused),
	};

	return unit_run(tests);
}
