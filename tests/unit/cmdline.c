/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cmdline.c - what others can read of our words and variables
 *
 * The unit keeps the place of the one command line a process has, so each test has a process of
 * its own. The words are laid out in memory as Linux does it: one after the other.
 */
#define _GNU_SOURCE
#include "unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cmdline.h"
#include "base/io.h"
#include "base/mem.h"
#include "process.h"

#define MEMORY "prog\0--setenv\0TOKEN=secret\0\0A=1\0PASSWORD=secret\0next"

static char memory[] = MEMORY;
static char *words[] = { memory, memory + 5, memory + 14, memory + 27, NULL };
static char *variables[] = { memory + 28, memory + 32, NULL };

static char **take(void)
{
	environ = variables;
	return cmdline_take(4, words);
}

static bool are(char **found, const char *const *expected)
{
	for (; *found && *expected; found++, expected++) {
		if (strcmp(*found, *expected) != 0)
			return false;
	}
	return !*found && !*expected;
}

#define ARE(found, ...) are(found, (const char *const[]){ __VA_ARGS__, NULL })
#define HIDE(name, ...) cmdline_hide(name, (const char *const[]){ __VA_ARGS__ })

/* Does the memory start with that text, with nothing but zeros up to what is not ours? */
static bool is_all_there_is(const char *text, size_t size)
{
	size_t end = sizeof(MEMORY) - sizeof("next");

	if (memcmp(memory, text, size) != 0)
		return false;
	for (size_t i = size; i < end; i++) {
		if (memory[i])
			return false;
	}
	return strcmp(memory + end, "next") == 0;
}

static bool the_copy_says_the_same(void)
{
	char **copied = take();

	return ARE(copied, "prog", "--setenv", "TOKEN=secret", "") &&
	       ARE(environ, "A=1", "PASSWORD=secret") &&
	       strcmp(getenv("PASSWORD"), "secret") == 0 && copied != words &&
	       environ != variables && copied[0] != memory;
}

static bool the_copy_outlives_the_original(void)
{
	char **copied = take();

	HIDE("crannog", NULL);
	return ARE(copied, "prog", "--setenv", "TOKEN=secret", "") &&
	       ARE(environ, "A=1", "PASSWORD=secret");
}

static bool hiding_leaves_name_and_command(void)
{
	take();
	HIDE("crannog", "sleep", "9", NULL);
	return is_all_there_is("crannog\0sleep\0009", 15);
}

static bool hiding_leaves_the_name_alone_without_a_command(void)
{
	take();
	HIDE("crannog", NULL);
	return is_all_there_is("crannog", 7);
}

static bool a_command_that_does_not_fit_is_cut(void)
{
	char long_word[200];

	memset(long_word, 'x', sizeof(long_word) - 1);
	long_word[sizeof(long_word) - 1] = '\0';
	take();
	HIDE("crannog", "echo", long_word, NULL);
	return is_all_there_is("crannog\0echo", 12);
}

static bool a_name_that_fits_exactly_is_kept(void)
{
	static char few[] = "ab\0zz";
	char *argv[] = { few, NULL }, *none[] = { NULL };

	environ = none;
	cmdline_take(1, argv);
	HIDE("cd", "e", NULL);
	return memcmp(few, "cd\0zz", sizeof(few)) == 0;
}

/* A caller of putenv(3), or a loader, may have put strings elsewhere. */
static bool strings_elsewhere_are_left_alone(void)
{
	char elsewhere[] = "B=2", *mixed[] = { memory + 28, elsewhere, memory + 32, NULL };

	environ = mixed;
	cmdline_take(4, words);
	HIDE("crannog", NULL);
	return ARE(environ, "A=1", "B=2", "PASSWORD=secret") && strcmp(elsewhere, "B=2") == 0 &&
	       is_all_there_is("crannog", 7);
}

/* --- this very process --- */

static char **own_words;

static bool file_holds(const char *path, const char *text)
{
	auto_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	auto_free_ char *data = NULL;
	size_t size;

	return read_all(fd, &data, &size) == 0 && memmem(data, size, text, strlen(text));
}

static bool the_kernel_shows_what_we_left(void)
{
	if (!file_holds("/proc/self/environ", "="))
		return false;
	own_words = cmdline_take(1, own_words);
	HIDE("crannog", "command", NULL);
	return !file_holds("/proc/self/environ", "=") && getenv("PATH") &&
	       !file_holds("/proc/self/cmdline", own_words[0]) &&
	       file_holds("/proc/self/cmdline", "crannog");
}

#define IN_CHILD(name)                                                                             \
	static void test_##name(void **state _unused_)                                             \
	{                                                                                          \
		assert_true(in_child(name));                                                       \
	}

IN_CHILD(the_copy_says_the_same)
IN_CHILD(the_copy_outlives_the_original)
IN_CHILD(hiding_leaves_name_and_command)
IN_CHILD(hiding_leaves_the_name_alone_without_a_command)
IN_CHILD(a_command_that_does_not_fit_is_cut)
IN_CHILD(a_name_that_fits_exactly_is_kept)
IN_CHILD(strings_elsewhere_are_left_alone)
IN_CHILD(the_kernel_shows_what_we_left)

#define test(name) cmocka_unit_test(test_##name)

int main(int argc _unused_, char **argv)
{
	const struct CMUnitTest tests[] = {
		test(the_copy_says_the_same),
		test(the_copy_outlives_the_original),
		test(hiding_leaves_name_and_command),
		test(hiding_leaves_the_name_alone_without_a_command),
		test(a_command_that_does_not_fit_is_cut),
		test(a_name_that_fits_exactly_is_kept),
		test(strings_elsewhere_are_left_alone),
		test(the_kernel_shows_what_we_left),
	};

	own_words = argv;
	return unit_run(tests);
}
