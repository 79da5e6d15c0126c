/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_meta.h - what a file has besides its contents: owner, attributes, mode, times
 */
#pragma once

#include "store/tree.h"
#include "store/tree_attr.h"

/**
 * tree_meta_copy: give the new file @to what the visited one, @from, has.
 *
 * Both are open for reading or writing if they are files or folders, else O_PATH.
 */
_must_check_ int tree_meta_copy(struct tree_attr *attr, const struct tree_visit *visit, int from,
				int to, struct err *e);
