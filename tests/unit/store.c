/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * store.c - items appear and disappear whole, whoever is killed; with one id, so without namespaces
 */
#define _GNU_SOURCE
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/io.h"
#include "store/store.h"
#include "store/tree.h"

struct place {
	char path[32];
	struct store store;
	struct arena arena;
	struct err e;
};

static const struct info info = { .ids = { .kind = MAP_ROOT }, .source = "x" };

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place)
		return -1;
	snprintf(place->path, sizeof(place->path), "/tmp/store.XXXXXX");
	if (!mkdtemp(place->path))
		return -1;
	setenv("XDG_DATA_HOME", place->path, 1);
	*state = place;
	return store_open(STORE_ROOTS, true, &place->store, &place->e);
}

static int tear_down(void **state)
{
	auto_close_ int fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct place *place = *state;
	int r = tree_remove(fd, place->path + strlen("/tmp/"), &place->e);

	store_close(&place->store);
	arena_free(&place->arena);
	free(place);
	return r;
}

/* What is in the folder of the store, unfinished things too. */
static int count_entries(const struct place *place)
{
	DIR *folder = opendir(place->store.path);
	int count = -2; /* "." and ".." */

	assert_non_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static void begin(struct place *place, struct item *item)
{
	assert_int_equal(item_new(&place->store, &info, item, &place->e), 0);
	assert_int_equal(mkdirat(item->fd, "root", 0755), 0);
	assert_int_equal(mkdirat(item->fd, "root/closed", 0), 0);
}

static void make(struct place *place, const char *name)
{
	auto_item_ struct item item = ITEM_CLOSED;

	begin(place, &item);
	assert_int_equal(item_publish(&place->store, &item, name, true, &place->e), 0);
}

static void sweep_again(struct place *place)
{
	auto_store_ struct store store = STORE_CLOSED;

	assert_int_equal(store_open(STORE_ROOTS, false, &store, &place->e), 0);
}

/* --- names --- */

static void names_are_plain(void **state)
{
	static const char sixty_four[] =
		"0123456789012345678901234567890123456789012345678901234567890123";
	static const char *const good[] = { "a", "9", "debian-12", "a.b_c+d-e", "A", sixty_four };
	static const char *const bad[] = { "",   ".",   "..",  ".new-1",   "-a",  "_a",
					   "+a", "a/b", "a b", "\xc3\xa9", "a\n", "a:b" };
	struct place *place = *state;
	char long_name[66];

	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_int_equal(store_check_name(&place->store, good[i], &place->e), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_true(store_check_name(&place->store, bad[i], &place->e) < 0);
	snprintf(long_name, sizeof(long_name), "%sa", sixty_four);
	assert_true(store_check_name(&place->store, long_name, &place->e) < 0);
}

static void the_folder_is_private(void **state)
{
	struct place *place = *state;
	struct stat st;

	assert_int_equal(fstat(place->store.fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
}

static void a_relative_variable_is_as_good_as_none(void **state)
{
	auto_store_ struct store store = STORE_CLOSED;
	struct place *place = *state;
	char expected[100];

	setenv("XDG_DATA_HOME", "relative", 1);
	setenv("HOME", place->path, 1);
	assert_int_equal(store_open(STORE_LAYERS, true, &store, &place->e), 0);
	snprintf(expected, sizeof(expected), "%s/.local/share/crannog/layers", place->path);
	assert_string_equal(store.path, expected);
}

/* --- making and removing --- */

static void what_is_published_is_there_alone(void **state)
{
	struct place *place = *state;
	char **names;

	make(place, "b");
	make(place, "a");
	assert_int_equal(store_list(&place->store, &place->arena, &names, &place->e), 0);
	assert_string_equal(names[0], "a");
	assert_string_equal(names[1], "b");
	assert_null(names[2]);
	assert_int_equal(count_entries(place), 2);
}

static void nothing_is_replaced(void **state)
{
	auto_item_ struct item item = ITEM_CLOSED;
	struct place *place = *state;

	make(place, "a");
	begin(place, &item);
	assert_int_equal(item_publish(&place->store, &item, "a", true, &place->e), -EEXIST);
	assert_string_equal(place->e.reason, "there is a root a already");
	assert_int_equal(item_remove(&place->store, &item, &place->e), 0);
	assert_int_equal(count_entries(place), 1);
}

static void what_is_removed_is_gone(void **state)
{
	auto_item_ struct item item = ITEM_CLOSED;
	struct place *place = *state;

	make(place, "a");
	assert_int_equal(item_open(&place->store, "a", ITEM_ALONE, &place->arena, &item, &place->e),
			 0);
	assert_string_equal(item.info.source, "x");
	assert_int_equal(item_remove(&place->store, &item, &place->e), 0);
	assert_int_equal(count_entries(place), 0);
	item_close(&item);
	assert_int_equal(item_open(&place->store, "a", ITEM_ALONE, &place->arena, &item, &place->e),
			 -ENOENT);
	assert_string_equal(place->e.reason, "there is no root a");
}

/* --- locks --- */

static void many_share_or_one_has_it(void **state)
{
	auto_item_ struct item first = ITEM_CLOSED, second = ITEM_CLOSED, alone = ITEM_CLOSED;
	struct place *place = *state;
	struct store *store = &place->store;

	make(place, "a");
	assert_int_equal(item_open(store, "a", ITEM_SHARED, &place->arena, &first, &place->e), 0);
	assert_int_equal(item_open(store, "a", ITEM_SHARED, &place->arena, &second, &place->e), 0);
	assert_int_equal(item_open(store, "a", ITEM_ALONE, &place->arena, &alone, &place->e),
			 -EBUSY);
	item_close(&first);
	item_close(&second);
	assert_int_equal(item_open(store, "a", ITEM_ALONE, &place->arena, &alone, &place->e), 0);
	item_sign(&alone, "apt-get");
	assert_int_equal(item_open(store, "a", ITEM_SHARED, &place->arena, &first, &place->e),
			 -EBUSY);
	assert_non_null(strstr(place->e.reason, "(apt-get)"));
	assert_int_equal(item_open(store, "a", ITEM_LOOK, &place->arena, &first, &place->e), 0);
}

/* --- what the dead leave --- */

static void a_sweep_leaves_the_living_alone(void **state)
{
	auto_item_ struct item item = ITEM_CLOSED;
	struct place *place = *state;

	begin(place, &item);
	sweep_again(place);
	assert_int_equal(count_entries(place), 1);
	assert_int_equal(item_publish(&place->store, &item, "a", true, &place->e), 0);
	assert_int_equal(count_entries(place), 1);
}

static void a_sweep_takes_what_the_dead_left(void **state)
{
	struct place *place = *state;
	pid_t pid = fork();

	if (pid == 0) {
		struct item item;

		begin(place, &item);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(count_entries(place), 1);
	/* As they are after a kill right after their making, or right before their end. */
	assert_int_equal(mkdirat(place->store.fd, ".new-0-0", 0700), 0);
	assert_int_equal(mkdirat(place->store.fd, ".old-0-0", 0700), 0);
	assert_int_equal(mkdirat(place->store.fd, ".other", 0700), 0);
	sweep_again(place);
	assert_int_equal(count_entries(place), 1);
}

/* The child of who was killed may die a moment later, and has the locks till then. */
static void a_lock_of_the_dying_is_waited_for(void **state)
{
	auto_item_ struct item item = ITEM_CLOSED;
	struct place *place = *state;
	pid_t pid;

	make(place, "a");
	pid = fork();
	if (pid == 0) {
		if (item_open(&place->store, "a", ITEM_ALONE, &place->arena, &item, &place->e) < 0)
			_exit(1);
		item_sign(&item, "crannog");
		if (fork() == 0) {
			usleep(300 * 1000);
			_exit(0);
		}
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(item_open(&place->store, "a", ITEM_ALONE, &place->arena, &item, &place->e),
			 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_are_plain),
		TEST(the_folder_is_private),
		TEST(a_relative_variable_is_as_good_as_none),
		TEST(what_is_published_is_there_alone),
		TEST(nothing_is_replaced),
		TEST(what_is_removed_is_gone),
		TEST(many_share_or_one_has_it),
		TEST(a_sweep_leaves_the_living_alone),
		TEST(a_sweep_takes_what_the_dead_left),
		TEST(a_lock_of_the_dying_is_waited_for),
	};

	return unit_run(tests);
}
