/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree.h - whole trees of files: walked, removed, copied, measured
 *
 * Trees are hostile: names are any bytes, links lead anywhere, and another process may change
 * anything meanwhile. All here goes from folder to folder by descriptor, one name at a time, and
 * follows no link; where something was replaced or moved away there is an error or the entry is
 * passed over, and nothing outside is touched. A mount inside a tree is an error that names it.
 * Depth is limited by memory alone: few descriptors are open at a time.
 *
 * The process is an ordinary user, or the root of a user namespace with the ids that are found. It
 * needs /proc to copy what is neither a file nor a folder nor a link, and before Linux 6.6 to
 * remove folders that nobody may read.
 *
 * Errors have as their object the path from the tree's folder, shortened in the middle if need be;
 * "." is that folder itself. An entry that vanishes before we come to it was not there.
 */
#pragma once

#include <stdint.h>
#include <sys/stat.h>

#include "base/err.h"
#include "plan/ids.h"

/* --- the walk --- */

/* What is being visited. All of it is valid until the visit returns. */
struct tree_visit {
	int dirfd;        /* the folder it is in; of the tree's own folder, that itself */
	const char *name; /* in that; "." for the tree's own folder */
	const char *path; /* from the tree's folder: "a/b", or "." */
	size_t depth;     /* 0 for the tree's own folder, 1 for what is in it */
	int fd;           /* of a folder: open for reading; else -1 */
	const struct stat *st;
};

/* 0; a negative errno with @e filled, which ends the walk; of enter, also TREE_SKIP. */
typedef int tree_visit_fn(const struct tree_visit *visit, void *data, struct err *e);

/* A folder's contents are passed over, and there is no leave for it. */
enum { TREE_SKIP = 1 };

enum tree_walk_flags {
	TREE_SORTED = 1 << 0, /* the names in a folder in the order of their bytes */
	TREE_TYPES = 1 << 1,  /* st of what is no folder is the type in st_mode alone */
	TREE_UNLOCK = 1 << 2, /* a folder of ours that cannot be opened is given mode 0700 */
};

/* Any of the functions may be NULL. They may remove what they visit, and add names elsewhere. */
struct tree_visitor {
	tree_visit_fn *enter; /* a folder, before its contents; the names are read after this */
	tree_visit_fn *entry; /* anything but a folder */
	tree_visit_fn *leave; /* a folder, after its contents; st is as it was at enter */
	void *data;
	enum tree_walk_flags flags;
};

/**
 * tree_walk: visit the folder @dirfd and all below it.
 * @dirfd: O_PATH is enough; where it stands for reading does not matter
 *
 * The names of a folder are read when it is entered: what is added later is not visited.
 */
_must_check_ int tree_walk(int dirfd, const struct tree_visitor *visitor, struct err *e);

/**
 * tree_open: open what a visit called @path; a path may be of any length.
 * @flags: open(2)'s
 *
 * Returns the descriptor or -errno: -ELOOP on a link, -EXDEV on a mount.
 */
_must_check_ int tree_open(int dirfd, const char *path, int flags);

/* Records a failure at a visit's path. @code: errno, positive. Returns -@code. */
int tree_fail(struct err *e, int code, const char *what, const char *path);

/* --- what is done to whole trees --- */

/**
 * tree_remove: remove an entry of any kind, a folder with all that is in it.
 * @name: one component; that it is absent is fine
 *
 * Folders are given the permissions it needs. Stops at the first failure.
 */
_must_check_ int tree_remove(int dirfd, const char *name, struct err *e);

/* Ids change while copying: inside is what was found, outside what is given. NULL: unchanged. */
struct tree_shift {
	const struct id_map *uid, *gid;
};

enum tree_copy_flags {
	TREE_PLAIN = 1 << 0, /* without overlayfs's own attributes: user.overlay.* and the like */
	TREE_OVER =
		1 << 1, /* what is in the way in @to_fd is replaced, but for folders by folders */
	TREE_MARKS = 1 << 2,      /* with TREE_OVER: marks of an overlay take away what they mean */
	TREE_MARK_FILES = 1 << 3, /* so do files ".wh.NAME" */
};

/**
 * tree_copy: copy what is in the folder @from_fd, and that folder's attributes, to @to_fd.
 * @to_fd: a folder, empty without TREE_OVER; @shift: may be NULL
 *
 * Kept are owners, modes, times, links of both kinds, holes, pipes, devices, and of extended
 * attributes user.*, ACLs, and file capabilities, which become those of this namespace's root. Not
 * copied, with a warning that counts them: sockets, and devices and capabilities that we may not
 * make. A whiteout of overlayfs, the device 0:0, anybody may make. After a failure @to_fd holds a
 * part.
 */
_must_check_ int tree_copy(int from_fd, int to_fd, const struct tree_shift *shift,
			   enum tree_copy_flags flags, struct err *e);

struct tree_usage {
	uint64_t bytes;   /* on disk, each file once however many names it has */
	uint64_t entries; /* names, and the tree's own folder */
};

_must_check_ int tree_usage(int dirfd, struct tree_usage *ret, struct err *e);
