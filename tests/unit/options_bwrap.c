/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options_bwrap.c - the parser as bubblewrap's users know it, messages included
 */
#define _GNU_SOURCE
#include "unit.h"

#include <linux/capability.h>
#include <sched.h>
#include <string.h>

#include "front/caps.h"
#include "parse.h"

#define BWRAP(...) PARSE(MODE_BWRAP, __VA_ARGS__)

static void refuses(const struct refusal *refusals, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect_refused(MODE_BWRAP, &refusals[i]);
}

#define ACCEPTS(...) ACCEPT(MODE_BWRAP, __VA_ARGS__)

/* --- where options end --- */

static void expect_rest(struct parsed *parsed, const char *first)
{
	assert_int_equal(parsed->r, 0);
	if (first)
		assert_string_equal(parsed->rest[0], first);
	else
		assert_null(parsed->rest[0]);
	parse_free(parsed);
}

static void options_end_at_the_command(void **state _unused_)
{
	expect_rest(ACCEPTS("ls", "--bind"), "ls");
	expect_rest(ACCEPTS("--proc", "/proc", "ls", "--bogus"), "ls");
	expect_rest(ACCEPTS("--", "--bind"), "--bind");
	expect_rest(ACCEPTS("--proc", "/proc", "--", "--", "ls"), "--");
	expect_rest(ACCEPTS(""), "");
	expect_rest(ACCEPTS("--"), NULL);
	expect_rest(parse_good(MODE_BWRAP, (const char *const[]){ NULL }), NULL);
}

static void values_may_look_like_options(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--bind", "--", "--ro-bind", "ls");

	assert_int_equal(parsed->plan.op_count, 1);
	assert_string_equal(parsed->plan.ops[0].source, "--");
	assert_string_equal(parsed->plan.ops[0].dest, "/--ro-bind");
	expect_rest(parsed, "ls");
}

static void only_whole_long_names_are_options(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ { "-" }, "Unknown option -" },
		{ { "-v" }, "Unknown option -v" },
		{ { "-h" }, "Unknown option -h" },
		{ { "---" }, "Unknown option ---" },
		{ { "-bind", "a", "b" }, "Unknown option -bind" },
		{ { "--bin", "a", "b" }, "Unknown option --bin" },
		{ { "--binds", "a", "b" }, "Unknown option --binds" },
		{ { "--BIND", "a", "b" }, "Unknown option --BIND" },
		{ { "--bind=a", "b" }, "Unknown option --bind=a" },
		{ { "--proc=/proc" }, "Unknown option --proc=/proc" },
		{ { "--%s%n" }, "Unknown option --%s%n" },
	};

	refuses(refusals, ARRAY_SIZE(refusals));
}

static void options_of_other_verbs_are_unknown(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ { "--bare" }, "Unknown option --bare" },
		{ { "--mask", "/x" }, "Unknown option --mask" },
		{ { "--keep-fd", "1" }, "Unknown option --keep-fd" },
		{ { "--json" }, "Unknown option --json" },
		{ { "--verbose" }, "Unknown option --verbose" },
	};

	refuses(refusals, ARRAY_SIZE(refusals));
}

/* --- how many words they take --- */

/* Every row of the table, with one word too few: the missing one must not be looked for. */
static void a_missing_value_is_refused(void **state _unused_)
{
	for (size_t i = 0; i < option_count; i++) {
		const char *words[5] = { options[i].name, "1", "2", "3" };

		if (!(options[i].modes & MODE_BWRAP) || !options[i].arguments[0])
			continue;
		size_t takes = 1;
		for (const char *at = options[i].arguments; *at; at++)
			takes += *at == ' ';
		words[takes] = NULL;
		struct parsed *parsed = parse(MODE_BWRAP, words);
		if (parsed->r >= 0)
			fail_msg("%s was content with too little", options[i].name);
		assert_memory_equal(err_reason(&parsed->err), options[i].name,
				    options[i].name_length);
		assert_non_null(strstr(err_reason(&parsed->err), " takes "));
		parse_free(parsed);
	}
}

