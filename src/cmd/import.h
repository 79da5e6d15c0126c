/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * import.h - a new root, from what there is
 */
#pragma once

#include "store/store.h"

/**
 * import_root: make the root @name.
 * @source: a folder, an archive, "-" for one on standard input, or mmdebstrap:SUITE[,OPTION...]
 * @kind: the convention that its files are to have
 *
 * The root appears whole or not at all. -EEXIST: there is one of that name.
 */
_must_check_ int import_root(const struct store *store, const char *source, const char *name,
			     enum map_kind kind, struct arena *arena, struct err *e);

/* The same for an open archive, with its digest. */
_must_check_ int import_archive(const struct store *store, int archive_fd, const char *digest,
				const char *name, enum map_kind kind, struct arena *arena,
				struct err *e);
