/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_walk.c - from folder to folder through a tree; see tree.h
 *
 * There is no recursion: a frame holds what is left to do in a folder, and the chain of their
 * descriptors is in tree_chain.c. A folder is opened first and looked at then, as the open folder
 * that it is, so what the type in the list of names said is only a guess about what to try.
 *
 * All that is visited is on the mount of the tree's own folder. The numbers of mounts tell, rather
 * than those of devices, which a bind mount shares and a subvolume does not.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/mem.h"
#include "base/sys.h"
#include "store/tree.h"
#include "store/tree_chain.h"
#include "store/tree_list.h"

struct frame {
	struct tree_list list;
	size_t next;      /* of the list */
	size_t path_size; /* of the folder's path, and where its name begins in that */
	size_t name_at;
	struct stat st;
};

struct walk {
	const struct tree_visitor *visitor;
	struct err *e;
	struct tree_chain chain;
	struct frame *frames; /* as many as chain.count */
	char *path;
	size_t path_room;
	uint64_t mount_id;
};

static struct frame *top(const struct walk *walk)
{
	return &walk->frames[walk->chain.count - 1];
}

static struct timespec time_of(int64_t seconds, uint32_t nanoseconds)
{
	return (struct timespec){ .tv_sec = (time_t)seconds, .tv_nsec = (long)nanoseconds };
}

static void to_stat(const struct statx *stx, struct stat *ret)
{
	*ret = (struct stat){
		.st_dev = makedev(stx->stx_dev_major, stx->stx_dev_minor),
		.st_ino = stx->stx_ino,
		.st_mode = stx->stx_mode,
		.st_nlink = stx->stx_nlink,
		.st_uid = stx->stx_uid,
		.st_gid = stx->stx_gid,
		.st_rdev = makedev(stx->stx_rdev_major, stx->stx_rdev_minor),
		.st_size = (off_t)stx->stx_size,
		.st_blksize = (blksize_t)stx->stx_blksize,
		.st_blocks = (blkcnt_t)stx->stx_blocks,
		.st_atim = time_of(stx->stx_atime.tv_sec, stx->stx_atime.tv_nsec),
		.st_mtim = time_of(stx->stx_mtime.tv_sec, stx->stx_mtime.tv_nsec),
		.st_ctim = time_of(stx->stx_ctime.tv_sec, stx->stx_ctime.tv_nsec),
	};
}

/* 0 or -errno; -EXDEV if it is not on the tree's mount. */
static int look(const struct walk *walk, int dirfd, const char *name, struct stat *ret)
{
	struct statx stx;

	if (statx(dirfd, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
		  STATX_BASIC_STATS | STATX_MNT_ID, &stx) < 0)
		return -errno;
	if (!(stx.stx_mask & STATX_MNT_ID))
		return -ENOSYS;
	if (stx.stx_mnt_id != walk->mount_id)
		return -EXDEV;
	to_stat(&stx, ret);
	return 0;
}

/* The path becomes that of @name in the folder we are in; returns where the name begins. */
static size_t set_path(struct walk *walk, const char *name)
{
	size_t at = top(walk)->path_size, size = strlen(name) + 1;

	if (at + 1 + size > walk->path_room) {
		walk->path_room = (at + 1 + size) * 2;
		walk->path = xrealloc(walk->path, walk->path_room);
	}
	if (at)
		walk->path[at++] = '/';
	memcpy(walk->path + at, name, size);
	return at;
}

static struct tree_visit visit_of(const struct walk *walk, int dirfd, size_t name_at, int fd,
				  const struct stat *st)
{
	return (struct tree_visit){ .dirfd = dirfd,
				    .name = walk->path + name_at,
				    .path = walk->path,
				    .depth = walk->chain.count,
				    .fd = fd,
				    .st = st };
}

static int call(const struct walk *walk, tree_visit_fn *visit_fn, const struct tree_visit *visit)
{
	return visit_fn ? visit_fn(visit, walk->visitor->data, walk->e) : 0;
}

