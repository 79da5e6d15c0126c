/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diff.c - what a layer changes: the marks of either driver, in the layer and below it
 *
 * A tree is written as text, "dir/ file=contents !gone": a name that ends in a slash is a folder,
 * "!" makes a whiteout of the kernel's, "@" before a folder makes it opaque. Where such marks can
 * not be made, the test passes.
 */
#define _GNU_SOURCE
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/io.h"
#include "store/diff.h"
#include "store/tree.h"

struct place {
	char path[32];
	int fd;
	bool lacks_marks;
	char found[1000]; /* "A /x D /y " */
	struct err e;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	if (!place)
		return -1;
	snprintf(place->path, sizeof(place->path), "/tmp/diff.XXXXXX");
	if (!mkdtemp(place->path))
		return -1;
	place->fd = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = place;
	return place->fd < 0;
}

static int tear_down(void **state)
{
	auto_close_ int fd = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct place *place = *state;
	int r = tree_remove(fd, place->path + strlen("/tmp/"), &place->e);

	close_fd(&place->fd);
	free(place);
	return r;
}

/* --- making trees --- */

static void make_file(int dirfd, const char *name, const char *contents)
{
	auto_close_ int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write_all(fd, contents, strlen(contents)), 0);
}

/* False where the file system has no attributes for users. */
static bool make_opaque(int dirfd, const char *name)
{
	auto_close_ int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fsetxattr(fd, "user.overlay.opaque", "y", 1, 0) == 0;
}

static void make_entry(struct place *place, int dirfd, char *word)
{
	char *contents = strchr(word, '=');
	size_t length = strlen(word);
	bool opaque = word[0] == '@';

	if (word[0] == '!') {
		if (mknodat(dirfd, word + 1, S_IFCHR, makedev(0, 0)) < 0)
			place->lacks_marks = true; /* Linux 5.7 and older */
	} else if (word[length - 1] == '/') {
		assert_int_equal(mkdirat(dirfd, word + opaque, 0755), 0);
		if (opaque && !make_opaque(dirfd, word + opaque))
			place->lacks_marks = true;
	} else {
		if (contents)
			*contents++ = '\0';
		make_file(dirfd, word, contents ? contents : "");
	}
}

/* Returns the tree's folder, open. */
static int make(struct place *place, const char *name, const char *tree)
{
	auto_free_ char *text = strdup(tree);
	char *rest = text;

	assert_int_equal(mkdirat(place->fd, name, 0755), 0);
	int fd = openat(place->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " ")) {
		if (*word)
			make_entry(place, fd, word);
	}
	return fd;
}

static int note(void *arg, const struct diff_entry *entry, struct err *e _unused_)
{
	struct place *place = arg;
	size_t used = strlen(place->found);

	snprintf(place->found + used, sizeof(place->found) - used, "%c %s ", "AMD"[entry->kind],
		 entry -> path);
	return 0;
}

/* Trees from the top: the layer, what lies below, and what below that, or NULL. */
static void expect(struct place *place, enum overlay_driver driver, const char *upper,
		   const char *middle, const char *lower, const char *changes)
{
	auto_close_ int upper_fd = make(place, "upper", upper);
	auto_close_ int middle_fd = make(place, "middle", middle);
	auto_close_ int lower_fd = lower ? make(place, "lower", lower) : -1;
	const int lower_fds[] = { middle_fd, lower_fd };
	const struct diff_start start = { .upper_fd = upper_fd,
					  .lower_fds = lower_fds,
					  .lower_count = lower ? 2 : 1,
					  .driver = driver,
					  .report = note,
					  .arg = place };

	if (place->lacks_marks)
		return;
	assert_int_equal(diff_run(&start, &place->e), 0);
	assert_string_equal(place->found, changes);
}

/* --- what differs --- */

static void files_by_their_contents(void **state)
{
	expect(*state, DRIVER_KERNEL, "a=1 b=2 c=3 d=12", "a=1 b=3 d=1", NULL, "M /b A /c M /d ");
}

static void a_folder_that_was_copied_up_is_none(void **state)
{
	expect(*state, DRIVER_KERNEL, "a/ a/new", "a/ a/old", NULL, "A /a/new ");
}

static void a_new_folder_with_all_in_it(void **state)
{
	expect(*state, DRIVER_KERNEL, "a/ a/b/ a/b/c", "z", NULL, "A /a A /a/b A /a/b/c ");
}

static void another_kind(void **state)
{
	expect(*state, DRIVER_KERNEL, "a b/ b/c", "a/ a/x b", NULL, "M /a M /b A /b/c ");
}

/* --- marks --- */

static void a_whiteout(void **state)
{
	expect(*state, DRIVER_KERNEL, "!a !b !none c/ !c/d", "a b/ b/c c/ c/d c/e", NULL,
	       "D /a D /b D /c/d ");
}

static void an_opaque_folder(void **state)
{
	expect(*state, DRIVER_KERNEL, "@a/ a/new a/same=1", "a/ a/old a/same=1 a/zoo", NULL,
	       "A /a/new D /a/old D /a/zoo ");
}

static void names_that_are_marks_for_the_other_driver_alone(void **state)
{
	expect(*state, DRIVER_KERNEL, ".wh.a", "a", NULL, "A /.wh.a ");
}

static void marks_that_are_files(void **state)
{
	expect(*state, DRIVER_FUSE, ".wh.a b/ b/.wh..wh..opq b/new .wh.none", "a b/ b/old b/other",
	       NULL, "D /a A /b/new D /b/old D /b/other ");
}

static void the_other_driver_makes_devices_too(void **state)
{
	expect(*state, DRIVER_FUSE, "!a @b/", "a b/ b/old", NULL, "D /a D /b/old ");
}

/* --- marks below --- */

static void what_a_lower_one_removed_was_not_there(void **state)
{
	expect(*state, DRIVER_KERNEL, "a !b c/ c/new", "!a !b !c", "a b c/ c/old",
	       "A /a A /c A /c/new ");
}

static void a_lower_opaque_folder_hides(void **state)
{
	expect(*state, DRIVER_KERNEL, "a/ a/old !a/kept !a/gone", "@a/ a/kept", "a/ a/old a/gone",
	       "D /a/kept A /a/old ");
}

static void a_lower_file_hides_a_folder(void **state)
{
	expect(*state, DRIVER_KERNEL, "a/ a/x", "a", "a/ a/x", "M /a A /a/x ");
}

static void lower_marks_that_are_files(void **state)
{
	expect(*state, DRIVER_FUSE, "a b/ b/x .wh.c", ".wh.a .wh.b .wh.c", "a b/ b/x c",
	       "A /a A /b A /b/x ");
}

static void an_opaque_folder_over_marks(void **state)
{
	expect(*state, DRIVER_FUSE, "a/ a/.wh..wh..opq", "a/ a/.wh.x a/y", "a/ a/x a/z",
	       "D /a/y D /a/z ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_by_their_contents),
		TEST(a_folder_that_was_copied_up_is_none),
		TEST(a_new_folder_with_all_in_it),
		TEST(another_kind),
		TEST(a_whiteout),
		TEST(an_opaque_folder),
		TEST(names_that_are_marks_for_the_other_driver_alone),
		TEST(marks_that_are_files),
		TEST(the_other_driver_makes_devices_too),
		TEST(what_a_lower_one_removed_was_not_there),
		TEST(a_lower_opaque_folder_hides),
		TEST(a_lower_file_hides_a_folder),
		TEST(lower_marks_that_are_files),
		TEST(an_opaque_folder_over_marks),
	};

	return unit_run(tests);
}
