/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options_run.c - the parser of `run` and `show`, in what it does otherwise than as bwrap
 */
#define _GNU_SOURCE
#include "unit.h"

#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "parse.h"
#include "process.h"

#define RUN(...) PARSE(MODE_RUN, __VA_ARGS__)
#define ACCEPTS(...) ACCEPT(MODE_RUN, __VA_ARGS__)

static void refuses(const struct refusal *refusals, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect_refused(MODE_RUN, &refusals[i]);
}

/* --- spelling --- */

static void a_value_may_be_joined(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--chdir=/x", "--perms=0700", "--tmpfs=/t",
					"--keep-env=NONE", "--proc=", "--dir=a=b", "ls");

	assert_string_equal(parsed->plan.chdir, "/x");
	assert_int_equal(parsed->plan.ops[0].perms, 0700);
	assert_string_equal(parsed->plan.ops[0].dest, "/t");
	assert_string_equal(parsed->plan.ops[1].dest, "/");
	assert_string_equal(parsed->plan.ops[2].dest, "/a=b");
	assert_string_equal(parsed->rest[0], "ls");
	parse_free(parsed);
}

static void a_joined_value_is_one_value(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ { "--setenv=A", "1" }, "--setenv takes two arguments" },
		{ { "--setenv=A=1" }, "--setenv takes two arguments" },
		{ { "--symlink=a", "/b" }, "--symlink takes two arguments" },
		{ { "--bare=yes" }, "--bare takes no argument" },
		{ { "--bare=" }, "--bare takes no argument" },
		{ { "--bogus=1" }, "Unknown option --bogus" },
		{ { "--=1" }, "Unknown option --" },
		{ { "-v=1" }, "Unknown option -v" },
		{ { "-=1" }, "Unknown option -" },
	};

	refuses(refusals, ARRAY_SIZE(refusals));
}

static void two_letters_stand_for_options(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("-v", "-h", "--bogus");

	assert_int_equal(parsed->request.wanted, WANT_HELP);
	parse_free(parsed);
	REFUSE(MODE_RUN, "Unknown option -x", "-x");
	REFUSE(MODE_RUN, "Unknown option -vh", "-vh");
}

static void an_unknown_option_comes_with_a_hint(void **state _unused_)
{
	struct parsed *parsed = RUN("--why", "/x");

	assert_int_equal(parsed->r, -EINVAL);
	assert_string_equal(parsed->err.hint, "this option belongs to another verb");
	parse_free(parsed);
	parsed = RUN("--bogus");
	assert_string_equal(parsed->err.hint, "crannog VERB --help lists the options of a verb");
	assert_null(parsed->err.origin.option);
	parse_free(parsed);
}

static void show_takes_what_run_takes_and_two_more(void **state _unused_)
{
	struct parsed *parsed =
		ACCEPT(MODE_SHOW, "--bare", "--json", "--why=/x", "--ro-bind", "/usr");

	assert_true(parsed->request.json);
	assert_string_equal(parsed->request.why, "/x");
	assert_int_equal(parsed->request.base, VIEW_BARE);
	parse_free(parsed);
}

/* --- SRC alone --- */

static void expect_bind(struct parsed *parsed, const char *source, const char *dest,
			const char *rest)
{
	assert_int_equal(parsed->plan.op_count, 1);
	assert_string_equal(parsed->plan.ops[0].source, source);
	assert_string_equal(parsed->plan.ops[0].dest, dest);
	if (rest)
		assert_string_equal(parsed->rest[0], rest);
	else
		assert_null(parsed->rest[0]);
	parse_free(parsed);
}

static void a_source_alone_is_its_own_destination(void **state _unused_)
{
	expect_bind(ACCEPTS("--bind", "/a"), "/a", "/a", NULL);
	expect_bind(ACCEPTS("--ro-bind", "/a", "ls"), "/a", "/a", "ls");
	expect_bind(ACCEPTS("--dev-bind", "/a", "--", "/bin/ls"), "/a", "/a", "/bin/ls");
	expect_bind(ACCEPTS("--ro-bind-try", "/a", "--share-net"), "/a", "/a", NULL);
	expect_bind(ACCEPTS("--bind=/a", "/bin/ls"), "/a", "/a", "/bin/ls");
	expect_bind(ACCEPTS("--bind", "/a", "/b", "ls"), "/a", "/b", "ls");
}

static void a_relative_source_alone_is_at_its_real_path(void **state _unused_)
{
	char here[PATH_MAX];

	assert_non_null(realpath(".", here));
	expect_bind(ACCEPTS("--bind", "."), ".", here, NULL);
	expect_bind(ACCEPTS("--bind-try", "no/such/thing"), "no/such/thing", "/no/such/thing",
		    NULL);
}

static void bwrap_wants_both_and_so_do_other_options(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ { "--bind" }, "--bind takes two arguments" },
		{ { "--symlink", "a" }, "--symlink takes two arguments" },
		{ { "--bind-fd", "0" }, "--bind-fd takes two arguments" },
	};

	refuses(refusals, ARRAY_SIZE(refusals));
	REFUSE(MODE_BWRAP, "--bind takes two arguments", "--bind", "/a");
	expect_bind(PARSE(MODE_BWRAP, "--bind", "/a", "b"), "/a", "/b", NULL);
}

/* --- stricter than bwrap --- */

static void perms_and_size_at_the_end_are_refused(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ { "--perms", "0700", "ls" },
		  "--perms must be followed by an option that creates a file" },
		{ { "--size=1", "--", "ls" }, "--size must be followed by --tmpfs" },
	};

	refuses(refusals, ARRAY_SIZE(refusals));
}