static void the_messages_for_that_are_bubblewraps(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ { "--proc" }, "--proc takes an argument" },
		{ { "--chdir" }, "--chdir takes one argument" },
		{ { "--remount-ro" }, "--remount-ro takes one argument" },
		{ { "--bind", "/a" }, "--bind takes two arguments" },
		{ { "--setenv", "A" }, "--setenv takes two arguments" },
		{ { "--overlay", "/a", "/b" }, "--overlay takes three arguments" },
	};

	refuses(refusals, ARRAY_SIZE(refusals));
}

/* --- what they write to the plan --- */

static void operations_keep_their_order(void **state _unused_)
{
	static const enum op_kind kinds[] = { OP_TMPFS, OP_BIND, OP_SYMLINK,
					      OP_DIR,   OP_BIND, OP_REMOUNT };
	struct parsed *parsed =
		ACCEPTS("--tmpfs", "/", "--bind", "/a", "/a", "--symlink", "t", "/l", "--dir", "/d",
			"--bind", "/b", "/a", "--remount-ro", "/");

	assert_int_equal(parsed->plan.op_count, ARRAY_SIZE(kinds));
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		assert_int_equal(parsed->plan.ops[i].kind, kinds[i]);
	assert_string_equal(parsed->plan.ops[4].source, "/b");
	parse_free(parsed);
}

static void operations_know_who_asked(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--ro-bind-try", "/a", "b", "--dev", "/dev");

	assert_string_equal(parsed->plan.ops[0].origin.option, "--ro-bind-try");
	assert_null(parsed->plan.ops[0].origin.file);
	assert_string_equal(parsed->plan.ops[0].dest, "/b");
	assert_int_equal(parsed->plan.ops[0].flags, OP_RO | OP_TRY);
	assert_int_equal(parsed->plan.ops[0].fd, -1);
	assert_string_equal(parsed->plan.ops[1].origin.option, "--dev");
	parse_free(parsed);
}

static void ids_have_a_range(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ { "--uid", "" }, "Invalid uid: " },
		{ { "--uid", "-1" }, "Invalid uid: -1" },
		{ { "--uid", "4294967295" }, "Invalid uid: 4294967295" },
		{ { "--uid", "18446744073709551616" }, "Invalid uid: 18446744073709551616" },
		{ { "--uid", "1x" }, "Invalid uid: 1x" },
		{ { "--gid", "0x10" }, "Invalid gid: 0x10" },
	};
	struct parsed *parsed = ACCEPTS("--uid", "4294967294", "--gid", "0");

	assert_int_equal(parsed->plan.uid, 4294967294);
	assert_true(parsed->plan.uid_given && parsed->plan.gid_given);
	parse_free(parsed);
	refuses(refusals, ARRAY_SIZE(refusals));
}

static void modes_and_sizes_have_a_range(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ { "--perms", "8", "--dir", "/d" }, "--perms takes an octal argument <= 07777" },
		{ { "--perms", "", "--dir", "/d" }, "--perms takes an octal argument <= 07777" },
		{ { "--perms", "-1", "--dir", "/d" }, "--perms takes an octal argument <= 07777" },
		{ { "--perms", "10000", "--dir", "/d" },
		  "--perms takes an octal argument <= 07777" },
		{ { "--chmod", "u+x", "/d" }, "--chmod takes an octal argument <= 07777" },
		{ { "--size", "0" }, "--size takes a non-zero number of bytes" },
		{ { "--size", "-1" }, "--size takes a non-zero number of bytes" },
		{ { "--size", " 1" }, "--size takes a non-zero number of bytes" },
		{ { "--size", "1k" }, "--size takes a non-zero number of bytes" },
		{ { "--size", "18446744073709551616" }, "--size takes a non-zero number of bytes" },
	};
	struct parsed *parsed = ACCEPTS("--perms", "07777", "--size", "0x1000", "--tmpfs", "/t");

	assert_int_equal(parsed->plan.ops[0].perms, 07777);
	assert_int_equal(parsed->plan.ops[0].size_bytes, 4096);
	parse_free(parsed);
	refuses(refusals, ARRAY_SIZE(refusals));
}

