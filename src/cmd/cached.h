/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cached.h - roots that were unpacked from archives, found again by what is in those
 */
#pragma once

#include "store/store.h"

/**
 * cached_root: the root of the archive that is open on @archive_fd.
 * @kind: the convention its files are to have; with one id, that of MAP_AUTO
 * @unpacks: unpack it if it is not there; else it is only said where it would be
 * @ret_item: locked for as long as its root is used, or closed; @ret_path: of its tree
 */
_must_check_ int cached_root(int archive_fd, enum map_kind kind, bool unpacks, struct arena *arena,
			     struct item *ret_item, char **ret_path, struct err *e);
