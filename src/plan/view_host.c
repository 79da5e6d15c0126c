/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_host.c - see view_host.h
 *
 * Permissions are asked of the kernel where it can know the answer, since there may be access
 * lists; they are worked out from the mode for things that are not there yet, and for a caller
 * who is root: inside, the program's capabilities count, not the caller's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "base/sys.h"
#include "plan/view_host.h"

int host_look(struct tree *tree, const char *path, bool follow, struct thing *ret)
{
	const unsigned mask =
		STATX_TYPE | STATX_MODE | STATX_UID | STATX_GID | STATX_INO | STATX_MNT_ID;
	struct statx st;

	if (statx(AT_FDCWD, path, (follow ? 0 : AT_SYMLINK_NOFOLLOW) | AT_NO_AUTOMOUNT, mask, &st) <
	    0)
		return -errno;
	*ret = (struct thing){
		.host = path,
		.mode = st.stx_mode,
		.uid = st.stx_uid,
		.gid = st.stx_gid,
		.dev = makedev(st.stx_dev_major, st.stx_dev_minor),
		.ino = st.stx_ino,
		.mount_id = st.stx_mask & STATX_MNT_ID ? st.stx_mnt_id : 0,
		.is_mount_root = st.stx_attributes & STATX_ATTR_MOUNT_ROOT,
	};
	const struct made *made = NULL;
	if (tree->modes_changed)
		made = table_get(&tree->table, ret->dev, ret->ino, "");
	if (made) {
		ret->mode = made->mode;
		ret->has_new_mode = true;
	}
	return 0;
}

const char *host_join(struct tree *tree, const char *folder, const char *name)
{
	size_t length = strlen(folder), name_size = strlen(name) + 1;

	while (length > 0 && folder[length - 1] == '/')
		length--;
	char *path = arena_alloc(&tree->arena, length + 1 + name_size);
	memcpy(path, folder, length);
	path[length] = '/';
	memcpy(path + length + 1, name, name_size);
	return path;
}

static bool is_magic(const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS };
	auto_close_ int fd = sys_openat2(AT_FDCWD, path, &how);

	return fd < 0 && errno == ELOOP;
}

int host_link(const struct thing *thing, char text[PATH_MAX])
{
	struct stat st;
	ssize_t length = readlink(thing->host, text, PATH_MAX - 1);

	if (length < 0)
		return -errno;
	text[length] = '\0';
	/* Links of procfs do not say how long they are; only they can be magic. */
	if (lstat(thing->host, &st) == 0 && st.st_size != length && is_magic(thing->host))
		return -EREMOTE;
	return 0;
}

bool host_is_whiteout(const struct thing *thing)
{
	struct stat st;

	return !thing->made && S_ISCHR(thing->mode) && lstat(thing->host, &st) == 0 &&
	       st.st_rdev == 0;
}

bool host_is_opaque(const struct thing *thing)
{
	char value;

	if (thing->made || !S_ISDIR(thing->mode))
		return false;
	return lgetxattr(thing->host, "user.overlay.opaque", &value, 1) == 1 && value == 'y';
}

static bool in_group(const struct tree *tree, gid_t gid)
{
	if (gid == tree->plan->host_gid)
		return true;
	for (int i = 0; i < tree->group_count; i++) {
		if (tree->groups[i] == gid)
			return true;
	}
	return false;
}

static bool has_own_namespace(const struct plan *plan)
{
	return (plan->unshare & CLONE_NEWUSER) || plan->userns_fd >= 0;
}

bool tree_is_all_powerful(const struct tree *tree)
{
	return tree->plan->host_uid == 0 && !has_own_namespace(tree->plan);
}

/* Does a capability over files reach it? In a user namespace only if its owner is known there. */
static bool has_power_over(const struct tree *tree, const struct thing *thing, enum who who)
{
	const struct plan *plan = tree->plan;
	bool own_namespace = has_own_namespace(plan);

	if (who == AS_PROGRAM ? !(plan->caps >> CAP_DAC_OVERRIDE & 1)
			      : !own_namespace && plan->host_uid)
		return false;
	return !own_namespace || (thing->uid == plan->host_uid && thing->gid == plan->host_gid);
}

/* R_OK, W_OK and X_OK are the bits of a mode. */
static bool mode_allows(const struct tree *tree, const struct thing *thing, int want)
{
	mode_t bits = thing->mode;

	if (thing->uid == tree->plan->host_uid)
		bits >>= 6;
	else if (in_group(tree, thing->gid))
		bits >>= 3;
	return (bits & (mode_t)want) == (mode_t)want;
}

bool host_is_read_only(const struct thing *thing)
{
	struct statvfs fs;

	if (S_ISCHR(thing->mode) || S_ISBLK(thing->mode) || S_ISFIFO(thing->mode) ||
	    S_ISSOCK(thing->mode))
		return false;
	return !thing->made && statvfs(thing->host, &fs) == 0 && (fs.f_flag & ST_RDONLY);
}

int tree_may(struct tree *tree, const struct place *place, int want, enum who who)
{
	const struct thing *thing = &place->thing;
	bool ask = !thing->made && !thing->has_new_mode && tree->plan->host_uid != 0;

	if ((want & W_OK) && place->mount->kind != MOUNT_OVERLAY && host_is_read_only(thing))
		return -EROFS;
	if (has_power_over(tree, thing, who))
		return 0;
	if (ask && faccessat(AT_FDCWD, thing->host, want, AT_EACCESS) == 0)
		return 0;
	/* A layer of an overlay may be on a read-only file system: that is no obstacle. */
	if (ask && errno != EROFS)
		return -EACCES;
	return mode_allows(tree, thing, want) ? 0 : -EACCES;
}
