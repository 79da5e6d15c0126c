/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_host.h - looking at the host's files on behalf of the model; see view_tree.h
 *
 * What is there may change between the look and a launch: a prediction is of now.
 */
#pragma once

#include "plan/view_tree.h"

/* The thing at that path of the host, a link itself or what it leads to; 0 or a negative errno. */
int host_look(struct tree *tree, const char *path, bool follow, struct thing *ret);

/* The path of @name in that folder of the host. */
const char *host_join(struct tree *tree, const char *folder, const char *name);

/* A link's text; -EREMOTE if following it leads elsewhere than its text says (proc(5)). */
int host_link(const struct thing *thing, char text[PATH_MAX]);

/* An overlay's mark that a name is gone, and that lower layers do not shine through. */
bool host_is_whiteout(const struct thing *thing);
bool host_is_opaque(const struct thing *thing);

/* Has the host mounted it read-only? */
bool host_is_read_only(const struct thing *thing);

/* Is the set-up root of the host, not only in a user namespace of its own? */
bool tree_is_all_powerful(const struct tree *tree);

/**
 * tree_may: do owner, mode and access list let them? @want: of R_OK, W_OK and X_OK.
 *
 * Returns 0, -EACCES, or -EROFS where the host has mounted it read-only (not asked for overlays).
 */
int tree_may(struct tree *tree, const struct place *place, int want, enum who who);
