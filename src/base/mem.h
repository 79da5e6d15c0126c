/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mem.h - memory that lives as long as the plan
 *
 * An arena gives strings and small structs that are all freed together. Running out of memory is
 * the one failure we do not handle: the x… helpers print "Out of memory" and end the program.
 */
#pragma once

#include <stddef.h>

#include "base/macros.h"

struct arena_block;

struct arena {
	struct arena_block *blocks;
};

/* Zeroed memory, aligned for anything. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_format(struct arena *arena, const char *format, ...) _printf_(2, 3);
void arena_free(struct arena *arena);

void *xrealloc(void *memory, size_t size);

/**
 * grow: make room for one more element at the end of an array.
 * @array: heap pointer or NULL; @count: elements in use; @size: of one element
 *
 * Returns the array, moved or not; capacity doubles, so appending is linear.
 */
void *grow(void *array, size_t count, size_t size);
