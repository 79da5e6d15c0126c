/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree.c - trees of files are walked, measured and removed, and nothing beside them is
 */
#define _GNU_SOURCE
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/mem.h"
#include "folder.h"
#include "store/tree.h"

static struct err e;

/* Whom no mode keeps out. cmocka would report a test that skips as failed. */
static bool is_root(void)
{
	return geteuid() == 0;
}

/* --- the walk --- */

/* What the visits were, one after the other. */
struct diary {
	char text[8192];
	const char *skipped, *failed;
};

static void note(struct diary *diary, const char *what, const struct tree_visit *visit)
{
	size_t used = strlen(diary->text);

	snprintf(diary->text + used, sizeof(diary->text) - used, "%s%s ", what, visit->path);
}

static int note_enter(const struct tree_visit *visit, void *data, struct err *err)
{
	struct diary *diary = data;

	note(diary, ">", visit);
	if (diary->skipped && strcmp(visit->path, diary->skipped) == 0)
		return TREE_SKIP;
	if (diary->failed && strcmp(visit->path, diary->failed) == 0)
		return err_set(err, EDOM, "like", visit->path);
	return 0;
}

static int note_entry(const struct tree_visit *visit, void *data, struct err *err _unused_)
{
	note(data, "", visit);
	return 0;
}

static int note_leave(const struct tree_visit *visit, void *data, struct err *err _unused_)
{
	note(data, "<", visit);
	return 0;
}

static int walk(struct diary *diary, enum tree_walk_flags flags)
{
	const struct tree_visitor visitor = { .enter = note_enter,
					      .entry = note_entry,
					      .leave = note_leave,
					      .data = diary,
					      .flags = flags | TREE_SORTED };
	auto_close_ int fd = folder_open(".");

	return tree_walk(fd, &visitor, &e);
}

static void some_tree(void)
{
	folder_dir("b");
	folder_dir("b/empty");
	folder_file("b/x", "");
	folder_file("a", "12345");
	assert_return_code(symlink("b", "c"), errno);
}

static void folders_come_before_and_after_their_contents(void **state _unused_)
{
	struct diary diary = { 0 };

	some_tree();
	assert_int_equal(walk(&diary, 0), 0);
	assert_string_equal(diary.text, ">. a >b >b/empty <b/empty b/x <b c <. ");
}

static void a_folder_passed_over_is_not_left(void **state _unused_)
{
	struct diary diary = { .skipped = "b" };

	some_tree();
	assert_int_equal(walk(&diary, 0), 0);
	assert_string_equal(diary.text, ">. a >b c <. ");
}

static void a_failure_ends_the_walk(void **state _unused_)
{
	struct diary diary = { .failed = "b/empty" };

	some_tree();
	assert_int_equal(walk(&diary, 0), -EDOM);
	assert_string_equal(diary.text, ">. a >b >b/empty ");
	assert_string_equal(e.object, "b/empty");
}

static int check_visit(const struct tree_visit *visit, void *data, struct err *err _unused_)
{
	struct stat st;
	size_t slashes = 0;

	for (const char *at = visit->path; *at; at++)
		slashes += *at == '/';
	assert_int_equal(visit->depth, strcmp(visit->path, ".") == 0 ? 0 : slashes + 1);
	assert_return_code(fstatat(visit->dirfd, visit->name, &st, AT_SYMLINK_NOFOLLOW), errno);
	assert_int_equal(st.st_ino, visit->st->st_ino);
	assert_int_equal(st.st_dev, visit->st->st_dev);
	assert_int_equal(st.st_mode, visit->st->st_mode);
	assert_int_equal(st.st_size, visit->st->st_size);
	assert_memory_equal(&st.st_mtim, &visit->st->st_mtim, sizeof(st.st_mtim));
	if (S_ISDIR(st.st_mode)) {
		assert_return_code(fstat(visit->fd, &st), errno);
		assert_int_equal(st.st_ino, visit->st->st_ino);
	} else {
		assert_int_equal(visit->fd, -1);
	}
	++*(size_t *)data;
	return 0;
}

static void a_visit_says_where_and_what(void **state _unused_)
{
	size_t count = 0;
	const struct tree_visitor visitor = {
		.enter = check_visit, .entry = check_visit, .leave = check_visit, .data = &count
	};
	auto_close_ int fd = open(".", O_PATH | O_CLOEXEC);

	some_tree();
	folder_deep(".", "d", 70);
	assert_int_equal(tree_walk(fd, &visitor, &e), 0);
	assert_int_equal(count, 3 * 2 + 3 + 70 * 2 + 1);
}

static int check_type(const struct tree_visit *visit, void *data _unused_, struct err *err _unused_)
{
	assert_int_equal(visit->st->st_mode, strcmp(visit->name, "c") == 0 ? S_IFLNK : S_IFREG);
	return 0;
}

