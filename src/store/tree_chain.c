/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_chain.c - see tree_chain.h
 */
#define _GNU_SOURCE
#include <errno.h>

#include "base/mem.h"
#include "base/sys.h"
#include "store/tree_chain.h"
#include "store/tree_mode.h"

enum { OPEN_MAX_FOLDERS = 30 };

static int open_one(int dirfd, const char *name, unsigned flags)
{
	const struct open_how how = { .flags = flags | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
				      .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS };
	int fd = sys_openat2(dirfd, name, &how);

	if (fd < 0)
		return errno == ELOOP ? -ENOTDIR : -errno;
	return fd;
}

static int unlock_folder(int dirfd, const char *name)
{
	auto_close_ int fd = open_one(dirfd, name, O_PATH);

	return fd < 0 ? fd : tree_mode_set(fd, 0700);
}

int tree_folder(int dirfd, const char *name, bool unlock)
{
	int fd = open_one(dirfd, name, O_RDONLY);

	if (fd != -EACCES || !unlock || unlock_folder(dirfd, name) < 0)
		return fd;
	return open_one(dirfd, name, O_RDONLY);
}

void tree_chain_push(struct tree_chain *chain, int fd, const struct stat *st)
{
	chain->places = grow(chain->places, chain->count, sizeof(*chain->places));
	chain->places[chain->count++] =
		(struct tree_place){ .dev = st->st_dev, .ino = st->st_ino, .fd = fd };
	if (chain->count > OPEN_MAX_FOLDERS + 1)
		close_fd(&chain->places[chain->count - OPEN_MAX_FOLDERS - 1].fd);
}

int tree_chain_fd(const struct tree_chain *chain)
{
	return chain->places[chain->count - 1].fd;
}

int tree_chain_parent(struct tree_chain *chain)
{
	struct tree_place *parent = &chain->places[chain->count - 2];
	struct stat st;

	if (parent->fd >= 0)
		return parent->fd;
	auto_close_ int fd = open_one(tree_chain_fd(chain), "..", O_RDONLY);
	if (fd < 0)
		return fd == -EXDEV ? -ESTALE : fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (st.st_dev != parent->dev || st.st_ino != parent->ino)
		return -ESTALE;
	return parent->fd = take_fd(&fd);
}

void tree_chain_pop(struct tree_chain *chain)
{
	close_fd(&chain->places[--chain->count].fd);
}

void tree_chain_free(struct tree_chain *chain)
{
	while (chain->count)
		tree_chain_pop(chain);
	free(chain->places);
	chain->places = NULL;
}
