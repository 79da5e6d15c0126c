/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_dest.h - the destination of the operation at hand, in the model; as stage/dest.h
 *
 * All return 0 or a negative errno and leave the message to the caller.
 */
#pragma once

#include "plan/view_tree.h"

/* What is there already. */
_must_check_ int view_dest_open(struct tree *tree, struct walk_end *ret);

/*
 * What is there, or a folder or file made now: @mode with its type.
 * -ENOTDIR or -EISDIR if what is there is of the other kind.
 */
_must_check_ int view_dest_make(struct tree *tree, mode_t mode, struct place *ret);

/* The folder that the last component is in, made if need be; -EEXIST if there is none. */
_must_check_ int view_dest_parent(struct tree *tree, struct place *ret, const char **ret_name);

/* A file made, or opened to be overwritten: then *ret_there. */
_must_check_ int view_dest_open_file(struct tree *tree, struct place *ret, bool *ret_there);

/* Records a failure of these: that of the folders above, if it was theirs, else @what on dest. */
int view_dest_failed(const struct tree *tree, int code, const char *what, struct err *e);
