/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ctx.h - what the stages hand to one another inside the new namespaces
 *
 * Lives in the process that becomes pid 1. The descriptors are its own and close-on-exec.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "plan/plan.h"

/* Which file or folder it is, whichever mount shows it. */
struct identity {
	uint32_t dev_major, dev_minor;
	uint64_t inode;
};

struct ctx {
	const struct plan *plan;
	int proc_fd;    /* O_PATH on the host's /proc, good until the program runs */
	int stage_fd;	/* the tmpfs that the new root begins as */
	int root_fd;    /* the same, or what replaced it: the top mount of the new root: everything inside is resolved from here */
	uint64_t root_mount_id, root_inode; /* of root_fd, to know it again */
	struct identity host_root;	    /* the caller's "/" */
	unsigned stacked; /* our mounts on top of that: scratch, the new root, what replaced it */
	int scratch_fd; /* a tmpfs outside the new root, for contents that are bound; -1: not made yet */
	unsigned scratch_names; /* files and folders made in it so far */
	bool no_tree_attr; /* open_tree_attr(2) was tried and is not there */
};

static inline struct ctx ctx_new(const struct plan *plan)
{
	return (struct ctx){ .plan = plan, .proc_fd = -1, .stage_fd = -1, .root_fd = -1,
			     .scratch_fd = -1 };
}
