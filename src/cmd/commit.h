/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * commit.h - what a layer holds becomes something of its own
 */
#pragma once

#include "store/store.h"

/* The root @name: what lies below the layer, with its changes. The layer stays. */
_must_check_ int commit_to_root(const struct item *layer, const char *name, struct err *e);

/* The layer @name: a copy, over the same root. */
_must_check_ int commit_to_layer(const struct store *layers, const struct item *layer,
				 const char *name, struct err *e);
