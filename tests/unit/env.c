/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env.c - variables are set, found and removed as in environ(7)
 */
#include "unit.h"

#include <string.h>

#include "plan/env.h"

static struct env env;
static struct arena arena;

static int start(void **state _unused_)
{
	env = (struct env){ 0 };
	arena = (struct arena){ 0 };
	return 0;
}

static int finish(void **state _unused_)
{
	free(env.words);
	arena_free(&arena);
	return 0;
}

static void import(char **words)
{
	env_import(&env, words);
}

#define IMPORT(...) import((char **)(const char *[]){ __VA_ARGS__, NULL })

static void nothing_is_set_at_first(void **state _unused_)
{
	assert_null(env_get(&env, "HOME"));
	env_unset(&env, "HOME");
	env_clear(&env);
	assert_int_equal(env.count, 0);
}

static void importing_keeps_words_and_order(void **state _unused_)
{
	IMPORT("A=1", "B=", "no equals sign", "C=x=y");
	assert_int_equal(env.count, 4);
	assert_string_equal(env_get(&env, "A"), "1");
	assert_string_equal(env_get(&env, "B"), "");
	assert_string_equal(env_get(&env, "C"), "x=y");
	assert_string_equal(env.words[2], "no equals sign");
	assert_null(env_get(&env, "no equals sign"));
}

static void a_name_is_not_its_own_start(void **state _unused_)
{
	IMPORT("PATHS=long", "PATH=short");
	assert_string_equal(env_get(&env, "PATH"), "short");
	assert_null(env_get(&env, "PAT"));
	env_unset(&env, "PATH");
	assert_string_equal(env_get(&env, "PATHS"), "long");
	assert_null(env_get(&env, "PATH"));
}

static void setting_keeps_the_place(void **state _unused_)
{
	IMPORT("A=1", "B=2", "C=3");
	env_set(&env, &arena, "B", "new");
	assert_int_equal(env.count, 3);
	assert_string_equal(env.words[1], "B=new");
	env_set(&env, &arena, "D", "");
	assert_string_equal(env.words[3], "D=");
}

static void a_variable_can_be_set_to_its_own_value(void **state _unused_)
{
	env_set(&env, &arena, "A", "value");
	env_set(&env, &arena, "A", env_get(&env, "A"));
	assert_string_equal(env_get(&env, "A"), "value");
}

static void removing_takes_every_copy(void **state _unused_)
{
	IMPORT("A=1", "B=2", "A=3", "A=4");
	env_unset(&env, "A");
	assert_int_equal(env.count, 1);
	assert_string_equal(env.words[0], "B=2");
}

static void clearing_leaves_nothing_and_can_be_filled_again(void **state _unused_)
{
	IMPORT("A=1", "B=2", "C=3", "D=4", "E=5");
	env_clear(&env);
	assert_null(env_get(&env, "A"));
	for (char name[] = "a"; name[0] <= 'z'; name[0]++)
		env_set(&env, &arena, name, name);
	assert_int_equal(env.count, 26);
	assert_string_equal(env_get(&env, "z"), "z");
}

/* Removing must not leave the array smaller than what is appended later. */
static void setting_and_removing_in_turn_is_sound(void **state _unused_)
{
	char name[16];

	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "V%d", i);
		env_set(&env, &arena, name, "x");
		if (i % 3 == 2)
			env_unset(&env, name);
	}
	assert_int_equal(env.count, 200);
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "V%d", i);
		env_unset(&env, name);
	}
	assert_int_equal(env.count, 0);
}

static void names_are_not_empty_and_hold_no_equals_sign(void **state _unused_)
{
	assert_true(env_name_ok("A"));
	assert_true(env_name_ok("a b-c"));
	assert_false(env_name_ok(""));
	assert_false(env_name_ok("="));
	assert_false(env_name_ok("A=B"));
}

#define test(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(nothing_is_set_at_first),
		test(importing_keeps_words_and_order),
		test(a_name_is_not_its_own_start),
		test(setting_keeps_the_place),
		test(a_variable_can_be_set_to_its_own_value),
		test(removing_takes_every_copy),
		test(clearing_leaves_nothing_and_can_be_filled_again),
		test(setting_and_removing_in_turn_is_sound),
		test(names_are_not_empty_and_hold_no_equals_sign),
	};

	return unit_run(tests);
}
