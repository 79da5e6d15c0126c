/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options_args.c - words that --args reads from a descriptor
 */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "parse.h"

#define BWRAP(...) PARSE(MODE_BWRAP, __VA_ARGS__)
#define ACCEPTS(...) ACCEPT(MODE_BWRAP, __VA_ARGS__)

static void words_of_a_blob_act_at_their_place(void **state _unused_)
{
	struct parsed *parsed =
		ACCEPTS("--dir", "/1", "--args", BLOB("--dir\0/2\0--dir\0/3"), "--dir", "/4");

	assert_int_equal(parsed->plan.op_count, 4);
	assert_string_equal(parsed->plan.ops[1].dest, "/2");
	assert_string_equal(parsed->plan.ops[1].origin.option, "--dir");
	assert_string_equal(parsed->plan.ops[3].dest, "/4");
	parse_free(parsed);
}

static void the_last_word_of_a_blob_may_lack_its_end(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--args", fd_text("--dir\0/x", 8));

	assert_string_equal(parsed->plan.ops[0].dest, "/x");
	parse_free(parsed);
}

static void a_blob_may_be_empty_or_hold_empty_words(void **state _unused_)
{
	parse_free(ACCEPTS("--args", fd_text("", 0)));
	struct parsed *parsed = ACCEPTS("--args", BLOB("--setenv\0A\0\0--dir\0"));
	assert_string_equal(env_get(&parsed->plan.env, "A"), "");
	assert_string_equal(parsed->plan.ops[0].dest, "/");
	parse_free(parsed);
}

static void several_blobs_follow_one_another(void **state _unused_)
{
	char first[16];

	snprintf(first, sizeof(first), "%s", BLOB("--dir\0/1"));
	struct parsed *parsed = ACCEPTS("--args", first, "--args", BLOB("--dir\0/2"));
	assert_int_equal(parsed->plan.op_count, 2);
	parse_free(parsed);
}

static void a_blob_cannot_hold_another(void **state _unused_)
{
	REFUSE(MODE_BWRAP, "--args not supported in arguments file", "--args", BLOB("--args\0009"));
}

static void a_command_in_a_blob_is_ignored_with_a_warning(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--args", BLOB("--dir\0/1\0ls\0--bogus"), "cat");

	assert_string_equal(parsed->rest[0], "cat");
	assert_non_null(strstr(parsed->said, "\"ls\""));
	parse_free(parsed);
	parsed = ACCEPTS("--args", BLOB("--dir\0/1\0--\0--bogus"), "cat");
	assert_non_null(strstr(parsed->said, "\"--bogus\""));
	parse_free(parsed);
}

static void modifiers_reach_into_a_blob_but_not_out_of_it(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--perms", "0700", "--args", BLOB("--dir\0/1"));

	assert_int_equal(parsed->plan.ops[0].perms, 0700);
	parse_free(parsed);
	REFUSE(MODE_BWRAP, "--perms must be followed by an option that creates a file", "--args",
	       BLOB("--perms\0000700"), "--dir", "/1");
}

static void a_blob_is_checked_as_the_command_line(void **state _unused_)
{
	REFUSE(MODE_BWRAP, "--bind takes two arguments", "--args", BLOB("--bind\0/a"));
	REFUSE(MODE_BWRAP, "Unknown option --bogus", "--args", BLOB("--bogus"));
	struct parsed *parsed = ACCEPTS("--args", BLOB("--version\0--bogus"), "--bogus");
	assert_int_equal(parsed->request.wanted, WANT_VERSION);
	parse_free(parsed);
}

static void the_descriptor_of_a_blob_is_closed(void **state _unused_)
{
	const char *text = BLOB("--dir\0/1");
	int fd = atoi(text);

	parse_free(ACCEPTS("--args", text));
	assert_false(fd_is_open(fd));
}

static void a_blob_that_cannot_be_read_is_refused(void **state _unused_)
{
	struct parsed *parsed = BWRAP("--args", "2147483647");

	assert_int_equal(parsed->r, -EBADF);
	parse_free(parsed);
}

/* --- how many --- */

static struct parsed *parse_many(size_t count)
{
	const char **words = xrealloc(NULL, (count + 1) * sizeof(*words));

	for (size_t i = 0; i < count; i++)
		words[i] = "ls";
	words[count] = NULL;
	struct parsed *parsed = parse(MODE_BWRAP, words);
	free(words);
	return parsed;
}

static void a_million_words_are_enough(void **state _unused_)
{
	struct parsed *parsed = parse_many(1000000);

	assert_int_equal(parsed->r, 0);
	parse_free(parsed);
	parsed = parse_many(1000001);
	assert_int_equal(parsed->r, -EINVAL);
	assert_string_equal(err_reason(&parsed->err),
			    "Exceeded maximum number of arguments 1000000");
	parse_free(parsed);
}

/* Two thirds on the command line and two thirds in a blob are too many. */
static void words_of_blobs_count_too(void **state _unused_)
{
	enum { COUNT = 670000 };
	char *blob = xrealloc(NULL, COUNT);
	const char **words = xrealloc(NULL, (COUNT + 1) * sizeof(*words));

	for (size_t i = 0; i < COUNT; i++) {
		blob[i] = '\0';
		words[i] = "ls";
	}
	words[0] = "--args";
	words[1] = fd_text(blob, COUNT);
	words[COUNT] = NULL;
	struct parsed *parsed = parse(MODE_BWRAP, words);
	assert_int_equal(parsed->r, -EINVAL);
	parse_free(parsed);
	free(words);
	free(blob);
}

#define test(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(words_of_a_blob_act_at_their_place),
		test(the_last_word_of_a_blob_may_lack_its_end),
		test(a_blob_may_be_empty_or_hold_empty_words),
		test(several_blobs_follow_one_another),
		test(a_blob_cannot_hold_another),
		test(a_command_in_a_blob_is_ignored_with_a_warning),
		test(modifiers_reach_into_a_blob_but_not_out_of_it),
		test(a_blob_is_checked_as_the_command_line),
		test(the_descriptor_of_a_blob_is_closed),
		test(a_blob_that_cannot_be_read_is_refused),
		test(a_million_words_are_enough),
		test(words_of_blobs_count_too),
	};

	return unit_run(tests);
}
