/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_table.c - see view_table.h
 *
 * Open addressing, at most half full, nothing is ever removed.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/view_table.h"

enum { FIRST_SIZE = 64 };

static uint64_t hash(uint64_t space, uint64_t number, const char *text)
{
	const uint64_t prime = 0x100000001b3; /* FNV-1a, 64 bits */
	uint64_t h = 0xcbf29ce484222325;

	h = (h ^ space) * prime;
	h = (h ^ number) * prime;
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * prime;
	return h ^ (h >> 32);
}

static bool is_key(const struct table_slot *slot, uint64_t space, uint64_t number, const char *text)
{
	return slot->space == space && slot->number == number && strcmp(slot->text, text) == 0;
}

/* The slot of that key, or the free one where it belongs. */
static struct table_slot *find(const struct table *table, uint64_t space, uint64_t number,
			       const char *text)
{
	size_t mask = table->size - 1, at = hash(space, number, text) & mask;

	while (table->slots[at].value && !is_key(&table->slots[at], space, number, text))
		at = (at + 1) & mask;
	return &table->slots[at];
}

static void enlarge(struct table *table)
{
	struct table old = *table;

	table->size = old.size ? old.size * 2 : FIRST_SIZE;
	table->slots = xrealloc(NULL, table->size * sizeof(*table->slots));
	memset(table->slots, 0, table->size * sizeof(*table->slots));
	for (size_t i = 0; i < old.size; i++) {
		const struct table_slot *slot = &old.slots[i];

		if (slot->value)
			*find(table, slot->space, slot->number, slot->text) = *slot;
	}
	free(old.slots);
}

void *table_get(const struct table *table, uint64_t space, uint64_t number, const char *text)
{
	return table->used ? find(table, space, number, text)->value : NULL;
}

void table_put(struct table *table, uint64_t space, uint64_t number, const char *text, void *value)
{
	if (table->used * 2 >= table->size)
		enlarge(table);
	struct table_slot *slot = find(table, space, number, text);
	table->used += slot->value == NULL;
	*slot = (struct table_slot){
		.space = space, .number = number, .text = text, .value = value
	};
}

void table_free(struct table *table)
{
	free(table->slots);
	*table = (struct table){ 0 };
}
