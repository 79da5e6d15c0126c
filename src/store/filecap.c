/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filecap.c - see filecap.h
 */
#define _GNU_SOURCE
#include <endian.h>
#include <linux/capability.h>
#include <stdint.h>
#include <string.h>

#include "store/filecap.h"

_Static_assert(sizeof(struct filecap) == XATTR_CAPS_SZ_2, "the form of version 2");

bool filecap_read(const void *value, size_t size, struct filecap *ret)
{
	uint32_t magic;

	if (size != XATTR_CAPS_SZ_2 && size != XATTR_CAPS_SZ_3)
		return false;
	memcpy(&magic, value, sizeof(magic));
	magic = le32toh(magic);
	uint32_t revision = magic & VFS_CAP_REVISION_MASK;
	if (revision != (size == XATTR_CAPS_SZ_2 ? VFS_CAP_REVISION_2 : VFS_CAP_REVISION_3))
		return false;
	memcpy(ret->bytes, value, sizeof(ret->bytes));
	magic = htole32((magic & ~VFS_CAP_REVISION_MASK) | VFS_CAP_REVISION_2);
	memcpy(ret->bytes, &magic, sizeof(magic));
	return true;
}
