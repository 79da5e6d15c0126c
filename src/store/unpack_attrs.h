/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack_attrs.h - owner, mode, time, lists and attributes of what is unpacked
 *
 * The order is the kernel's: a file is written to before it may be read-only; a new owner takes
 * setuid and capabilities away; a new mode changes the mask of an access control list.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "base/err.h"
#include "store/acl.h"
#include "store/filecap.h"
#include "store/libarchive.h"

struct attrs {
	uid_t uid;
	gid_t gid;
	mode_t mode; /* without the type */
	struct timespec mtime;
	struct acl acls[ACL_KINDS];
	bool has_filecap;
	struct filecap filecap;
};

/* Reads all from the entry of @path; attrs_free() in any case. */
_must_check_ int attrs_read(const struct libarchive *lib, struct archive_entry *entry,
			    const char *path, struct attrs *ret, struct err *e);
void attrs_free(struct attrs *attrs);

/* Sets the attributes of the user, "user.*", at once; those of overlays are not kept. */
_must_check_ int attrs_set_user(const struct libarchive *lib, struct archive_entry *entry, int fd,
				const char *path, struct err *e);

/* Sets everything else. */
_must_check_ int attrs_set(const struct attrs *attrs, int fd, const char *path, struct err *e);

/* What a symbolic link can have: owner and time. */
_must_check_ int attrs_set_link(const struct attrs *attrs, int dirfd, const char *name,
				const char *path, struct err *e);