/* The open folder becomes the one we are in; it is closed if it does not. */
static int enter(struct walk *walk, int dirfd, size_t name_at, int folder_fd, const struct stat *st)
{
	auto_close_ int fd = folder_fd;
	const struct tree_visit visit = visit_of(walk, dirfd, name_at, fd, st);
	const bool sorted = walk->visitor->flags & TREE_SORTED;
	struct frame frame = { .st = *st, .name_at = name_at };
	int r = call(walk, walk->visitor->enter, &visit);

	if (r != 0)
		return r == TREE_SKIP ? 0 : r;
	r = tree_list_read(fd, sorted ? TREE_BY_NAME : TREE_BY_INODE, &frame.list);
	if (r < 0)
		return tree_fail(walk->e, -r, "read folder", walk->path);
	frame.path_size = visit.depth ? strlen(walk->path) : 0;
	walk->frames = grow(walk->frames, walk->chain.count, sizeof(frame));
	walk->frames[walk->chain.count] = frame;
	tree_chain_push(&walk->chain, take_fd(&fd), st);
	return 0;
}

static int visit_folder(struct walk *walk, int dirfd, size_t name_at)
{
	auto_close_ int fd =
		tree_folder(dirfd, walk->path + name_at, walk->visitor->flags & TREE_UNLOCK);
	struct stat st;

	if (fd == -ENOENT)
		return 0;
	int r = fd < 0 ? fd : look(walk, fd, "", &st);
	if (r == -ENOTDIR)
		r = -ESTALE; /* it was a folder when its name was read */
	if (r < 0)
		return tree_fail(walk->e, -r, "open folder", walk->path);
	return enter(walk, dirfd, name_at, take_fd(&fd), &st);
}

static int visit_item(struct walk *walk, const struct tree_item *item)
{
	int dirfd = tree_chain_fd(&walk->chain), r = 0;
	size_t name_at = set_path(walk, item->name);
	struct stat st = { .st_mode = DTTOIF(item->type) };

	if (item->type == DT_DIR)
		return visit_folder(walk, dirfd, name_at);
	if (item->type == DT_UNKNOWN || !(walk->visitor->flags & TREE_TYPES))
		r = look(walk, dirfd, item->name, &st);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return tree_fail(walk->e, -r, "look at", walk->path);
	if (S_ISDIR(st.st_mode))
		return visit_folder(walk, dirfd, name_at);
	const struct tree_visit visit = visit_of(walk, dirfd, name_at, -1, &st);
	return call(walk, walk->visitor->entry, &visit);
}

/* The path of the folder we are in, again. */
static void restore_path(struct walk *walk, const struct frame *frame)
{
	if (frame->path_size)
		walk->path[frame->path_size] = '\0';
	else
		memcpy(walk->path, ".", sizeof("."));
}

static int leave(struct walk *walk)
{
	struct tree_chain *chain = &walk->chain;
	struct frame *frame = top(walk);
	int fd = tree_chain_fd(chain);

	restore_path(walk, frame);
	int dirfd = chain->count > 1 ? tree_chain_parent(chain) : fd;
	if (dirfd < 0)
		return tree_fail(walk->e, -dirfd, "go back from folder", walk->path);
	struct tree_visit visit = visit_of(walk, dirfd, frame->name_at, fd, &frame->st);
	visit.depth--;
	int r = call(walk, walk->visitor->leave, &visit);
	tree_list_free(&frame->list);
	tree_chain_pop(chain);
	return r;
}

static int start(struct walk *walk, int dirfd)
{
	auto_close_ int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statx stx;
	struct stat st;

	if (fd < 0)
		return tree_fail(walk->e, errno, "open folder", walk->path);
	if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &stx) < 0)
		return tree_fail(walk->e, errno, "look at", walk->path);
	walk->mount_id = stx.stx_mnt_id;
	int r = look(walk, fd, "", &st);
	if (r < 0)
		return tree_fail(walk->e, -r, "look at", walk->path);
	const int dirfd_of_itself = fd;
	return enter(walk, dirfd_of_itself, 0, take_fd(&fd), &st);
}

static void finish(struct walk *walk)
{
	for (size_t i = 0; i < walk->chain.count; i++)
		tree_list_free(&walk->frames[i].list);
	tree_chain_free(&walk->chain);
	free(walk->frames);
	free(walk->path);
}

int tree_walk(int dirfd, const struct tree_visitor *visitor, struct err *e)
{
	struct walk walk = { .visitor = visitor, .e = e, .path_room = 256 };

	walk.path = xrealloc(NULL, walk.path_room);
	memcpy(walk.path, ".", sizeof("."));
	int r = start(&walk, dirfd);
	while (r == 0 && walk.chain.count) {
		struct frame *frame = top(&walk);

		r = frame->next < frame->list.count
			    ? visit_item(&walk, &frame->list.items[frame->next++])
			    : leave(&walk);
	}
	finish(&walk);
	return r;
}
