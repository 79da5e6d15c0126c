/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack_write.h - makes files, folders and links below a folder, and nowhere else
 *
 * Paths come from an archive and may be hostile. They are relative and clean: "usr/bin/sh", without
 * empty components, "." and ".."; the folder itself is "". The folder an entry is in is opened
 * with openat2(2), beneath the target, through no symbolic link and no mount. In there the last
 * component is made anew, and never followed.
 *
 * What is in the way goes, but for folders: one that is not empty stays, and a folder that was
 * there already is taken as it is.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct writer {
	int target_fd;
	int parent_fd;         /* the folder of the last entry; -1: none */
	char parent[PATH_MAX]; /* its path */
	bool hid;              /* what the last writer_make() replaced was a whiteout */
};

enum node_kind { NODE_FILE, NODE_FOLDER, NODE_SYMLINK, NODE_LINK, NODE_FIFO, NODE_WHITEOUT };

void writer_init(struct writer *writer, int target_fd);
void writer_close(struct writer *writer);

/**
 * writer_make: make the last component of a path.
 * @to: what a symbolic link says, or the path of the file a hard link is to
 * @ret_fd: of a file (writable), a folder or a fifo; else -1
 *
 * Modes are 0600 and 0700. Folders that lead there are made, with 0755; afterwards
 * writer->parent_fd is the one that holds the component.
 */
_must_check_ int writer_make(struct writer *writer, const char *path, enum node_kind kind,
			     const char *to, int *ret_fd, struct err *e);

/* Opens a folder that is there; negative errno, with nothing said. "" is the target. */
_must_check_ int writer_open(const struct writer *writer, const char *path, int *ret_fd);

/* The same, and makes it and those that lead there; what failed is said about @entry. */
_must_check_ int writer_open_or_make(const struct writer *writer, const char *path,
				     const char *entry, int *ret_fd, struct err *e);

/* The type of what is there, as in st_mode; 0: nothing, or it cannot be reached. */
mode_t writer_type(const struct writer *writer, const char *path);

/* The last component. */
const char *writer_name(const char *path);
