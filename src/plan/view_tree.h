/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_tree.h - a model of the new root: mounts, what is in them, and paths through them
 *
 * A place is a path in a mount. Every component of it is a real name, links are resolved while
 * walking, so the two together name one thing for sure. A thing is what is at a place: something
 * the plan makes, something of the host, or folders of several layers merged.
 *
 * Nothing here has an effect on the host. Memory is the tree's and goes with it.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "plan/plan.h"
#include "plan/view_table.h"

/* What the plan makes: a folder, file or link of a new file system, or on the host at launch. */
struct made {
	uint64_t serial;
	const struct op *op; /* who makes it; NULL: the empty root */
	const char *target;  /* of a link */
	mode_t mode;
};

struct thing {
	struct made *made; /* NULL: it is there already, on the host */
	const char *host;  /* path in the caller's view; NULL: in memory only */
	mode_t mode;
	uid_t uid; /* as the caller sees them */
	gid_t gid;
	uint64_t dev, ino, mount_id; /* of the host */
	bool is_mount_root;          /* a mount of the host begins here */
	bool has_new_mode;           /* the plan changes the mode that the host knows */
	const struct thing *below;   /* the same folder in the next layer of an overlay */
	bool is_upper;               /* in the writable layer of an overlay already */
	bool is_stuck;               /* cannot be copied there: its owner is unknown inside */
};

enum mount_kind {
	MOUNT_MEMORY, /* tmpfs, contents passed by descriptor, masks */
	MOUNT_BIND,
	MOUNT_PROC,
	MOUNT_OVERLAY,
	MOUNT_CLOSED, /* devpts, mqueue: the kernel's own, nothing is made in them */
};

/* A part of a bind, mounted separately on the host, that the plan makes read-only. */
struct read_only_part {
	uint64_t mount_id;
	const struct op *op;
	struct read_only_part *next;
};

struct mount {
	enum mount_kind kind;
	unsigned number;
	const struct op *op; /* NULL: the empty root */
	struct thing root;
	bool read_only;             /* with all that the host has mounted below */
	bool root_closed;           /* it is the root, read-only in the end */
	bool devices;               /* device nodes work */
	const struct op *remounted; /* made read-only later, without what is mounted below */
	struct read_only_part *parts;
};

struct place {
	struct mount *mount;
	const char *path; /* in the mount: "" is its root, else "/a/b" */
	const char *name; /* how it was reached: "" for the root */
	struct thing thing;
};

/* Who is looking: while things are put in place we hold capabilities in our user namespace. */
enum who { AS_SETUP, AS_PROGRAM };

struct tree {
	struct arena arena;
	struct table table;
	const struct plan *plan;
	const struct op *op; /* the operation at hand */
	struct mount *root;
	struct mount *caller; /* the caller's own view: where sources are */
	unsigned mount_count;
	uint64_t made_count;
	bool modes_changed; /* some of the host's */
	bool in_parents; /* of the last failure at a dest: it was the folders above; see view_dest.h
			  */
	gid_t *groups;
	int group_count;
	struct place *stack; /* of the walk at hand */
	size_t stack_size;
};

void tree_begin(struct tree *tree, const struct plan *plan);
void tree_free(struct tree *tree);

/* --- things --- */

/* Something that the operation at hand makes, nowhere yet. */
struct thing tree_make_thing(struct tree *tree, mode_t mode);

/**
 * tree_child: what has the name @name in the folder @dir, whatever is mounted on it.
 *
 * Returns 0 or a negative errno.
 */
int tree_child(struct tree *tree, const struct place *dir, const char *name, struct place *ret);

/* Makes @name in @dir as mkdir(2), mknod(2) or symlink(2) would; @ret may be NULL. */
int tree_make(struct tree *tree, const struct place *dir, const char *name, mode_t mode,
	      const char *target, struct place *ret);

/* --- mounts --- */

/* A new mount of the operation at hand, nowhere yet. */
struct mount *tree_mount_new(struct tree *tree, enum mount_kind kind, const struct thing *root);

/* Puts it on @place; on the root it is the root from now on. -EINVAL if only one is a folder. */
int tree_mount(struct tree *tree, const struct place *place, struct mount *mount);

/* The place at the top of a mount, and what is mounted over a place, if anything is. */
struct place tree_top(const struct tree *tree, struct mount *mount);
void tree_cross(const struct tree *tree, struct place *place);

/* Why nothing can be written there, as far as mounts go. */
enum read_only {
	WRITABLE,
	RO_MOUNT, /* the operation that mounted it said so */
	RO_LATER, /* a later operation made it so: *ret_op */
	RO_ROOT,  /* the root is closed at the end */
};
enum read_only tree_read_only(const struct place *place, const struct op **ret_op);

/* --- paths --- */

struct walk_how {
	enum who who;
	mode_t make; /* S_IFDIR or S_IFREG with permissions: make what is missing; 0: do not */
	mode_t parent_mode; /* of folders made on the way */
	bool in_caller;     /* in the caller's view, not in the new root */
};

/* Where a walk ended, found or not. */
struct walk_end {
	struct place place;         /* what was found, or the last thing that was */
	char missing[NAME_MAX + 1]; /* the name that it does not have */
	bool missing_last;          /* nothing came after that name */
	char path[PATH_MAX];        /* of the place, from the root */
};

/**
 * view_walk: resolve a path as openat2(2) does with RESOLVE_IN_ROOT: links start again at the
 * root, ".." stays in it, the last component is followed as well.
 *
 * Returns 0 or a negative errno; *ret is filled in any case. -EREMOTE: a link of procfs that leads
 * to what the process that follows it has open.
 */
int view_walk(struct tree *tree, const char *path, const struct walk_how *how,
	      struct walk_end *ret);
