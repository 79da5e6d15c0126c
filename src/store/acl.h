/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acl.h - access control lists, between an archive's entry and the kernel's attributes
 *
 * libarchive knows their entries; the kernel has "system.posix_acl_access" and
 * "system.posix_acl_default", whose form is that of linux/posix_acl_xattr.h. Ids are numbers.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "store/libarchive.h"

enum acl_kind { ACL_ACCESS, ACL_DEFAULT };

#define ACL_KINDS 2

/* A value of such an attribute: heap memory, or NULL and 0 if there is none. */
struct acl {
	void *data;
	size_t size;
};

/* "system.posix_acl_access" or "system.posix_acl_default". */
const char *acl_attribute(enum acl_kind kind);

/* What the entry of @path says. */
_must_check_ int acl_encode(const struct libarchive *lib, struct archive_entry *entry,
			    enum acl_kind kind, const char *path, struct acl *ret, struct err *e);

/* Gives the entry what the attribute says. */
_must_check_ int acl_decode(const struct libarchive *lib, struct archive_entry *entry,
			    enum acl_kind kind, const char *path, const struct acl *acl,
			    struct err *e);
