/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_table.c - what is put under a key is found under that key, and nothing else is
 */
#include "unit.h"

#include <stdio.h>

#include "base/macros.h"
#include "plan/view_table.h"

static int a, b, c;

static void an_empty_table_has_nothing(void **state _unused_)
{
	struct table table = { 0 };

	assert_null(table_get(&table, 0, 0, ""));
	table_free(&table);
	assert_null(table_get(&table, 1, 2, "x"));
}

static void every_part_of_the_key_counts(void **state _unused_)
{
	struct table table = { 0 };

	table_put(&table, 1, 2, "name", &a);
	table_put(&table, 2, 1, "name", &b);
	table_put(&table, 1, 2, "", &c);
	assert_ptr_equal(table_get(&table, 1, 2, "name"), &a);
	assert_ptr_equal(table_get(&table, 2, 1, "name"), &b);
	assert_ptr_equal(table_get(&table, 1, 2, ""), &c);
	assert_null(table_get(&table, 1, 2, "na"));
	assert_null(table_get(&table, 1, 2, "name2"));
	assert_null(table_get(&table, 1, 1, "name"));
	assert_null(table_get(&table, 2, 2, "name"));
	table_free(&table);
}

static void large_numbers_are_kept_whole(void **state _unused_)
{
	struct table table = { 0 };

	table_put(&table, TABLE_MADE, UINT64_MAX, "x", &a);
	table_put(&table, TABLE_MOUNTED, UINT64_MAX, "x", &b);
	table_put(&table, TABLE_UPPER, UINT64_MAX, "x", &c);
	assert_ptr_equal(table_get(&table, TABLE_MADE, UINT64_MAX, "x"), &a);
	assert_ptr_equal(table_get(&table, TABLE_MOUNTED, UINT64_MAX, "x"), &b);
	assert_ptr_equal(table_get(&table, TABLE_UPPER, UINT64_MAX, "x"), &c);
	assert_null(table_get(&table, UINT32_MAX, UINT64_MAX, "x"));
	assert_null(table_get(&table, TABLE_MADE, UINT32_MAX, "x"));
	table_free(&table);
}

static void a_second_value_replaces_the_first(void **state _unused_)
{
	struct table table = { 0 };

	table_put(&table, 1, 1, "x", &a);
	table_put(&table, 1, 1, "x", &b);
	assert_ptr_equal(table_get(&table, 1, 1, "x"), &b);
	assert_int_equal(table.used, 1);
	table_free(&table);
}

static void equal_texts_need_not_be_the_same_memory(void **state _unused_)
{
	struct table table = { 0 };
	char stored[] = "/usr/bin", asked[] = "/usr/bin";

	table_put(&table, 1, 1, stored, &a);
	assert_ptr_equal(table_get(&table, 1, 1, asked), &a);
	table_free(&table);
}

static void many_keys_are_all_found(void **state _unused_)
{
	enum { COUNT = 20000 };
	static char names[COUNT][16];
	struct table table = { 0 };

	for (size_t i = 0; i < COUNT; i++) {
		snprintf(names[i], sizeof(names[i]), "n%zu", i / 4);
		table_put(&table, i % 2, i / 2 % 2, names[i], names[i]);
	}
	assert_int_equal(table.used, COUNT);
	assert_int_equal(table.size & (table.size - 1), 0);
	assert_true(table.used * 2 <= table.size);
	for (size_t i = 0; i < COUNT; i++)
		assert_ptr_equal(table_get(&table, i % 2, i / 2 % 2, names[i]), names[i]);
	assert_null(table_get(&table, 0, 0, "n20000"));
	table_free(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_table_has_nothing),
		cmocka_unit_test(every_part_of_the_key_counts),
		cmocka_unit_test(large_numbers_are_kept_whole),
		cmocka_unit_test(a_second_value_replaces_the_first),
		cmocka_unit_test(equal_texts_need_not_be_the_same_memory),
		cmocka_unit_test(many_keys_are_all_found),
	};

	return unit_run(tests);
}
