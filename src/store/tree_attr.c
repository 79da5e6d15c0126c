/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_attr.c - see tree_attr.h
 *
 * Each attribute that is kept is a row below: how its name begins, and what its value goes through.
 * All others are the file system's, a security module's or the real root's own, and stay behind.
 *
 * ACLs: the kernel tells and takes ids as our namespace has them, so they are shifted as owners
 * are. Capabilities: it tells the ones of our namespace's root in the form of revision 2, others'
 * with the id of the root they were meant for (revision 3), and stores what we set in revision 2 as
 * meant for our root. See capabilities(7), "Namespaced file capabilities".
 *
 * What has no open file is reached by its name in /proc.
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/mem.h"
#include "store/tree_attr.h"
#include "store/tree_mode.h"

enum { LIST_SIZE = 64 * 1024, VALUE_SIZE = 64 * 1024 }; /* XATTR_LIST_MAX, XATTR_SIZE_MAX */

void tree_attr_begin(struct tree_attr *attr, const struct tree_shift *shift,
		     enum tree_copy_flags flags)
{
	static const struct tree_shift unchanged = { 0 };

	*attr = (struct tree_attr){ .shift = shift ? shift : &unchanged,
				    .flags = flags,
				    .names = xrealloc(NULL, LIST_SIZE),
				    .value = xrealloc(NULL, VALUE_SIZE) };
}

void tree_attr_end(struct tree_attr *attr)
{
	free_ptr(&attr->names);
	free_ptr(&attr->value);
}

/* --- values --- */

static bool shift_id(const struct id_map *map, uint32_t *id)
{
	return !map || id_map_outside(map, *id, id);
}

int tree_attr_shift_acl(const struct tree_shift *shift, void *acl, size_t size, uint32_t *ret_id)
{
	struct posix_acl_xattr_header header;
	struct posix_acl_xattr_entry entry;
	char *at = acl, *end = at + size;

	if (size < sizeof(header) || (size - sizeof(header)) % sizeof(entry))
		return -EINVAL;
	memcpy(&header, at, sizeof(header));
	if (le32toh(header.a_version) != POSIX_ACL_XATTR_VERSION)
		return -EINVAL;
	for (at += sizeof(header); at < end; at += sizeof(entry)) {
		memcpy(&entry, at, sizeof(entry));
		uint16_t tag = le16toh(entry.e_tag);
		uint32_t id = le32toh(entry.e_id);

		if (tag != ACL_USER && tag != ACL_GROUP)
			continue;
		if (!shift_id(tag == ACL_USER ? shift->uid : shift->gid, &id)) {
			*ret_id = id;
			return -EOVERFLOW;
		}
		entry.e_id = htole32(id);
		memcpy(at, &entry, sizeof(entry));
	}
	return 0;
}

size_t tree_attr_plain_caps(void *caps, size_t size)
{
	uint32_t magic;

	if (size != XATTR_CAPS_SZ_3)
		return size;
	memcpy(&magic, caps, sizeof(magic));
	magic = le32toh(magic);
	if ((magic & VFS_CAP_REVISION_MASK) != VFS_CAP_REVISION_3)
		return size;
	magic = htole32((magic & ~VFS_CAP_REVISION_MASK) | VFS_CAP_REVISION_2);
	memcpy(caps, &magic, sizeof(magic));
	return XATTR_CAPS_SZ_2;
}

/* --- one attribute of an open file or a place --- */

static ssize_t list_names(const struct tree_node *node, char *names)
{
	return node->is_place ? listxattr(tree_proc_name(node->fd).text, names, LIST_SIZE)
			      : flistxattr(node->fd, names, LIST_SIZE);
}

static ssize_t get(const struct tree_node *node, const char *name, void *value)
{
	return node->is_place ? getxattr(tree_proc_name(node->fd).text, name, value, VALUE_SIZE)
			      : fgetxattr(node->fd, name, value, VALUE_SIZE);
}

static int set(const struct tree_node *node, const char *name, const void *value, size_t size)
{
	return node->is_place ? setxattr(tree_proc_name(node->fd).text, name, value, size, 0)
			      : fsetxattr(node->fd, name, value, size, 0);
}

/* --- the attributes that are kept --- */

/* One copy of one attribute; its value is in attr->value. */
struct job {
	struct tree_attr *attr;
	const struct tree_node *to;
	const char *path, *name;
	size_t size;
};

static int put(const struct job *job, struct err *e)
{
	if (set(job->to, job->name, job->attr->value, job->size) == 0)
		return 0;
	tree_fail(e, errno, "set an extended attribute of", job->path);
	snprintf(e->reason, sizeof(e->reason), "%s: %s", job->name, strerror(e->code));
	return -e->code;
}

static int put_acl(const struct job *job, struct err *e)
{
	uint32_t id = 0;
	int r = tree_attr_shift_acl(job->attr->shift, job->attr->value, job->size, &id);

	if (r == 0)
		return put(job, e);
	tree_fail(e, -r, "copy the ACL of", job->path);
	if (r == -EOVERFLOW)
		snprintf(e->reason, sizeof(e->reason), "there is no place for the id %" PRIu32, id);
	return r;
}

static int put_caps(const struct job *job, struct err *e)
{
	const size_t size = tree_attr_plain_caps(job->attr->value, job->size);

	if (set(job->to, job->name, job->attr->value, size) == 0)
		return 0;
	if (errno != EPERM)
		return tree_fail(e, errno, "set capabilities of", job->path);
	job->attr->caps_lost++;
	return 0;
}

static const struct kind {
	const char *start;
	int (*put)(const struct job *job, struct err *e); /* NULL: left out */
	enum tree_copy_flags flags;                       /* a row for these only */
} kinds[] = {
	{ "user.overlay.", NULL, TREE_PLAIN },
	{ "user.fuseoverlayfs.", NULL, TREE_PLAIN },
	{ "user.", put, 0 },
	{ "security.capability", put_caps, 0 },
	{ "system.posix_acl_access", put_acl, 0 },
	{ "system.posix_acl_default", put_acl, 0 },
};

static const struct kind *kind_of(const char *name, enum tree_copy_flags flags)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if ((kinds[i].flags & flags) == kinds[i].flags &&
		    strncmp(name, kinds[i].start, strlen(kinds[i].start)) == 0)
			return &kinds[i];
	}
	return NULL;
}

static int copy_one(struct job *job, const struct tree_node *from, struct err *e)
{
	const struct kind *kind = kind_of(job->name, job->attr->flags);

	if (!kind || !kind->put)
		return 0;
	ssize_t size = get(from, job->name, job->attr->value);
	if (size < 0 && errno == ENODATA)
		return 0; /* removed meanwhile */
	if (size < 0 && errno == EOVERFLOW && kind->put == put_caps) {
		job->attr->caps_lost++; /* those of a root that this namespace has no id for */
		return 0;
	}
	if (size < 0)
		return tree_fail(e, errno, "read an extended attribute of", job->path);
	job->size = (size_t)size;
	return kind->put(job, e);
}

int tree_attr_copy(struct tree_attr *attr, const char *path, const struct tree_node *from,
		   const struct tree_node *to, struct err *e)
{
	struct job job = { .attr = attr, .to = to, .path = path };
	ssize_t size = list_names(from, attr->names);

	if (size < 0 && errno == ENOTSUP)
		return 0;
	if (size < 0)
		return tree_fail(e, errno, "list the extended attributes of", path);
	for (const char *name = attr->names; name < attr->names + size; name += strlen(name) + 1) {
		job.name = name;
		int r = copy_one(&job, from, e);
		if (r < 0)
			return r;
	}
	return 0;
}
