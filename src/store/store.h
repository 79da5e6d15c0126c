/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * store.h - where roots and layers are kept, and how they appear and disappear whole
 *
 *	$XDG_DATA_HOME/crannog/roots/NAME/	info, lock, root/
 *	$XDG_DATA_HOME/crannog/layers/NAME/	info, lock, upper/, work/
 *	$XDG_CACHE_HOME/crannog/roots/DIGEST/	info, lock, root/
 *
 * An item is made in a folder ".new-…" beside its place and then renamed; it is renamed to
 * ".old-…" and then removed. Its maker or remover holds flock(2) on its lock meanwhile, so what
 * a killed process left behind is told from what a live one is at, and swept away by the next
 * command. A user of an item holds the lock too: a root's shared, a layer's alone.
 *
 * The folders are the caller's and belong to nobody else (mode 0700); what is in them is as hostile
 * as the programs that wrote it.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/mem.h"
#include "store/info.h"

enum store_kind { STORE_ROOTS, STORE_LAYERS, STORE_CACHE };

/* A folder that holds items. */
struct store {
	enum store_kind kind;
	char path[PATH_MAX];
	int fd; /* -1: it does not exist */
};

#define STORE_CLOSED ((struct store){ .fd = -1 })
#define auto_store_ __attribute__((cleanup(store_close)))

/* Opens it; @make: makes it where it is missing, else ret->fd is -1 then. Sweeps it. */
_must_check_ int store_open(enum store_kind kind, bool make, struct store *ret, struct err *e);

/* A folder of the caller's that holds a layer under a name of its own. Sweeps nothing. */
_must_check_ int store_open_folder(const char *path, struct store *ret, struct err *e);
void store_close(struct store *store);

/* May this be a name? Letters, digits and "._+-", not in front, at most 64. */
_must_check_ int store_check_name(const struct store *store, const char *name, struct err *e);

/* "root" or "layer", for messages. */
const char *store_word(const struct store *store);

/* The names of all items, sorted, NULL at the end; in the arena. */
_must_check_ int store_list(const struct store *store, struct arena *arena, char ***ret_names,
			    struct err *e);

/* An item, open and locked. */
struct item {
	int fd;
	int lock_fd;
	char name[NAME_MAX + 1];
	struct info info;
};

#define ITEM_CLOSED ((struct item){ .fd = -1, .lock_fd = -1 })
#define auto_item_ __attribute__((cleanup(item_close)))

enum item_lock {
	ITEM_LOOK, /* none: for what is in the info file */
	ITEM_SHARED,
	ITEM_ALONE,
};

/**
 * item_open: the item of that name.
 *
 * -ENOENT if there is none, -EBUSY if others have it in a way that excludes ours; both with a
 * message, the second one with the pid and name of the process that has it.
 */
_must_check_ int item_open(const struct store *store, const char *name, enum item_lock lock,
			   struct arena *arena, struct item *ret, struct err *e);
void item_close(struct item *item);

/* Who holds the item from now on, for the message to others: the calling process, doing @what. */
void item_sign(const struct item *item, const char *what);

/* Is the name a good one, and nobody's? -EEXIST. */
_must_check_ int item_check_free(const struct store *store, const char *name, struct err *e);

/* Begins a new item, with its info; its files of the map's ids go below ret->fd. */
_must_check_ int item_new(const struct store *store, const struct info *info, struct item *ret,
			  struct err *e);

/**
 * item_publish: give it its name. -EEXIST: there is one.
 * @has_contents: all that was written must have reached the disk first
 */
_must_check_ int item_publish(const struct store *store, struct item *item, const char *name,
			      bool has_contents, struct err *e);

/* Removes an item, published or not, that is locked alone: files of every id of its map. */
_must_check_ int item_remove(const struct store *store, struct item *item, struct err *e);
