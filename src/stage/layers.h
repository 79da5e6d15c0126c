/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * layers.h - the folders that an overlay is made of, open
 */
#pragma once

#include "base/err.h"
#include "stage/ctx.h"

struct layers {
	int *fds; /* bottom to top */
	size_t count;
	int upper_fd, work_fd; /* -1: read-only */
	bool has_seeds;        /* the top one of fds holds them */
	bool upper_is_ours;    /* it was made for this launch, and so was work_fd */

	/*
	 * For a server in another mount namespace, where none of our mounts has a path: a file
	 * system mounted nowhere, with what is ours, and folders for what is not, which is
	 * detached too. upper_fd is then the folder that upper and work are both in.
	 */
	int apart_fd;
};

/* In it, or in the layer, which has a folder of its own in it. */
#define LAYERS_UPPER "upper"
#define LAYERS_WORK "work"
#define LAYERS_SEEDS "seeds"
#define LAYERS_LAYER "layer"

#define auto_layers_ __attribute__((cleanup(layers_close)))
#define LAYERS_NONE ((struct layers){ .upper_fd = -1, .work_fd = -1, .apart_fd = -1 })

/**
 * layers_open: every folder of one OP_OVERLAY, in the order of the plan.
 *
 * @apart: for a server, see above
 *
 * Those of the caller's are opened as the caller; with UPPER_TMP the upper ones are made in the
 * scratch space. Seeds are written there too, as the top one of @fds: each where a layer has its
 * folder, with that folder's mode, and left out where none has.
 */
int layers_open(struct ctx *ctx, const struct op *op, bool apart, struct layers *ret,
		struct err *e);
void layers_close(struct layers *layers);
