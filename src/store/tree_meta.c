/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_meta.c - see tree_meta.h
 *
 * The order: the owner, since chown(2) takes capabilities and setuid bits away; attributes, while
 * the new file is still ours to write; the mode, whose group bits are an ACL's mask, so that it
 * stays what the ACL said; the times, which all of the others may change.
 *
 * A symlink has no mode, and none of the attributes that are kept.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "store/tree_meta.h"
#include "store/tree_mode.h"

/* The id to give. */
static int shift_id(const struct id_map *map, uint32_t id, const char *what,
		    const struct tree_visit *visit, uint32_t *ret, struct err *e)
{
	*ret = id;
	if (!map || id_map_outside(map, id, ret))
		return 0;
	tree_fail(e, EOVERFLOW, "copy", visit->path);
	snprintf(e->reason, sizeof(e->reason), "there is no place for the %s id %" PRIu32, what,
		 id);
	return -EOVERFLOW;
}

static int copy_owner(const struct tree_shift *shift, const struct tree_visit *visit, int to,
		      struct err *e)
{
	uint32_t uid, gid;
	int r = shift_id(shift->uid, visit->st->st_uid, "user", visit, &uid, e);

	if (r == 0)
		r = shift_id(shift->gid, visit->st->st_gid, "group", visit, &gid, e);
	if (r < 0)
		return r;
	if (fchownat(to, "", uid, gid, AT_EMPTY_PATH) == 0)
		return 0;
	tree_fail(e, errno, "copy the owner of", visit->path);
	snprintf(e->reason, sizeof(e->reason), "%" PRIu32 ":%" PRIu32 ": %s", uid, gid,
		 err_reason(e));
	return -e->code;
}

int tree_meta_copy(struct tree_attr *attr, const struct tree_visit *visit, int from, int to,
		   struct err *e)
{
	const struct stat *st = visit->st;
	const struct timespec times[2] = { st->st_atim, st->st_mtim };
	const bool is_place = !S_ISREG(st->st_mode) && !S_ISDIR(st->st_mode);
	const bool is_link = S_ISLNK(st->st_mode);
	int r = copy_owner(attr->shift, visit, to, e);

	if (r == 0 && !is_link)
		r = tree_attr_copy(attr, visit->path, &(struct tree_node){ from, is_place },
				   &(struct tree_node){ to, is_place }, e);
	if (r < 0)
		return r;
	if (!is_link)
		r = is_place ? tree_mode_set(to, st->st_mode & 07777)
			     : (fchmod(to, st->st_mode & 07777) < 0 ? -errno : 0);
	if (r < 0)
		return tree_fail(e, -r, "copy the mode of", visit->path);
	if (utimensat(to, "", times, AT_EMPTY_PATH) < 0)
		return tree_fail(e, errno, "copy the times of", visit->path);
	return 0;
}
