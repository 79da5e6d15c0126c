/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_ops.h - what each operation of a plan does to the model; see view_tree.h
 */
#pragma once

#include "plan/view_tree.h"

/* All operations in order; 0, or a negative errno and the message that a launch would give. */
_must_check_ int view_apply(struct tree *tree, struct err *e);
