/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mem.c - arenas give zeroed, aligned, separate memory; arrays grow without losing anything
 */
#include "unit.h"

#include <stdalign.h>
#include <string.h>

#include "base/mem.h"

static void memory_is_zeroed_and_aligned(void **state _unused_)
{
	struct arena arena = { 0 };

	for (size_t size = 0; size < 200; size++) {
		unsigned char *memory = arena_alloc(&arena, size);

		assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, size);
	}
	arena_free(&arena);
}

static void pieces_do_not_overlap(void **state _unused_)
{
	enum { PIECES = 2000, SIZE = 100 };
	struct arena arena = { 0 };
	unsigned char *pieces[PIECES];

	for (size_t i = 0; i < PIECES; i++) {
		pieces[i] = arena_alloc(&arena, SIZE);
		memset(pieces[i], (int)(i % 251), SIZE);
	}
	for (size_t i = 0; i < PIECES; i++) {
		assert_int_equal(pieces[i][0], i % 251);
		assert_int_equal(pieces[i][SIZE - 1], i % 251);
	}
	arena_free(&arena);
}

static void a_piece_may_be_larger_than_a_block(void **state _unused_)
{
	enum { LARGE = 1024 * 1024 + 1 };
	struct arena arena = { 0 };
	char *before = arena_strdup(&arena, "before");
	char *large = arena_alloc(&arena, LARGE);
	char *after = arena_strdup(&arena, "after");

	memset(large, 'x', LARGE);
	assert_string_equal(before, "before");
	assert_string_equal(after, "after");
	arena_free(&arena);
}

static void a_freed_arena_can_be_used_again(void **state _unused_)
{
	struct arena arena = { 0 };

	arena_free(&arena);
	arena_strdup(&arena, "first");
	arena_free(&arena);
	assert_string_equal(arena_strdup(&arena, "second"), "second");
	arena_free(&arena);
}

static void formatting_takes_any_length(void **state _unused_)
{
	struct arena arena = { 0 };
	char long_text[40000];

	memset(long_text, 'y', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_string_equal(arena_format(&arena, "%s", ""), "");
	assert_string_equal(arena_format(&arena, "%d-%s", 7, "a"), "7-a");
	assert_string_equal(arena_format(&arena, "/%s", long_text) + 1, long_text);
	assert_string_equal(arena_strdup(&arena, ""), "");
	arena_free(&arena);
}

static void an_array_grows_and_keeps_its_elements(void **state _unused_)
{
	enum { COUNT = 5000 };
	size_t *array = NULL;

	for (size_t i = 0; i < COUNT; i++) {
		array = grow(array, i, sizeof(*array));
		array[i] = i * i;
	}
	for (size_t i = 0; i < COUNT; i++)
		assert_int_equal(array[i], i * i);
	free(array);
}

/* It may move only when the count is a power of two: appending is linear. */
static void an_array_grows_rarely(void **state _unused_)
{
	char *array = NULL;
	size_t moves = 0;

	for (size_t i = 0; i < 4096; i++) {
		char *before = array;

		array = grow(array, i, 1);
		if (i & (i - 1))
			assert_ptr_equal(array, before);
		else
			moves++;
		array[i] = 1;
	}
	assert_int_equal(moves, 13);
	free(array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_and_aligned),
		cmocka_unit_test(pieces_do_not_overlap),
		cmocka_unit_test(a_piece_may_be_larger_than_a_block),
		cmocka_unit_test(a_freed_arena_can_be_used_again),
		cmocka_unit_test(formatting_takes_any_length),
		cmocka_unit_test(an_array_grows_and_keeps_its_elements),
		cmocka_unit_test(an_array_grows_rarely),
	};

	return unit_run(tests);
}
