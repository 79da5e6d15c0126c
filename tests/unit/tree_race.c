/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_race.c - while somebody changes a tree, nothing outside is read, written or removed
 *
 * A thread swaps names in the tree for links to a folder outside, for as long as the tree is walked
 * through. What is said about the tree does not matter then; what is outside does.
 */
#define _GNU_SOURCE
#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "folder.h"
#include "store/tree.h"

enum { ROUND_MS = 700 };

static atomic_bool over;
static const char *swapped[2]; /* relative to the current folder */

static void *swap(void *arg _unused_)
{
	while (!over) {
		int unused _unused_ =
			renameat2(AT_FDCWD, swapped[0], AT_FDCWD, swapped[1], RENAME_EXCHANGE);
	}
	return NULL;
}

static pthread_t swap_begin(const char *one, const char *two)
{
	pthread_t thread;

	swapped[0] = one;
	swapped[1] = two;
	over = false;
	assert_int_equal(pthread_create(&thread, NULL, swap, NULL), 0);
	return thread;
}

static void swap_end(pthread_t thread)
{
	over = true;
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* A folder outside with something in it, and the tree. */
static int start(void **state)
{
	if (folder_enter(state) < 0)
		return -1;
	folder_dir("outside");
	folder_dir("outside/sub");
	folder_file("outside/file", "secret");
	folder_file("outside/sub/file", "secret");
	return 0;
}

static void expect_outside_whole(void)
{
	folder_expect("outside/file", "secret");
	folder_expect("outside/sub/file", "secret");
	assert_int_equal(folder_stat("outside").st_mode & 07777, 0755);
}

static void fill(void)
{
	int unused _unused_ = mkdir("tree", 0755);
	char path[64];

	for (int i = 0; i < 20; i++) {
		snprintf(path, sizeof(path), "tree/%d", i);
		unused = mkdir(path, i % 4 ? 0755 : 0);
	}
	unused = mkdir("tree/x", 0755);
	unused = mkdir("tree/x/sub", 0755);
	close(open("tree/x/sub/file", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
	close(open("tree/x/file", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
	unused = symlink("../outside", "tree/link");
}

static void removing(const char *one, const char *two)
{
	auto_close_ int fd = folder_open(".");
	struct err e;
	unsigned rounds = 0;

	fill();
	pthread_t thread = swap_begin(one, two);
	for (uint64_t end = now_ms() + ROUND_MS; now_ms() < end; rounds++) {
		int unused _unused_ = tree_remove(fd, "tree", &e);

		/* Not through a link that stands where the folder was. */
		if (folder_stat("outside/sub").st_nlink != 2)
			break;
		if (access("tree/x/sub", F_OK) < 0 || access("tree/link/sub", F_OK) < 0)
			fill();
	}
	swap_end(thread);
	expect_outside_whole();
	assert_true(rounds > 0);
}

static void a_folder_swapped_for_a_link_while_removing(void **state _unused_)
{
	removing("tree/x", "tree/link");
}

static void the_tree_itself_swapped_for_a_link_while_removing(void **state _unused_)
{
	assert_return_code(symlink("outside", "link"), errno);
	removing("tree", "link");
}

/* Fails if something of outside is in the copy. */
static int look(const struct tree_visit *visit, void *data _unused_, struct err *e _unused_)
{
	if (S_ISREG(visit->st->st_mode))
		assert_int_equal(visit->st->st_size, 0);
	return 0;
}

static void copying(const char *one, const char *two)
{
	static const struct tree_visitor looker = { .entry = look };
	auto_close_ int here = folder_open("."), tree = folder_open("tree");
	unsigned rounds = 0;
	struct err e;

	for (uint64_t end = now_ms() + ROUND_MS; now_ms() < end; rounds++) {
		folder_dir("to");
		auto_close_ int to = folder_open("to");
		pthread_t thread = swap_begin(one, two);
		int unused _unused_ = tree_copy(tree, to, NULL, 0, &e);
		swap_end(thread);
		assert_int_equal(tree_walk(to, &looker, &e), 0);
		assert_int_equal(tree_remove(here, "to", &e), 0);
	}
	expect_outside_whole();
	assert_true(rounds > 0);
}

static void a_folder_swapped_for_a_link_while_copying(void **state _unused_)
{
	folder_dir("tree");
	folder_dir("tree/x");
	folder_dir("tree/x/sub");
	folder_file("tree/x/file", "");
	assert_return_code(symlink("../outside", "tree/link"), errno);
	copying("tree/x", "tree/link");
}

static void a_file_swapped_for_a_link_while_copying(void **state _unused_)
{
	folder_dir("tree");
	folder_file("tree/x", "");
	assert_return_code(symlink("../outside/file", "tree/link"), errno);
	copying("tree/x", "tree/link");
}

static void a_folder_swapped_for_a_link_in_the_copy(void **state _unused_)
{
	char path[64];

	folder_dir("tree");
	folder_dir("tree/x");
	for (int i = 0; i < 10; i++) {
		snprintf(path, sizeof(path), "tree/x/%d", i);
		folder_file(path, "");
	}
	assert_return_code(symlink("../outside", "link"), errno);
	copying("to/x", "link");
	assert_int_equal(folder_stat("outside/sub").st_nlink, 2);
	assert_int_equal(folder_stat("outside").st_nlink, 3);
	assert_int_equal(access("outside/0", F_OK), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_folder_swapped_for_a_link_while_removing),
		TEST(the_tree_itself_swapped_for_a_link_while_removing),
		TEST(a_folder_swapped_for_a_link_while_copying),
		TEST(a_file_swapped_for_a_link_while_copying),
		TEST(a_folder_swapped_for_a_link_in_the_copy),
	};

	return unit_run(tests);
}
