/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_chain.h - the folders from the top of a tree down to where we are
 *
 * Only the first and the last few are open. A folder above that was closed is opened again as ".."
 * of the one below, and must be the same one: -ESTALE if somebody moved that away meanwhile.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>

#include "base/macros.h"

struct tree_place {
	dev_t dev;
	ino_t ino;
	int fd; /* -1: closed for now */
};

struct tree_chain {
	struct tree_place *places;
	size_t count;
};

/* Goes down into an open folder, which the chain closes from now on. */
void tree_chain_push(struct tree_chain *chain, int fd, const struct stat *st);

/* The folder we are in; the one above, or -errno. */
int tree_chain_fd(const struct tree_chain *chain);
_must_check_ int tree_chain_parent(struct tree_chain *chain);

/* Goes up. After a good tree_chain_parent(), tree_chain_fd() then gives that. */
void tree_chain_pop(struct tree_chain *chain);

void tree_chain_free(struct tree_chain *chain);

/**
 * tree_folder: open a folder in a folder.
 * @unlock: give it mode 0700 if we may not open it
 *
 * -errno; -ENOTDIR for a link, -EXDEV for a mount.
 */
_must_check_ int tree_folder(int dirfd, const char *name, bool unlock);