static void the_largest_size_is_half_the_address_space(void **state _unused_)
{
	char most[32], more[32];

	snprintf(most, sizeof(most), "%zu", SIZE_MAX / 2);
	snprintf(more, sizeof(more), "%zu", SIZE_MAX / 2 + 1);
	parse_free(ACCEPTS("--size", most, "--tmpfs", "/t"));
	struct parsed *parsed = BWRAP("--size", more, "--tmpfs", "/t");
	assert_int_equal(parsed->r, -EINVAL);
	parse_free(parsed);
}

static void capabilities_add_up_in_order(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--cap-add", "ALL", "--cap-drop", "CAP_CHOWN", "--cap-drop",
					"all", "--cap-add", "cap_net_raw", "--cap-add", "Cap_Kill");

	caps_settle(&parsed->request, 0);
	assert_true(parsed->plan.caps == (UINT64_C(1) << CAP_NET_RAW | UINT64_C(1) << CAP_KILL));
	parse_free(parsed);
	REFUSE(MODE_BWRAP, "unknown cap: cap_x", "--cap-add", "cap_x");
}

static void variables_act_in_order(void **state _unused_)
{
	struct parsed *parsed =
		ACCEPTS("--setenv", "A", "1", "--clearenv", "--setenv", "B", "", "--setenv", "C",
			"x=y", "--unsetenv", "D", "--unsetenv", "C");

	assert_int_equal(parsed->plan.env.count, 1);
	assert_string_equal(parsed->plan.env.words[0], "B=");
	parse_free(parsed);
	REFUSE(MODE_BWRAP, "setenv failed", "--setenv", "A=B", "1");
	REFUSE(MODE_BWRAP, "unsetenv failed", "--unsetenv", "");
}

static void share_net_undoes_what_came_before(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--unshare-all", "--share-net");

	assert_false(parsed->plan.unshare & CLONE_NEWNET);
	assert_true(parsed->plan.unshare & CLONE_NEWPID);
	assert_int_equal(parsed->plan.unshare_try, CLONE_NEWUSER | CLONE_NEWCGROUP);
	parse_free(parsed);
	parsed = ACCEPTS("--share-net", "--unshare-net");
	assert_int_equal(parsed->plan.unshare, CLONE_NEWNET);
	parse_free(parsed);
}

/* A plain --unshare-… beside a -try of the same kind means that it must work. */
static void a_namespace_asked_for_twice_is_for_sure(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--unshare-user-try", "--unshare-user");

	assert_int_equal(parsed->plan.unshare_try, 0);
	parse_free(parsed);
	parsed = ACCEPTS("--unshare-cgroup", "--unshare-all");
	assert_int_equal(parsed->plan.unshare_try, CLONE_NEWUSER);
	parse_free(parsed);
}

static void help_and_version_end_the_parsing(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--bind", "/a", "/b", "--version", "--bogus");

	assert_int_equal(parsed->request.wanted, WANT_VERSION);
	parse_free(parsed);
	parsed = ACCEPTS("--help", "--version");
	assert_int_equal(parsed->request.wanted, WANT_HELP);
	parse_free(parsed);
}

static void the_last_one_counts_and_a_warning_says_so(void **state _unused_)
{
	struct parsed *parsed = ACCEPTS("--chdir", "/a", "--chdir", "/b");

	assert_string_equal(parsed->plan.chdir, "/b");
	assert_non_null(strstr(parsed->said, "Only the last --chdir option will take effect\n"));
	parse_free(parsed);
	parsed = ACCEPTS("--bind", "/a", "/b", "--bind", "/a", "/b");
	assert_string_equal(parsed->said, "");
	parse_free(parsed);
}