static void types_can_do(void **state _unused_)
{
	const struct tree_visitor visitor = { .entry = check_type, .flags = TREE_TYPES };
	auto_close_ int fd = folder_open(".");

	some_tree();
	assert_int_equal(tree_walk(fd, &visitor, &e), 0);
}

static void names_are_sorted_by_their_bytes(void **state _unused_)
{
	struct diary diary = { 0 };

	folder_file("z", "");
	folder_file("\xff", "");
	folder_file("\xc3\xa4", "");
	folder_file("new\nline", "");
	folder_file("Z", "");
	folder_file(" ", "");
	folder_file("...", "");
	assert_int_equal(walk(&diary, 0), 0);
	assert_string_equal(diary.text, ">.   ... Z new\nline z \xc3\xa4 \xff <. ");
}

static void two_walks_with_one_descriptor_see_the_same(void **state _unused_)
{
	struct diary first = { 0 }, second = { 0 };
	const struct tree_visitor visitors[] = {
		{ .entry = note_entry, .data = &first, .flags = TREE_SORTED },
		{ .entry = note_entry, .data = &second, .flags = TREE_SORTED },
	};
	auto_close_ int fd = folder_open(".");

	some_tree();
	assert_int_equal(tree_walk(fd, &visitors[0], &e), 0);
	assert_int_equal(tree_walk(fd, &visitors[1], &e), 0);
	assert_string_equal(first.text, "a b/x c ");
	assert_string_equal(first.text, second.text);
}

static void a_folder_that_is_closed_to_us_is_an_error(void **state _unused_)
{
	struct diary diary = { 0 };

	if (is_root())
		return;
	some_tree();
	assert_return_code(chmod("b", 0), errno);
	assert_int_equal(walk(&diary, 0), -EACCES);
	assert_string_equal(e.object, "b");
	assert_int_equal(walk(&diary, TREE_UNLOCK), 0);
}

static int remove_all(const struct tree_visit *visit, void *data, struct err *err _unused_)
{
	++*(size_t *)data;
	for (int i = 0; i < 10; i++) {
		char name[2] = { (char)('0' + i), '\0' };

		unlinkat(visit->dirfd, name, 0);
		unlinkat(visit->dirfd, name, AT_REMOVEDIR);
	}
	return 0;
}

static void what_vanishes_was_not_there(void **state _unused_)
{
	size_t count = 0;
	const struct tree_visitor visitor = { .enter = NULL, .entry = remove_all, .data = &count };
	auto_close_ int fd = folder_open(".");

	for (int i = 0; i < 10; i++) {
		char name[2] = { (char)('0' + i), '\0' };

		if (i % 3)
			folder_dir(name);
		else
			folder_file(name, "");
	}
	assert_int_equal(tree_walk(fd, &visitor, &e), 0);
	assert_in_range(count, 1, 4);
}

/* The folder "b", whose name was read already, becomes a link. */
static int replace(const struct tree_visit *visit, void *data _unused_, struct err *err _unused_)
{
	if (strcmp(visit->name, "a") == 0)
		assert_return_code(renameat2(visit->dirfd, "b", visit->dirfd, "c", RENAME_EXCHANGE),
				   errno);
	assert_string_not_equal(visit->name, "x");
	return 0;
}

static void a_folder_replaced_by_a_link_is_not_entered(void **state _unused_)
{
	const struct tree_visitor visitor = { .entry = replace, .flags = TREE_SORTED };
	auto_close_ int fd = folder_open(".");

	some_tree();
	assert_int_equal(tree_walk(fd, &visitor, &e), -ESTALE);
	assert_string_equal(e.object, "b");
}

/* At the bottom, moves a folder far above out of the tree. */
static int move_away(const struct tree_visit *visit _unused_, void *data, struct err *err _unused_)
{
	const char *path = data;

	assert_return_code(rename(path, "elsewhere"), errno);
	return 0;
}

static void a_folder_moved_away_is_not_left_upwards(void **state _unused_)
{
	char path[] = "tree/d/d/d/d/d";
	const struct tree_visitor visitor = { .entry = move_away, .data = path };

	folder_dir("tree");
	folder_deep("tree", "d", 100);
	auto_close_ int fd = folder_open("tree");
	assert_int_equal(tree_walk(fd, &visitor, &e), -ESTALE);
	assert_string_equal(e.object, "d/d/d/d/d");
}

static void depth_needs_few_descriptors(void **state _unused_)
{
	size_t count = 0;
	const struct tree_visitor visitor = {
		.enter = check_visit, .entry = check_visit, .leave = check_visit, .data = &count
	};
	auto_close_ int fd = folder_open(".");

	folder_deep(".", "a-name", 3000);
	rlim_t before = folder_limit_fds(64);
	assert_int_equal(tree_walk(fd, &visitor, &e), 0);
	folder_limit_fds(before);
	assert_int_equal(count, 3001 * 2 + 1);
}

