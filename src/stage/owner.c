/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * owner.c - see owner.h
 *
 * The top folder may be a later addition of somebody's, so the folders of the system in it are
 * looked at too. What is there must belong to 0.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/log.h"
#include "stage/owner.h"

/* What stat(2) says of an owner that is not mapped, and of a mapped "nobody", who owns no root. */
enum { OVERFLOW_ID = 65534 };

static const char import_hint[] =
	"crannog rootfs import DIR NAME makes a copy that belongs to the ids of --map-ids";

/* The convention under which that number outside is root's. */
static const char *hint_for(const struct plan *plan, uid_t outside)
{
	uint32_t first;

	if (outside == plan->host_uid)
		return "it was made under another convention: enter it with --map-ids auto, or "
		       "crannog rootfs import DIR NAME makes a copy for this one";
	if (id_map_outside(&plan->ids.uid, plan->ids.kind == MAP_AUTO ? 1 : 0, &first) &&
	    outside == first)
		return "it was made under another convention: enter it with --map-ids subid, or "
		       "crannog rootfs import DIR NAME makes a copy for this one";
	return import_hint;
}

static int refuse(const struct plan *plan, uid_t inside, const char *path, struct err *e)
{
	uint32_t outside;

	if (inside == OVERFLOW_ID || !id_map_outside(&plan->ids.uid, inside, &outside)) {
		log_warning("%s belongs to a user that is not mapped, so it cannot be changed "
			    "inside",
			    path);
		return 0;
	}
	err_refuse(e, "use as the root", path,
		   "it belongs to the user %u outside, who is %u inside, and not to the inside's "
		   "root",
		   outside, inside);
	return err_hint(e, hint_for(plan, outside));
}

int owner_check(const struct plan *plan, int dirfd, const char *path, struct err *e)
{
	static const char *const places[] = { "", "usr", "etc", "var" };
	struct stat st;

	for (size_t i = 0; plan->maps_outside && i < ARRAY_SIZE(places); i++) {
		int flags = places[i][0] ? AT_SYMLINK_NOFOLLOW : AT_EMPTY_PATH;

		if (fstatat(dirfd, places[i], &st, flags) < 0) {
			if (errno == ENOENT || errno == EACCES)
				continue;
			return err_set(e, errno, "look at the owner of", path);
		}
		if (st.st_uid != 0)
			return refuse(plan, st.st_uid, path, e);
	}
	return 0;
}
