/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_data.h - the contents of a file, with its holes
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/macros.h"

/* What was learnt of the two file systems from earlier files. */
struct tree_data {
	char *buffer;
	bool no_clone, no_range;
};

/* Copies @size bytes, or up to the end that is found before, to an empty file. 0 or -errno. */
_must_check_ int tree_data_copy(struct tree_data *data, int from, int to, off_t size, bool sparse);

void tree_data_free(struct tree_data *data);
