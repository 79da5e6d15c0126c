/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * idmap.c - see idmap.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "base/io.h"
#include "stage/idmap.h"

static const char denied_hint[] =
	"this machine keeps ordinary users from using user namespaces (AppArmor, a sysctl or a "
	"container): "
	"crannog doctor names the setting";

static int write_map(int self_fd, const char *file, unsigned inside, unsigned outside,
		     const char *what, struct err *e)
{
	char line[32];

	snprintf(line, sizeof(line), "%u %u 1\n", inside, outside);
	int r = write_file_at(self_fd, file, line);
	if (r >= 0)
		return 0;
	err_set(e, -r, what, NULL);
	return r == -EPERM || r == -EACCES ? err_hint(e, denied_hint) : r;
}

int idmap_write(int proc_fd, const struct idmap *map, struct err *e)
{
	auto_close_ int self_fd = openat(proc_fd, "self", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (self_fd < 0)
		return err_set(e, errno, "open", "/proc/self");
	int r = write_map(self_fd, "uid_map", map->uid, map->host_uid, "set up uid map", e);
	if (r < 0)
		return r;
	r = write_file_at(self_fd, "setgroups", "deny\n");
	if (r < 0)
		return err_set(e, -r, "write to setgroups", NULL);
	return write_map(self_fd, "gid_map", map->gid, map->host_gid, "set up gid map", e);
}

/* setfsuid(2) and setfsgid(2) fail silently: only the next call tells. */
static bool set_ids(uid_t uid, gid_t gid)
{
	setfsgid(gid);
	if ((gid_t)setfsgid((gid_t)-1) != gid)
		return false;
	setfsuid(uid);
	return (uid_t)setfsuid((uid_t)-1) == uid;
}

int idmap_make_as(const struct plan *plan, bool as_root, struct err *e)
{
	uid_t uid = as_root ? 0 : getuid();
	gid_t gid = as_root ? 0 : getgid();

	if (!plan->make_as_root || (getuid() == 0 && getgid() == 0))
		return 0;
	return set_ids(uid, gid) ? 0
				 : err_set(e, EPERM, "switch the owner of files to",
					   as_root ? "the inside's root" : "the caller");
}
