/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * diff.h - what a layer changes in what lies below it
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "plan/plan.h"

enum diff_kind {
	DIFF_ADDED,
	DIFF_CHANGED, /* type, mode, owner, contents or attributes; not times alone */
	DIFF_REMOVED, /* with all below it */
};

/* One path; the folders are open where there is such an entry, else -1. */
struct diff_entry {
	enum diff_kind kind;
	const char *path; /* from the root: "/etc/hosts" */
	const char *name; /* the last component, below both folders */
	int upper_dirfd, lower_dirfd;
	bool is_dir; /* what there is now, or was */
};

/* Called for each, in the order of the names; a negative errno ends the search. */
typedef int diff_report(void *arg, const struct diff_entry *entry, struct err *e);

struct diff_start {
	int upper_fd;
	const int *lower_fds; /* top first */
	size_t lower_count;
	enum overlay_driver driver; /* whose marks are in the upper folder */
	diff_report *report;
	void *arg;
};

/**
 * diff_run: every path that differs.
 *
 * A removed entry is a whiteout: a character device 0:0, or with fuse-overlayfs also a file
 * ".wh.NAME". A folder that hides all of its name below is marked opaque, by an extended
 * attribute or a file ".wh..wh..opq". See the kernel's Documentation/filesystems/overlayfs.rst.
 */
_must_check_ int diff_run(const struct diff_start *start, struct err *e);
