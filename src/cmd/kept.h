/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * kept.h - the roots and layers that a request names, and what becomes of them in its plan
 */
#pragma once

#include "front/options.h"
#include "store/store.h"

struct kept {
	struct arena *arena; /* the plan's */
	struct item root, layer;
	char *root_path; /* absolute */
};

#define KEPT_NONE ((struct kept){ .root = ITEM_CLOSED, .layer = ITEM_CLOSED })

/**
 * kept_resolve: names become paths, before plan_check().
 * @unpacks: an archive may be unpacked; else it is only said where it would be
 *
 * The root is locked against its removal, by a descriptor that plan->held_fds has.
 */
_must_check_ int kept_resolve(struct kept *kept, struct request *request, bool unpacks,
			      struct err *e);

/* After plan_check(), to run: the layer is made if need be, and is ours until all has ended. */
_must_check_ int kept_open_layer(struct kept *kept, struct request *request, struct err *e);