/* --- paths --- */

static int keep_path(const struct tree_visit *visit, void *data, struct err *err _unused_)
{
	char **path = data;

	*path = strdup(visit->path);
	return 0;
}

static void a_long_path_opens_what_it_named(void **state _unused_)
{
	auto_free_ char *path = NULL;
	const struct tree_visitor visitor = { .entry = keep_path, .data = &path };
	auto_close_ int fd = folder_open(".");

	folder_deep(".", "0123456789", 1500);
	assert_int_equal(tree_walk(fd, &visitor, &e), 0);
	assert_int_equal(strlen(path), 1500 * 11 + strlen("bottom"));
	auto_close_ int found = tree_open(fd, path, O_RDONLY);
	assert_return_code(found, -found);
	tree_fail(&e, EIO, "read", path);
	assert_memory_equal(e.object, "0123456789/0123456789/", 22);
	assert_non_null(strstr(e.object, "..."));
	assert_string_equal(e.object + strlen(e.object) - 17, "0123456789/bottom");
}

static void no_path_leads_out(void **state _unused_)
{
	auto_free_ char *nothing = xrealloc(NULL, PATH_MAX + 10);

	memset(nothing, 'x', PATH_MAX + 9);
	nothing[PATH_MAX + 9] = '\0';
	folder_dir("tree");
	folder_file("tree/file", "");
	folder_file("outside", "");
	assert_return_code(symlink("../outside", "tree/link"), errno);
	assert_return_code(symlink("file", "tree/harmless"), errno);
	assert_return_code(symlink(".", "tree/same"), errno);
	auto_close_ int fd = folder_open("tree");
	assert_int_equal(tree_open(fd, "link", O_RDONLY), -ELOOP);
	assert_int_equal(tree_open(fd, "harmless", O_RDONLY), -ELOOP);
	assert_int_equal(tree_open(fd, "same/file", O_RDONLY), -ELOOP);
	assert_int_equal(tree_open(fd, "../outside", O_RDONLY), -EXDEV);
	assert_int_equal(tree_open(fd, "/etc", O_RDONLY), -EXDEV);
	assert_int_equal(tree_open(fd, nothing, O_RDONLY), -ENAMETOOLONG);
	auto_close_ int found = tree_open(fd, "file", O_RDONLY);
	assert_return_code(found, -found);
}

/* --- removing --- */

static void expect_removed(const char *name)
{
	struct stat st;
	auto_close_ int fd = folder_open(".");
	int r = tree_remove(fd, name, &e);

	if (r < 0)
		err_print(&e);
	assert_int_equal(r, 0);
	assert_int_equal(lstat(name, &st), -1);
	assert_int_equal(errno, ENOENT);
}

static void make_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	auto_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_return_code(bind(fd, (struct sockaddr *)&address, sizeof(address)), errno);
}

static void any_kind_is_removed(void **state _unused_)
{
	folder_file("file", "x");
	folder_dir("folder");
	assert_return_code(symlink("file", "link"), errno);
	assert_return_code(mkfifo("pipe", 0600), errno);
	make_socket("socket");
	expect_removed("link");
	folder_expect("file", "x");
	expect_removed("file");
	expect_removed("folder");
	expect_removed("pipe");
	expect_removed("socket");
	expect_removed("never");
}

static void a_tree_of_all_kinds_is_removed(void **state _unused_)
{
	folder_dir("outside");
	folder_file("outside/file", "safe");
	folder_dir("tree");
	folder_dir("tree/new\nline");
	folder_file("tree/new\nline/\xff\xfe", "");
	folder_file("tree/-rf", "");
	folder_file("tree/*", "");
	assert_return_code(symlink("../outside", "tree/link"), errno);
	assert_return_code(symlink("nowhere", "tree/dangling"), errno);
	assert_return_code(link("outside/file", "tree/hard"), errno);
	assert_return_code(mkfifo("tree/pipe", 0), errno);
	assert_return_code(mknod("tree/whiteout", S_IFCHR, 0), errno);
	make_socket("tree/socket");
	expect_removed("tree");
	folder_expect("outside/file", "safe");
}

static void a_link_to_a_folder_is_removed_alone(void **state _unused_)
{
	folder_dir("outside");
	folder_file("outside/file", "safe");
	assert_return_code(symlink("outside", "link"), errno);
	expect_removed("link");
	folder_expect("outside/file", "safe");
}

static void a_name_is_one_component(void **state _unused_)
{
	static const char *const names[] = { "", ".", "..", "/", "tree/", "tree/file", "./tree" };
	auto_close_ int fd = folder_open(".");

	folder_dir("tree");
	folder_file("tree/file", "safe");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_int_equal(tree_remove(fd, names[i], &e), -EINVAL);
	folder_expect("tree/file", "safe");
}

