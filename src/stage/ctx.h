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

struct layers;
struct net_beside;

/* What a server of an overlay gets: see fuse.h. */
struct server {
	int fuse_fd;
	const struct layers *layers;
};

/* Has a server started by who can; returns when it was asked for. */
typedef int serve_function(void *arg, const struct server *server, struct err *e);

struct ctx {
	const struct plan *plan;
	int proc_fd; /* O_PATH on the host's /proc, good until the program runs */
	int base_fd; /* a tmpfs that holds the rest, never reachable from inside; see root.c */
	unsigned scratch_names; /* files and folders made in it so far */
	int root_fd; /* the top mount of the new root: everything inside is resolved from here */
	uint64_t root_mount_id, root_inode; /* of root_fd, to know it again */
	bool no_tree_attr;                  /* open_tree_attr(2) was tried and is not there */
	struct net_beside *net;             /* the network, made beside; NULL: it is ours already */
	serve_function *serve;
	void *serve_arg;
};

static inline struct ctx ctx_new(const struct plan *plan)
{
	return (struct ctx){ .plan = plan, .proc_fd = -1, .base_fd = -1, .root_fd = -1 };
}
