/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_file.h - files, folders, links and modes in the model; as stage/file.h
 */
#pragma once

#include "plan/view_tree.h"

/* The operation at hand; 0, or a negative errno with the message that a launch would give. */
_must_check_ int view_file_dir(struct tree *tree, struct err *e);
_must_check_ int view_file_copy(struct tree *tree, struct err *e);
_must_check_ int view_file_symlink(struct tree *tree, struct err *e);
_must_check_ int view_file_chmod(struct tree *tree, struct err *e);
