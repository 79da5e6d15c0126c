/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * acl.c - see acl.h
 *
 * The kernel wants the entries in the order of their tags, which is that of the tags' numbers.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/acl.h"

typedef struct posix_acl_xattr_entry wire;

enum { ENTRIES_MAX = 1024 }; /* no file system takes as many */

static const struct {
	int archive;
	uint16_t kernel;
} tags[] = {
	{ ARCHIVE_ENTRY_ACL_USER_OBJ, ACL_USER_OBJ },   { ARCHIVE_ENTRY_ACL_USER, ACL_USER },
	{ ARCHIVE_ENTRY_ACL_GROUP_OBJ, ACL_GROUP_OBJ }, { ARCHIVE_ENTRY_ACL_GROUP, ACL_GROUP },
	{ ARCHIVE_ENTRY_ACL_MASK, ACL_MASK },           { ARCHIVE_ENTRY_ACL_OTHER, ACL_OTHER },
};

const char *acl_attribute(enum acl_kind kind)
{
	return kind == ACL_ACCESS ? "system.posix_acl_access" : "system.posix_acl_default";
}

static int archive_type(enum acl_kind kind)
{
	return kind == ACL_ACCESS ? ARCHIVE_ENTRY_ACL_TYPE_ACCESS : ARCHIVE_ENTRY_ACL_TYPE_DEFAULT;
}

static int by_tag(const void *a, const void *b)
{
	const wire *x = a, *y = b;
	uint32_t x_id = le32toh(x->e_id), y_id = le32toh(y->e_id);

	if (x->e_tag != y->e_tag)
		return le16toh(x->e_tag) < le16toh(y->e_tag) ? -1 : 1;
	return x_id < y_id ? -1 : x_id > y_id;
}

static bool has_id(uint16_t tag)
{
	return tag == ACL_USER || tag == ACL_GROUP;
}

static int encode_entry(int tag, int permissions, int id, wire *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		if (tags[i].archive != tag)
			continue;
		if (has_id(tags[i].kernel) && id == -1)
			return -ENOENT; /* a name alone */
		*ret = (wire){
			.e_tag = htole16(tags[i].kernel),
			.e_perm = htole16(permissions & (ACL_READ | ACL_WRITE | ACL_EXECUTE)),
			.e_id = htole32(has_id(tags[i].kernel) ? (uint32_t)id : ACL_UNDEFINED_ID),
		};
		return 0;
	}
	return -EINVAL;
}

int acl_encode(const struct libarchive *lib, struct archive_entry *entry, enum acl_kind kind,
	       const char *path, struct acl *ret, struct err *e)
{
	const struct posix_acl_xattr_header header = { .a_version =
							       htole32(POSIX_ACL_XATTR_VERSION) };
	int type, permissions, tag, id, want = archive_type(kind), r = 0;
	auto_free_ wire *entries = NULL;
	const char *name;
	size_t count = 0;

	if (lib->archive_entry_acl_reset(entry, want) <= 0)
		return 0;
	while (r >= 0 && lib->archive_entry_acl_next(entry, want, &type, &permissions, &tag, &id,
						     &name) == ARCHIVE_OK) {
		if (count == ENTRIES_MAX)
			return err_refuse(e, "unpack", path, "its access control list is too long");
		entries = grow(entries, count, sizeof(*entries));
		r = encode_entry(tag, permissions, id, &entries[count++]);
	}
	if (r == -ENOENT)
		return err_refuse(e, "unpack", path,
				  "its access control list has names without numbers");
	if (r < 0)
		return err_refuse(e, "unpack", path, "its access control list is not POSIX");
	if (count == 0)
		return 0;
	qsort(entries, count, sizeof(*entries), by_tag);
	ret->size = sizeof(header) + count * sizeof(*entries);
	ret->data = xrealloc(NULL, ret->size);
	memcpy(ret->data, &header, sizeof(header));
	memcpy((char *)ret->data + sizeof(header), entries, count * sizeof(*entries));
	return 0;
}

static int decode_entry(const struct libarchive *lib, struct archive_entry *entry, int type,
			const wire *from)
{
	uint16_t tag = le16toh(from->e_tag);

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		if (tags[i].kernel == tag)
			return lib->archive_entry_acl_add_entry(
				entry, type, le16toh(from->e_perm), tags[i].archive,
				has_id(tag) ? (int)le32toh(from->e_id) : -1, NULL);
	}
	return ARCHIVE_FAILED;
}

int acl_decode(const struct libarchive *lib, struct archive_entry *entry, enum acl_kind kind,
	       const char *path, const struct acl *acl, struct err *e)
{
	struct posix_acl_xattr_header header;
	const char *data = acl->data;
	wire from;

	for (size_t at = sizeof(header); at < acl->size; at += sizeof(from)) {
		if (acl->size - at < sizeof(from))
			return err_set(e, EINVAL, "read the access control list of", path);
		memcpy(&from, data + at, sizeof(from));
		if (decode_entry(lib, entry, archive_type(kind), &from) != ARCHIVE_OK)
			return err_set(e, EINVAL, "read the access control list of", path);
	}
	return 0;
}
