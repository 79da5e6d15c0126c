/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inside.h - the parts of `rootfs` and `layer` that run where the ids of the files exist
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "plan/ids.h"
#include "store/pack.h"
#include "store/tree.h"

/* What a folder takes. */
int inside_usage(const struct ids *ids, int dirfd, struct tree_usage *ret, struct err *e);

/* The tree @from_fd, copied to the new folder @name in @to_dirfd. */
int inside_copy(const struct ids *ids, int from_fd, const struct tree_shift *shift, unsigned flags,
		int to_dirfd, const char *name, struct err *e);

/* An archive, unpacked to the new folder @name in @to_dirfd. */
int inside_unpack(const struct ids *ids, int archive_fd, int to_dirfd, const char *name,
		  struct err *e);

/* A folder as an archive. */
int inside_pack(const struct ids *ids, int dirfd, int out_fd, enum pack_kind kind,
		enum pack_filter filter, struct err *e);
