/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack_attrs.c - see unpack_attrs.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "store/unpack_attrs.h"

static bool begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

void attrs_free(struct attrs *attrs)
{
	for (size_t i = 0; i < ACL_KINDS; i++)
		free(attrs->acls[i].data);
	*attrs = (struct attrs){ 0 };
}

/* --- reading --- */

static int read_owner(const struct libarchive *lib, struct archive_entry *entry, const char *path,
		      struct attrs *ret, struct err *e)
{
	int64_t uid = lib->archive_entry_uid(entry), gid = lib->archive_entry_gid(entry);

	if (uid < 0 || uid >= UINT32_MAX || gid < 0 || gid >= UINT32_MAX)
		return err_refuse(e, "unpack", path, "its owner, %lld:%lld, is not a number of one",
				  (long long)uid, (long long)gid);
	ret->uid = (uid_t)uid;
	ret->gid = (gid_t)gid;
	return 0;
}

static int read_capabilities(const struct libarchive *lib, struct archive_entry *entry,
			     const char *path, struct attrs *ret, struct err *e)
{
	const char *name;
	const void *value;
	size_t size;

	lib->archive_entry_xattr_reset(entry);
	while (lib->archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
		if (!name || strcmp(name, FILECAP_ATTRIBUTE) != 0)
			continue;
		if (!filecap_read(value, size, &ret->filecap))
			return err_refuse(e, "unpack", path,
					  "its capabilities have an unknown form");
		ret->has_filecap = true;
	}
	return 0;
}

int attrs_read(const struct libarchive *lib, struct archive_entry *entry, const char *path,
	       struct attrs *ret, struct err *e)
{
	*ret = (struct attrs){
		.mode = lib->archive_entry_mode(entry) & 07777,
		.mtime = { lib->archive_entry_mtime(entry), lib->archive_entry_mtime_nsec(entry) },
	};
	int r = read_owner(lib, entry, path, ret, e);

	if (r >= 0)
		r = read_capabilities(lib, entry, path, ret, e);
	for (enum acl_kind kind = 0; r >= 0 && kind < ACL_KINDS; kind++)
		r = acl_encode(lib, entry, kind, path, &ret->acls[kind], e);
	return r;
}

/* --- setting --- */

int attrs_set_user(const struct libarchive *lib, struct archive_entry *entry, int fd,
		   const char *path, struct err *e)
{
	const char *name;
	const void *value;
	size_t size;

	lib->archive_entry_xattr_reset(entry);
	while (lib->archive_entry_xattr_next(entry, &name, &value, &size) == ARCHIVE_OK) {
		if (!name || !begins(name, "user.") || begins(name, "user.overlay.") ||
		    begins(name, "user.fuseoverlayfs."))
			continue;
		if (fsetxattr(fd, name, value, size, 0) < 0)
			return err_set(e, errno, "set an extended attribute of", path);
	}
	return 0;
}

/* Says which of the two numbers does not exist here. */
static int say_owner(const struct attrs *attrs, int dirfd, const char *name, int flags,
		     const char *path, struct err *e)
{
	int code = errno;

	if (code != EINVAL)
		return err_set(e, code, "set the owner of", path);
	if (fchownat(dirfd, name, attrs->uid, (gid_t)-1, flags) < 0 && errno == EINVAL)
		err_refuse(e, "set the owner of", path, "there is no user id %u here", attrs->uid);
	else
		err_refuse(e, "set the owner of", path, "there is no group id %u here", attrs->gid);
	return err_hint(e, "map more ids");
}

static int set_owner(const struct attrs *attrs, int dirfd, const char *name, int flags,
		     const char *path, struct err *e)
{
	if (fchownat(dirfd, name, attrs->uid, attrs->gid, flags) < 0)
		return say_owner(attrs, dirfd, name, flags, path, e);
	return 0;
}

static int set_time(const struct attrs *attrs, int dirfd, const char *name, const char *path,
		    struct err *e)
{
	const struct timespec times[] = { { .tv_nsec = UTIME_OMIT }, attrs->mtime };
	int r = name ? utimensat(dirfd, name, times, AT_SYMLINK_NOFOLLOW) : futimens(dirfd, times);

	return r < 0 ? err_set(e, errno, "set the time of", path) : 0;
}

int attrs_set_link(const struct attrs *attrs, int dirfd, const char *name, const char *path,
		   struct err *e)
{
	int r = set_owner(attrs, dirfd, name, AT_SYMLINK_NOFOLLOW, path, e);

	return r < 0 ? r : set_time(attrs, dirfd, name, path, e);
}

static int say_list(const char *path, struct err *e)
{
	if (errno != EINVAL)
		return err_set(e, errno, "set the access control list of", path);
	return err_refuse(e, "set the access control list of", path,
			  "it is malformed, or names an id that does not exist here");
}

int attrs_set(const struct attrs *attrs, int fd, const char *path, struct err *e)
{
	int r = set_owner(attrs, fd, "", AT_EMPTY_PATH, path, e);

	if (r < 0)
		return r;
	if (fchmod(fd, attrs->mode) < 0)
		return err_set(e, errno, "set the mode of", path);
	for (enum acl_kind kind = 0; kind < ACL_KINDS; kind++) {
		const struct acl *acl = &attrs->acls[kind];

		if (acl->data && fsetxattr(fd, acl_attribute(kind), acl->data, acl->size, 0) < 0)
			return say_list(path, e);
	}
	if (attrs->has_filecap &&
	    fsetxattr(fd, FILECAP_ATTRIBUTE, &attrs->filecap, sizeof(attrs->filecap), 0) < 0)
		return err_set(e, errno, "set the capabilities of", path);
	return set_time(attrs, fd, NULL, path, e);
}
