/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mem.c - see mem.h
 */
#include <stdarg.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_SIZE = 16 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

static _noreturn_ void out_of_memory(void)
{
	static const char text[] = "Out of memory\n";
	ssize_t ignored _unused_ = write(STDERR_FILENO, text, sizeof(text) - 1);

	_exit(1);
}

void *xrealloc(void *memory, size_t size)
{
	void *moved = realloc(memory, size);

	if (!moved)
		out_of_memory();
	return moved;
}

void *grow(void *array, size_t count, size_t size)
{
	if (count && (count & (count - 1)))
		return array;
	return xrealloc(array, (count ? count * 2 : 1) * size);
}

static struct arena_block *block_new(struct arena *arena, size_t size)
{
	size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
	struct arena_block *block = xrealloc(NULL, sizeof(*block) + room);

	*block = (struct arena_block){ .next = arena->blocks, .size = room };
	arena->blocks = block;
	return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t align = alignof(max_align_t);
	struct arena_block *block = arena->blocks;

	size = (size + align - 1) / align * align;
	if (!block || block->size - block->used < size)
		block = block_new(arena, size);
	void *memory = block->data + block->used;
	block->used += size;
	return memset(memory, 0, size);
}

char *arena_strdup(struct arena *arena, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(arena_alloc(arena, size), text, size);
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *text = arena_alloc(arena, (size_t)length + 1);
	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

void arena_free(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *next = arena->blocks->next;

		free(arena->blocks);
		arena->blocks = next;
	}
}
