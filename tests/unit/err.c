/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * err.c - what a failure looks like when it is told
 */
#include "unit.h"

#include <limits.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "process.h"
#include "watch/report.h"

static struct err err;

static int start(void **state _unused_)
{
	err = (struct err){ 0 };
	return 0;
}

static void expect_printed(const char *text)
{
	stderr_catch();
	err_print(&err);
	auto_free_ char *printed = stderr_caught();
	assert_string_equal(printed, text);
}

static void recording_returns_what_the_caller_returns(void **state _unused_)
{
	assert_int_equal(err_set(&err, ENOENT, "open", "/x"), -ENOENT);
	assert_int_equal(err_hint(&err, "make it"), -ENOENT);
	assert_int_equal(err_refuse(&err, "open", "/x", "it is %d", 7), -EINVAL);
	assert_int_equal(err_usage(&err, "no %s", "way"), -EINVAL);
}

static void a_failure_is_one_sentence(void **state _unused_)
{
	err_set(&err, ENOENT, "open", "/x");
	expect_printed("crannog: cannot open /x: No such file or directory\n");
}

static void an_attempt_may_have_no_object(void **state _unused_)
{
	err_set(&err, EPERM, "make the namespaces", NULL);
	expect_printed("crannog: cannot make the namespaces: Operation not permitted\n");
}

static void a_refusal_has_its_own_reason(void **state _unused_)
{
	err_refuse(&err, "end with", "the caller", "it is gone already (%s)", "so soon");
	expect_printed("crannog: cannot end with the caller: it is gone already (so soon)\n");
}

static void a_fault_in_the_request_is_said_whole(void **state _unused_)
{
	err_usage(&err, "Unknown option %s", "--x%s");
	expect_printed("crannog: Unknown option --x%s\n");
}

static void a_hint_has_a_line_of_its_own(void **state _unused_)
{
	err_set(&err, ENOENT, "open", "/x");
	err_hint(&err, "make it: 100% sure");
	expect_printed("crannog: cannot open /x: No such file or directory\n"
		       "  hint: make it: 100% sure\n");
}

static void the_next_failure_has_no_hint_of_the_last(void **state _unused_)
{
	err_refuse(&err, "open", "/x", "reason");
	err_hint(&err, "a hint");
	err_set(&err, EPERM, "close", NULL);
	expect_printed("crannog: cannot close: Operation not permitted\n");
}

static void the_origin_stands_first(void **state _unused_)
{
	err.origin = (struct origin){ .option = "--bind", .file = "work.profile", .line = 12 };
	err_set(&err, ENOENT, "find source", "/x");
	expect_printed("crannog: --bind (work.profile:12): cannot find source /x: "
		       "No such file or directory\n");
	err_usage(&err, "nonsense");
	expect_printed("crannog: --bind (work.profile:12): nonsense\n");
}

static void a_message_may_have_a_priority_and_another_name(void **state _unused_)
{
	log_name("bwrap");
	log_level_prefix(true);
	err_usage(&err, "nonsense");
	expect_printed("<3>bwrap: nonsense\n");
	log_level_prefix(false);
	log_name("crannog");
}

static void expect_origin(struct origin origin, const char *expected)
{
	char text[64];

	origin_text(&origin, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void an_origin_has_as_many_parts_as_are_known(void **state _unused_)
{
	expect_origin((struct origin){ 0 }, "");
	expect_origin((struct origin){ .file = "f", .line = 3 }, "");
	expect_origin((struct origin){ .option = "--dev" }, "--dev");
	expect_origin((struct origin){ .option = "--dev", .file = "base view" },
		      "--dev (base view)");
	expect_origin((struct origin){ .option = "--dev", .file = "a.profile", .line = UINT_MAX },
		      "--dev (a.profile:4294967295)");
}

static void an_origin_is_cut_to_its_room(void **state _unused_)
{
	const struct origin origin = { .option = "--ro-bind", .file = "x" };
	char text[6] = "?????";

	origin_text(&origin, text, sizeof(text));
	assert_string_equal(text, "--ro-");
}

static void long_objects_and_reasons_are_cut(void **state _unused_)
{
	char text[5000];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_refuse(&err, "open", text, "%s", text);
	assert_int_equal(strlen(err.object), sizeof(err.object) - 1);
	assert_int_equal(strlen(err.reason), sizeof(err.reason) - 1);
	err_usage(&err, "%s", text);
	assert_int_equal(strlen(err.reason), sizeof(err.reason) - 1);
}

/* The longest there is, with hint and origin, is still two lines, each ended. */
static void a_long_failure_is_still_one_line(void **state _unused_)
{
	char text[5000];

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err.origin = (struct origin){ .option = "--bind", .file = text, .line = 1 };
	err_refuse(&err, "open", text, "%s", text);
	err_hint(&err, text);
	stderr_catch();
	err_print(&err);
	auto_free_ char *printed = stderr_caught();
	char *newline = strchr(printed, '\n');
	assert_non_null(newline);
	assert_memory_equal(newline + 1, "  hint: aaa", strlen("  hint: aaa"));
	assert_int_equal(strchr(newline + 1, '\n') + 1 - printed, strlen(printed));
}

static void reports_arrive_whole(void **state _unused_)
{
	assert_true(sizeof(struct err) < PIPE_BUF);
	assert_true(sizeof(struct report) < PIPE_BUF);
}

#define test(name) cmocka_unit_test_setup(name, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(recording_returns_what_the_caller_returns),
		test(a_failure_is_one_sentence),
		test(an_attempt_may_have_no_object),
		test(a_refusal_has_its_own_reason),
		test(a_fault_in_the_request_is_said_whole),
		test(a_hint_has_a_line_of_its_own),
		test(the_next_failure_has_no_hint_of_the_last),
		test(the_origin_stands_first),
		test(a_message_may_have_a_priority_and_another_name),
		test(an_origin_has_as_many_parts_as_are_known),
		test(an_origin_is_cut_to_its_room),
		test(long_objects_and_reasons_are_cut),
		test(a_long_failure_is_still_one_line),
		test(reports_arrive_whole),
	};

	return unit_run(tests);
}