static void the_option_at_fault_is_named(void **state _unused_)
{
	struct parsed *parsed = RUN("--share-net", "--uid", "x");

	assert_string_equal(parsed->err.origin.option, "--uid");
	parse_free(parsed);
	parsed = PARSE(MODE_BWRAP, "--share-net", "--uid", "x");
	assert_null(parsed->err.origin.option);
	parse_free(parsed);
}

/* Its name starts some texts, and err_print() puts the origin in front. */
static void the_option_at_fault_is_named_once(void **state _unused_)
{
	static const char *const lines[][4] = {
		{ "--size", "0" },        { "--perms", "9" }, { "--chmod", "9", "/" },
		{ "--tmp-overlay", "/" }, { "--bind" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct parsed *parsed = parse(MODE_RUN, lines[i]);

		stderr_catch();
		err_print(&parsed->err);
		auto_free_ char *said = stderr_caught();
		char *first = strstr(said, lines[i][0]);
		if (!first || strstr(first + 1, lines[i][0]))
			fail_msg("not once: %s", said);
		parse_free(parsed);
	}
}

static void an_option_after_a_blob_is_not_blamed_on_it(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--args", BLOB("--dir\0/1"), "--dir", "/2");

	assert_string_equal(parsed->plan.ops[0].origin.option, "--dir");
	assert_string_equal(parsed->plan.ops[1].origin.option, "--dir");
	assert_null(parsed->plan.ops[1].origin.file);
	parse_free(parsed);
}

static void unshare_all_is_for_sure(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--unshare-all");

	assert_int_equal(parsed->plan.unshare_try, 0);
	assert_true(parsed->plan.unshare & CLONE_NEWUSER);
	assert_true(parsed->plan.unshare & CLONE_NEWCGROUP);
	parse_free(parsed);
}

/* --- options of its own --- */

static void bare_and_rootfs_exclude_each_other(void **state _unused_)
{
	static const char text[] = "--bare and --rootfs exclude each other";
	static const struct refusal refusals[] = {
		{ { "--bare", "--rootfs", "/r" }, text },
		{ { "--rw-rootfs", "/r", "--bare" }, text },
	};

	refuses(refusals, ARRAY_SIZE(refusals));
}

static void the_last_rootfs_counts(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--rootfs", "/1", "--rw-rootfs", "/2");

	assert_string_equal(parsed->request.rootfs, "/2");
	assert_false(parsed->request.rootfs_ro);
	assert_string_equal(parsed->request.rootfs_origin.option, "--rw-rootfs");
	parse_free(parsed);
}

static void binds_are_private_and_obey_nosuid(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--bind", "/a", "--ro-bind-try", "/b", "--overlay-src",
					"/c", "--tmp-overlay", "/d");

	assert_int_equal(parsed->plan.ops[0].flags, OP_PRIVATE);
	assert_int_equal(parsed->plan.ops[1].flags, OP_PRIVATE | OP_RO | OP_TRY);
	assert_int_equal(parsed->plan.ops[2].flags, 0);
	parse_free(parsed);
}

static void variables_are_kept_by_name(void **state _unused_)
{
	assert_return_code(setenv("UNIT_KEPT", "kept", 1), errno);
	struct parsed *parsed = ACCEPTS("--keep-env", "UNIT_KEPT", "--keep-env=UNIT_MISSING");
	assert_int_equal(parsed->plan.env.count, 1);
	assert_string_equal(parsed->plan.env.words[0], "UNIT_KEPT=kept");
	parse_free(parsed);
	REFUSE(MODE_RUN, "\"A=B\" cannot be a variable's name", "--keep-env", "A=B");
	REFUSE(MODE_RUN, "\"\" cannot be a variable's name", "--keep-env=");
}

static void names_of_variables_are_checked(void **state _unused_)
{
	REFUSE(MODE_RUN, "\"A=B\" cannot be a variable's name", "--setenv", "A=B", "1");
	REFUSE(MODE_RUN, "\"\" cannot be a variable's name", "--unsetenv", "");
}

static void only_open_descriptors_are_kept(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--keep-fd", "2", "--keep-fd=0");

	assert_int_equal(parsed->plan.keep_fd_count, 2);
	assert_int_equal(parsed->plan.keep_fds[0], 2);
	parse_free(parsed);
	REFUSE(MODE_RUN, "descriptor 2147483647 is not open", "--keep-fd", "2147483647");
}

static void the_session_option_given_last_counts(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--new-session", "--keep-session");

	assert_false(parsed->plan.new_session);
	parse_free(parsed);
	parsed = ACCEPTS("--keep-session", "--new-session");
	assert_true(parsed->plan.new_session);
	parse_free(parsed);
}

#define test(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(a_value_may_be_joined),
		test(a_joined_value_is_one_value),
		test(two_letters_stand_for_options),
		test(an_unknown_option_comes_with_a_hint),
		test(show_takes_what_run_takes_and_two_more),
		test(a_source_alone_is_its_own_destination),
		test(a_relative_source_alone_is_at_its_real_path),
		test(bwrap_wants_both_and_so_do_other_options),
		test(perms_and_size_at_the_end_are_refused),
		test(the_option_at_fault_is_named),
		test(the_option_at_fault_is_named_once),
		test(an_option_after_a_blob_is_not_blamed_on_it),
		test(unshare_all_is_for_sure),
		test(bare_and_rootfs_exclude_each_other),
		test(the_last_rootfs_counts),
		test(binds_are_private_and_obey_nosuid),
		test(variables_are_kept_by_name),
		test(names_of_variables_are_checked),
		test(only_open_descriptors_are_kept),
		test(the_session_option_given_last_counts),
	};

	return unit_run(tests);
}
