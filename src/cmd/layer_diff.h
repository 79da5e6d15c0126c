/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * layer_diff.h - `crannog layer diff`
 */
#pragma once

#include "store/store.h"

enum layer_diff_form {
	LAYER_DIFF_LIST,  /* "A /path" */
	LAYER_DIFF_PATCH, /* the changes of text files, as diff(1) -u has them */
	LAYER_DIFF_JSON,
};

_must_check_ int layer_diff(const struct item *item, enum layer_diff_form form, struct err *e);
