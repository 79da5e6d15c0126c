/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view.h - what a path will be inside, said without making anything
 *
 * view_build() goes through the operations of a plan and keeps a model of the new root: what the
 * stages would do, as far as mounts, folders, files and links go. view_why() then walks a path
 * through it as the program would. Both only look at the host, at the components of the paths at
 * hand; they need no privilege and no namespace.
 *
 * What they cannot know: what happens to the host's files between now and the launch, whether the
 * kernel accepts a mount (of an overlay, say), what is in a folder that only the set-up's
 * capabilities open, and what a link of /proc/PID leads to.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>

#include "plan/plan.h"

struct view;

enum view_exists { VIEW_ABSENT, VIEW_PRESENT, VIEW_UNKNOWN };

/* What keeps the contents. */
enum view_backing {
	BACKED_NONE,   /* there is nothing */
	BACKED_HOST,   /* source is a path of the host */
	BACKED_LAYER,  /* the same, through an overlay */
	BACKED_LAUNCH, /* source is a path of the host that is made at launch */
	BACKED_UPPER,  /* made in the writable layer of an overlay */
	BACKED_MEMORY, /* a tmpfs */
	BACKED_DATA,   /* what a descriptor of the caller reads */
	BACKED_PROC,   /* the kernel, about processes */
	BACKED_DEVPTS, /* the kernel, terminals */
	BACKED_MQUEUE, /* the kernel, message queues */
	BACKED_MASK,   /* nothing: hidden */
};

/* For what is absent, op, type, backing and source are those of the folder where the path ends. */
struct view_answer {
	enum view_exists exists;
	int reason;                 /* VIEW_ABSENT: why, an errno */
	char missing[NAME_MAX + 1]; /* the name that the folder @path does not have; or empty */
	char path[PATH_MAX];        /* without links; if absent, how far it leads */
	mode_t type;                /* S_IFDIR, S_IFREG, …; links are followed */
	enum view_backing backing;
	char source[PATH_MAX]; /* the host's path, or empty */
	bool hidden;           /* by a mask */
	bool readable, writable;
	char why_not[256];          /* if not writable: the reason */
	const struct op *closed_by; /* the operation that made a mount read-only, if one did */
	const struct op *op;        /* what made it so; NULL: nobody, the root starts out empty */
};

/**
 * view_build: model the root that this plan makes.
 *
 * Returns 0 and *ret, or a negative errno: a launch would fail, in the operation that e names.
 */
_must_check_ int view_build(const struct plan *plan, struct view **ret, struct err *e);

/* What that absolute path is inside. */
void view_why(struct view *view, const char *path, struct view_answer *ret);
void view_free(struct view *view);

/* "folder", "file", … */
const char *view_type_name(mode_t type);

/* "host", "tmpfs", …: one word each. */
const char *view_backing_name(enum view_backing backing);
