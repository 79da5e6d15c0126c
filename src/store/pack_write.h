/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pack_write.h - one file becomes one entry of an archive
 */
#pragma once

#include <sys/stat.h>

#include "base/err.h"
#include "store/libarchive.h"
#include "store/pack.h"

struct packer {
	struct libarchive lib;
	struct archive *archive;
	struct archive_entry *entry;
	char *buffer; /* of BUFFER_SIZE */
	void *links;  /* tsearch(3): files with more than one name, by number */
	int out_fd;
	int write_error; /* errno, positive; after one nothing is written any more */
};

/* What an entry is made of. */
struct item {
	const char *path; /* in the archive */
	int dirfd;        /* the folder it is in */
	const char *name; /* in there */
	int fd;           /* of a file or a folder; else -1 */
	const struct stat *st;
};

/* packer_end() in any case; the archive is whole only after packer_finish(). Must not be moved. */
_must_check_ int packer_start(struct packer *packer, int out_fd, enum pack_filter filter,
			      struct err *e);
_must_check_ int packer_add(struct packer *packer, const struct item *item, struct err *e);

/* A file without contents, owner and time: a whiteout. */
_must_check_ int packer_add_empty(struct packer *packer, const char *path, struct err *e);
_must_check_ int packer_finish(struct packer *packer, struct err *e);
void packer_end(struct packer *packer);