static void folders_closed_to_us_are_removed(void **state _unused_)
{
	static const mode_t modes[] = { 0, 0100, 0200, 0300, 0400, 0500, 0600, 0077 };
	char path[64];

	folder_dir("tree");
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		snprintf(path, sizeof(path), "tree/%zu", i);
		folder_dir(path);
		snprintf(path, sizeof(path), "tree/%zu/in", i);
		folder_dir(path);
		snprintf(path, sizeof(path), "tree/%zu/in/file", i);
		folder_file(path, "");
	}
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		snprintf(path, sizeof(path), "tree/%zu/in", i);
		assert_return_code(chmod(path, modes[i]), errno);
		snprintf(path, sizeof(path), "tree/%zu", i);
		assert_return_code(chmod(path, modes[i]), errno);
	}
	assert_return_code(chmod("tree", 0400), errno);
	expect_removed("tree");
}

static void what_we_may_not_remove_is_named(void **state _unused_)
{
	auto_close_ int fd = folder_open(".");

	if (is_root())
		return;
	folder_dir("tree");
	assert_return_code(chmod(".", 0500), errno);
	assert_int_equal(tree_remove(fd, "tree", &e), -EACCES);
	assert_string_equal(e.object, "tree");
	assert_string_equal(e.what, "remove");
	assert_return_code(chmod(".", 0700), errno);
}

static void ten_thousand_entries_are_removed(void **state _unused_)
{
	char name[300];

	folder_dir("tree");
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "tree/%0*d", 5 + i % 200, i);
		folder_file(name, "");
	}
	expect_removed("tree");
}

static void a_deep_tree_is_removed_with_few_descriptors(void **state _unused_)
{
	folder_dir("tree");
	folder_deep("tree", "a-name", 3000);
	rlim_t before = folder_limit_fds(64);
	expect_removed("tree");
	folder_limit_fds(before);
}

/* --- measuring --- */

static void a_file_counts_once(void **state _unused_)
{
	struct tree_usage one = { 0 }, two = { 0 };
	auto_close_ int fd = folder_open(".");

	folder_dir("folder");
	folder_file("folder/file", "some text");
	assert_int_equal(tree_usage(fd, &one, &e), 0);
	assert_int_equal(one.entries, 3);
	assert_int_equal(one.bytes,
			 512 * (folder_stat(".").st_blocks + folder_stat("folder").st_blocks +
				folder_stat("folder/file").st_blocks));
	assert_return_code(link("folder/file", "second"), errno);
	assert_return_code(link("folder/file", "third"), errno);
	assert_int_equal(tree_usage(fd, &two, &e), 0);
	assert_int_equal(two.entries, 5);
	assert_int_equal(two.bytes, one.bytes);
}

static void many_files_with_two_names_count_once(void **state _unused_)
{
	struct tree_usage usage;
	auto_close_ int fd = folder_open(".");
	char name[16], second[16];

	folder_dir("empty");
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "%d", i);
		snprintf(second, sizeof(second), "second-%d", i);
		folder_file(name, "text");
		assert_return_code(link(name, second), errno);
	}
	assert_int_equal(tree_usage(fd, &usage, &e), 0);
	assert_int_equal(usage.entries, 2002);
	assert_int_equal(usage.bytes,
			 512 * (folder_stat(".").st_blocks + folder_stat("empty").st_blocks +
				1000 * folder_stat("0").st_blocks));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_enter, folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(folders_come_before_and_after_their_contents),
		TEST(a_folder_passed_over_is_not_left),
		TEST(a_failure_ends_the_walk),
		TEST(a_visit_says_where_and_what),
		TEST(types_can_do),
		TEST(names_are_sorted_by_their_bytes),
		TEST(two_walks_with_one_descriptor_see_the_same),
		TEST(a_folder_that_is_closed_to_us_is_an_error),
		TEST(what_vanishes_was_not_there),
		TEST(a_folder_replaced_by_a_link_is_not_entered),
		TEST(a_folder_moved_away_is_not_left_upwards),
		TEST(depth_needs_few_descriptors),
		TEST(a_long_path_opens_what_it_named),
		TEST(no_path_leads_out),
		TEST(any_kind_is_removed),
		TEST(a_tree_of_all_kinds_is_removed),
		TEST(a_link_to_a_folder_is_removed_alone),
		TEST(a_name_is_one_component),
		TEST(folders_closed_to_us_are_removed),
		TEST(what_we_may_not_remove_is_named),
		TEST(ten_thousand_entries_are_removed),
		TEST(a_deep_tree_is_removed_with_few_descriptors),
		TEST(a_file_counts_once),
		TEST(many_files_with_two_names_count_once),
	};

	return unit_run(tests);
}
