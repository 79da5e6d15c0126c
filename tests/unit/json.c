/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json.c - JSON as RFC 8259 wants it, whatever the strings hold
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* What a test has written so far. */
struct page {
	FILE *stream;
	char *text;
	size_t size;
	struct json json;
};

static struct page page;

static int page_open(void **state _unused_)
{
	page.stream = open_memstream(&page.text, &page.size);
	page.json = json_new(page.stream);
	return page.stream ? 0 : -1;
}

static int page_close(void **state _unused_)
{
	fclose(page.stream);
	free(page.text);
	return 0;
}

static void expect(const char *text)
{
	assert_int_equal(fflush(page.stream), 0);
	assert_string_equal(page.text, text);
}

/* Writes one string and compares it, quotes and all. */
static void expect_quoted(const char *value, const char *text)
{
	assert_int_equal(fseek(page.stream, 0, SEEK_SET), 0);
	page.json = json_new(page.stream);
	json_string(&page.json, NULL, value);
	fputc('\0', page.stream);
	expect(text);
}

static void an_empty_object_stays_on_its_line(void **state _unused_)
{
	json_open(&page.json, NULL, '{');
	json_close(&page.json);
	expect("{}\n");
}

static void an_empty_array_stays_on_its_line(void **state _unused_)
{
	json_open(&page.json, NULL, '[');
	json_close(&page.json);
	expect("[]\n");
}

static void members_are_indented_and_parted_by_commas(void **state _unused_)
{
	json_open(&page.json, NULL, '{');
	json_string(&page.json, "name", "x");
	json_open(&page.json, "list", '[');
	json_number(&page.json, NULL, 1);
	json_number(&page.json, NULL, -2);
	json_close(&page.json);
	json_bool(&page.json, "yes", true);
	json_bool(&page.json, "no", false);
	json_string(&page.json, "nothing", NULL);
	json_close(&page.json);
	expect("{\n"
	       "  \"name\": \"x\",\n"
	       "  \"list\": [\n"
	       "    1,\n"
	       "    -2\n"
	       "  ],\n"
	       "  \"yes\": true,\n"
	       "  \"no\": false,\n"
	       "  \"nothing\": null\n"
	       "}\n");
}

static void a_member_after_an_empty_bracket_gets_its_comma(void **state _unused_)
{
	json_open(&page.json, NULL, '[');
	json_open(&page.json, NULL, '{');
	json_close(&page.json);
	json_open(&page.json, NULL, '[');
	json_close(&page.json);
	json_close(&page.json);
	expect("[\n  {},\n  []\n]\n");
}

static void brackets_nest_to_the_limit(void **state _unused_)
{
	for (int i = 0; i < JSON_DEPTH; i++)
		json_open(&page.json, NULL, '[');
	for (int i = 0; i < JSON_DEPTH; i++)
		json_close(&page.json);
	assert_int_equal(fflush(page.stream), 0);
	assert_null(strchr(page.text, ','));
	assert_int_equal(page.text[0], '[');
	assert_string_equal(page.text + page.size - 3, "\n]\n");
}

static void numbers_keep_all_their_digits(void **state _unused_)
{
	json_open(&page.json, NULL, '[');
	json_number(&page.json, NULL, INT64_MIN);
	json_number(&page.json, NULL, INT64_MAX);
	json_close(&page.json);
	expect("[\n  -9223372036854775808,\n  9223372036854775807\n]\n");
}

static void quotes_and_control_characters_are_escaped(void **state _unused_)
{
	expect_quoted("", "\"\"");
	expect_quoted("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
	expect_quoted("\t\n\x01\x1f\x7f", "\"\\u0009\\u000a\\u0001\\u001f\\u007f\"");
}

static void keys_are_escaped_too(void **state _unused_)
{
	json_open(&page.json, NULL, '{');
	json_number(&page.json, "a\"\n", 1);
	json_close(&page.json);
	expect("{\n  \"a\\\"\\u000a\": 1\n}\n");
}

/* The first and last character of each length, and those beside the surrogates. */
static void utf8_is_written_as_it_is(void **state _unused_)
{
	static const char *const good[] = { "\xc2\x80",         "\xdf\xbf",        "\xe0\xa0\x80",
					    "\xed\x9f\xbf",     "\xee\x80\x80",    "\xef\xbf\xbf",
					    "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf" };
	char quoted[8];

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		snprintf(quoted, sizeof(quoted), "\"%s\"", good[i]);
		expect_quoted(good[i], quoted);
	}
}

static void other_bytes_become_lone_surrogates(void **state _unused_)
{
	expect_quoted("\x80", "\"\\udc80\"");
	expect_quoted("\xff.", "\"\\udcff.\"");
	expect_quoted("\xc0\xaf", "\"\\udcc0\\udcaf\""); /* '/', too long */
	expect_quoted("\xc1\xbf", "\"\\udcc1\\udcbf\"");
	expect_quoted("\xe0\x9f\xbf", "\"\\udce0\\udc9f\\udcbf\"");            /* too long */
	expect_quoted("\xed\xa0\x80", "\"\\udced\\udca0\\udc80\"");            /* a surrogate */
	expect_quoted("\xf4\x90\x80\x80", "\"\\udcf4\\udc90\\udc80\\udc80\""); /* above U+10FFFF */
	expect_quoted("\xf5\x80\x80\x80", "\"\\udcf5\\udc80\\udc80\\udc80\"");
}

static void a_sequence_cut_short_does_not_eat_what_follows(void **state _unused_)
{
	expect_quoted("\xe2\x82", "\"\\udce2\\udc82\"");
	expect_quoted("\xe2\x82\"", "\"\\udce2\\udc82\\\"\"");
	expect_quoted("\xf0\x9f\x98", "\"\\udcf0\\udc9f\\udc98\"");
	expect_quoted("\xc3", "\"\\udcc3\"");
	expect_quoted("\xc3\xc3\xa9", "\"\\udcc3\xc3\xa9\"");
}

#define test(name) cmocka_unit_test_setup_teardown(name, page_open, page_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(an_empty_object_stays_on_its_line),
		test(an_empty_array_stays_on_its_line),
		test(members_are_indented_and_parted_by_commas),
		test(a_member_after_an_empty_bracket_gets_its_comma),
		test(brackets_nest_to_the_limit),
		test(numbers_keep_all_their_digits),
		test(quotes_and_control_characters_are_escaped),
		test(keys_are_escaped_too),
		test(utf8_is_written_as_it_is),
		test(other_bytes_become_lone_surrogates),
		test(a_sequence_cut_short_does_not_eat_what_follows),
	};

	return unit_run(tests);
}
