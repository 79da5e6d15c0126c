/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * layer.h - a writable layer: made when it is first wanted, and only ever used as it was made
 */
#pragma once

#include "store/store.h"

/* What a sandbox wants of a layer. */
struct layer_want {
	const struct ids *ids;
	enum overlay_driver driver; /* DRIVER_AUTO: the one it has, or for a new one what works */
	const char *base;           /* the root below, as the user calls it */
	const char *base_path;      /* absolute */
	const char *const *lowers;  /* between the two, bottom to top */
	size_t lower_count;
	const char *user; /* who has it from now on: the program's name */
};

/**
 * layer_open: the layer @name of @store, locked for us alone; made if there is none.
 *
 * A layer of another map of ids, driver or root is refused, with what it has and what to do:
 * owners, marks of removed files, or everything in it would mean something else.
 */
_must_check_ int layer_open(const struct store *store, const char *name,
			    const struct layer_want *want, struct arena *arena, struct item *ret,
			    struct err *e);

/* Its folders, below the item's. */
#define LAYER_UPPER "upper"
#define LAYER_WORK "work"
