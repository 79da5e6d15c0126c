/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_table.h - what is known of the view, by where it is
 *
 * A hash table from two numbers and a text to a pointer. The numbers say which folder or mount is
 * meant (TABLE_… or a device and an inode of the host), the text is a name or a path in it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Stand where a device number would; no device has these. */
#define TABLE_MADE UINT64_MAX /* with the serial number of a folder that the plan makes */
#define TABLE_MOUNTED                                                                              \
	(UINT64_MAX - 1)             /* with a mount's number: what is mounted on a path of it   \
					*/
#define TABLE_UPPER (UINT64_MAX - 2) /* with an overlay's number: what was made on a path of it */

struct table_slot {
	uint64_t space, number;
	const char *text;
	void *value; /* NULL: the slot is free */
};

struct table {
	struct table_slot *slots;
	size_t size, used; /* size is a power of two */
};

/* The value, or NULL. */
void *table_get(const struct table *table, uint64_t space, uint64_t number, const char *text);

/* Sets or replaces it. @text must outlive the table. */
void table_put(struct table *table, uint64_t space, uint64_t number, const char *text, void *value);
void table_free(struct table *table);