/* --- options that wait for the next one --- */

static void perms_and_size_serve_one_operation(void **state _unused_)
{
	struct parsed *parsed =
		ACCEPTS("--perms", "0700", "--size", "9", "--tmpfs", "/a", "--tmpfs", "/b",
			"--size", "7", "--perms", "0711", "--tmpfs", "/c", "--dir", "/d");

	assert_int_equal(parsed->plan.ops[0].perms, 0700);
	assert_int_equal(parsed->plan.ops[0].size_bytes, 9);
	assert_int_equal(parsed->plan.ops[1].perms, 0755);
	assert_int_equal(parsed->plan.ops[1].size_bytes, 0);
	assert_int_equal(parsed->plan.ops[2].perms, 0711);
	assert_int_equal(parsed->plan.ops[2].size_bytes, 7);
	assert_int_equal(parsed->plan.ops[3].perms, 0755);
	parse_free(parsed);
}

static void layers_serve_one_overlay(void **state _unused_)
{
	struct parsed *parsed =
		ACCEPTS("--overlay-src", "/1", "--overlay-src", "/2", "--overlay", "/u", "/w", "/d",
			"--overlay-src", "/3", "--tmp-overlay", "/e");
	const struct op *ops = parsed->plan.ops;

	assert_int_equal(ops[0].layer_count, 2);
	assert_string_equal(ops[0].layers[1], "/2");
	assert_int_equal(ops[0].upper, UPPER_DIR);
	assert_string_equal(ops[0].source, "/u");
	assert_string_equal(ops[0].work, "/w");
	assert_string_equal(ops[0].dest, "/d");
	assert_int_equal(ops[1].layer_count, 1);
	assert_int_equal(ops[1].upper, UPPER_TMP);
	parse_free(parsed);
}

static void one_without_its_operation_is_refused(void **state _unused_)
{
	static const char perms[] = "--perms must be followed by an option that creates a file";
	static const char size[] = "--size must be followed by --tmpfs";
	static const char layers[] =
		"--overlay-src must be followed by another --overlay-src or one of "
		"--overlay, --tmp-overlay, or --ro-overlay";
	static const struct refusal refusals[] = {
		{ { "--perms", "0700", "--bind", "/a", "/b" }, perms },
		{ { "--perms", "0700", "--chdir", "/" }, perms },
		{ { "--size", "1", "--dir", "/d" }, size },
		{ { "--size", "1", "--bind", "/a", "/b" }, size },
		{ { "--overlay-src", "/a", "--bind", "/a", "/b" }, layers },
		{ { "--overlay-src", "/a" }, layers },
		{ { "--perms", "0700", "--perms", "0700" },
		  "--perms given twice for the same action" },
		{ { "--size", "1", "--size", "2" }, "--size given twice for the same action" },
		{ { "--ro-overlay", "/d" }, "--ro-overlay requires at least two --overlay-src" },
		{ { "--tmp-overlay", "/d" }, "--tmp-overlay requires at least one --overlay-src" },
		{ { "--overlay-src", "/a", "--ro-overlay", "/d" },
		  "--ro-overlay requires at least two --overlay-src" },
	};

	refuses(refusals, ARRAY_SIZE(refusals));
}

static void perms_and_size_at_the_end_are_forgotten(void **state _unused_)
{
	expect_rest(ACCEPTS("--perms", "0700", "--size", "1", "ls"), "ls");
	expect_rest(ACCEPTS("--perms", "0700", "--", "ls"), "ls");
}

/* --- descriptors --- */

