/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_list.h - the names in a folder, read all at once
 *
 * So that nothing depends on where a folder's descriptor stands: it may be closed and opened again,
 * and entries may come and go.
 */
#pragma once

#include <stdint.h>

#include "base/macros.h"

struct tree_item {
	union {
		const char *name;
		size_t offset; /* while the names still move */
	};
	uint64_t ino;
	unsigned char type; /* DT_…; DT_UNKNOWN: the file system does not say */
};

struct tree_list {
	char *names;
	struct tree_item *items;
	size_t count;
};

enum tree_order { TREE_BY_INODE, TREE_BY_NAME };

/* Reads the folder from where it stands, without "." and "..". 0 or -errno. */
_must_check_ int tree_list_read(int fd, enum tree_order order, struct tree_list *ret);

void tree_list_free(struct tree_list *list);
