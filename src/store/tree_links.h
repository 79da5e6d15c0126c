/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_links.h - files that were seen under another name already
 */
#pragma once

#include <sys/stat.h>

#include "base/mem.h"

struct tree_link {
	dev_t dev;
	ino_t ino;
	const char *path; /* NULL: the slot is free */
};

struct tree_links {
	struct tree_link *slots;
	size_t room, count; /* room: a power of two */
	struct arena paths;
};

/* The path under which this file was added; NULL. */
const char *tree_links_find(const struct tree_links *links, const struct stat *st);

/* The path is copied; it replaces that of the same file. */
void tree_links_add(struct tree_links *links, const struct stat *st, const char *path);

void tree_links_free(struct tree_links *links);