static void descriptors_are_numbers(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ { "--sync-fd", "" }, "Invalid fd: " },
		{ { "--sync-fd", "-1" }, "Invalid fd: -1" },
		{ { "--sync-fd", "x" }, "Invalid fd: x" },
		{ { "--sync-fd", "1x" }, "Invalid fd: 1x" },
		{ { "--sync-fd", "2147483648" }, "Invalid fd: 2147483648" },
		{ { "--sync-fd", "99999999999999999999" }, "Invalid fd: 99999999999999999999" },
		{ { "--args", "0x3" }, "Invalid fd: 0x3" },
	};
	struct parsed *parsed = ACCEPTS("--sync-fd", "2147483647", "--info-fd", "0");

	assert_int_equal(parsed->plan.sync_fd, INT32_MAX);
	assert_int_equal(parsed->plan.info_fd, 0);
	parse_free(parsed);
	refuses(refusals, ARRAY_SIZE(refusals));
}

static void a_descriptor_serves_one_option(void **state _unused_)
{
	static const char text[] = "File descriptor 77 is given twice: each serves one option";
	static const struct refusal refusals[] = {
		{ { "--file", "77", "/a", "--file", "77", "/b" }, text },
		{ { "--bind-data", "77", "/a", "--ro-bind-data", "77", "/b" }, text },
		{ { "--bind-fd", "77", "/a", "--ro-bind-fd", "77", "/b" }, text },
		{ { "--file", "77", "/a", "--args", "77" }, text },
		{ { "--file", "77", "/a", "--add-seccomp-fd", "077" }, text },
		{ { "--info-fd", "77", "--json-status-fd", "77" }, text },
		{ { "--block-fd", "77", "--file", "77", "/a" }, text },
	};

	refuses(refusals, ARRAY_SIZE(refusals));
}

static void the_same_option_may_be_given_the_same_descriptor_again(void **state _unused_)
{
	struct parsed *parsed =
		ACCEPTS("--info-fd", "77", "--info-fd", "77", "--seccomp", "78", "--seccomp", "78");

	assert_int_equal(parsed->plan.info_fd, 77);
	assert_int_equal(parsed->plan.filter_fd, 78);
	parse_free(parsed);
}

static void filters_are_whole_instructions_of_one_kind(void **state _unused_)
{
	static const char code[16];
	struct parsed *parsed = ACCEPTS("--add-seccomp-fd", fd_text(code, 16));

	assert_int_equal(parsed->plan.filter_count, 1);
	assert_int_equal(parsed->plan.filters[0].size_bytes, 16);
	parse_free(parsed);
	REFUSE(MODE_BWRAP, "Invalid seccomp data, must be multiple of 8", "--add-seccomp-fd",
	       fd_text(code, 15));
	REFUSE(MODE_BWRAP, "--seccomp cannot be combined with --add-seccomp-fd", "--add-seccomp-fd",
	       fd_text(code, 8), "--seccomp", "9");
	REFUSE(MODE_BWRAP, "--add-seccomp-fd cannot be combined with --seccomp", "--seccomp", "9",
	       "--add-seccomp-fd", "9");
}

#define test(name) cmocka_unit_test(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(options_end_at_the_command),
		test(values_may_look_like_options),
		test(only_whole_long_names_are_options),
		test(options_of_other_verbs_are_unknown),
		test(a_missing_value_is_refused),
		test(the_messages_for_that_are_bubblewraps),
		test(operations_keep_their_order),
		test(operations_know_who_asked),
		test(ids_have_a_range),
		test(modes_and_sizes_have_a_range),
		test(the_largest_size_is_half_the_address_space),
		test(capabilities_add_up_in_order),
		test(variables_act_in_order),
		test(share_net_undoes_what_came_before),
		test(a_namespace_asked_for_twice_is_for_sure),
		test(help_and_version_end_the_parsing),
		test(the_last_one_counts_and_a_warning_says_so),
		test(perms_and_size_serve_one_operation),
		test(layers_serve_one_overlay),
		test(one_without_its_operation_is_refused),
		test(perms_and_size_at_the_end_are_forgotten),
		test(descriptors_are_numbers),
		test(a_descriptor_serves_one_option),
		test(the_same_option_may_be_given_the_same_descriptor_again),
		test(filters_are_whole_instructions_of_one_kind),
	};

	return unit_run(tests);
}
