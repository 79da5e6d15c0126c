/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe_fs.c - file systems beyond the main job's: overlayfs and cgroup v2
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/sys.h"
#include "cmd/probe_tools.h"
#include "stage/mount.h"

/* --- overlayfs --- */

/* A tmpfs over "/", with folders for the layers; it is the working folder then. */
static int make_layers(struct err *e)
{
	static const char *const names[] = { "lower", "upper", "work" };
	auto_close_ int fd = mount_new("tmpfs", NULL, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);

	if (fd < 0)
		return err_set(e, -fd, "mount", "tmpfs");
	if (sys_move_mount(fd, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0 || fchdir(fd) < 0)
		return err_set(e, errno, "mount on", "/");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (mkdir(names[i], 0700) < 0)
			return err_set(e, errno, "make folder", names[i]);
	}
	return 0;
}

static int use_overlay(struct err *e)
{
	static const struct fs_option fs_options[] = { { "userxattr", NULL },
						       { "lowerdir", "lower" },
						       { "upperdir", "upper" },
						       { "workdir", "work" },
						       { 0 } };
	int r = make_layers(e);

	if (r < 0)
		return r;
	auto_close_ int fd = mount_new("overlay", fs_options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	if (fd < 0)
		return err_set(e, -fd, "mount", "overlayfs");
	auto_close_ int file_fd = openat(fd, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return file_fd < 0 ? err_set(e, errno, "write to", "overlayfs") : 0;
}

void probe_overlayfs(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;

	switch (probe_try(CLONE_NEWUSER | CLONE_NEWNS, use_overlay, &e)) {
	case TRIED_WELL:
		probe_ok(ret, "mounted one in a user namespace and wrote to it");
		return;
	case TRIED_NOTHING:
		probe_missing(ret, "not tried: no mount namespace can be made");
		return;
	case TRIED_AND_FAILED:
		probe_failed(ret, &e);
	}
	if (strcmp(e.object, "overlayfs") != 0)
		return;
	if (e.code == ENODEV)
		probe_mend_as_root(ret, "modprobe overlay");
	else if (e.code == EPERM || e.code == EINVAL)
		probe_mend(ret, "boot Linux 5.11 or later, or use fuse-overlayfs");
}

/* --- cgroup v2 --- */

struct cgroup {
	char mount[PATH_MAX];  /* where the one hierarchy is; empty: nowhere */
	char path[PATH_MAX];   /* our group's folder */
	char controllers[256]; /* that it has for us */
	bool has_v1;           /* the older hierarchies have some of the controllers */
};

static void find_mount(struct cgroup *cgroup)
{
	FILE *file = setmntent("/proc/self/mounts", "re");
	struct mntent *entry;

	while (file && (entry = getmntent(file))) {
		if (strcmp(entry->mnt_type, "cgroup2") == 0 && !cgroup->mount[0])
			snprintf(cgroup->mount, sizeof(cgroup->mount), "%s", entry->mnt_dir);
	}
	if (file)
		endmntent(file);
}

/* A line is "0::/path" for v2, "4:memory:/path" for v1. */
static void find_group(struct cgroup *cgroup)
{
	auto_fclose_ FILE *file = fopen("/proc/self/cgroup", "re");
	char line[PATH_MAX];

	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) != 0)
			cgroup->has_v1 |= !strstr(line, ":name=");
		else if (snprintf(cgroup->path, sizeof(cgroup->path), "%s%s", cgroup->mount,
				  strcmp(line + 3, "/") ? line + 3 : "") >=
			 (int)sizeof(cgroup->path))
			cgroup->path[0] = '\0';
	}
}

static bool is_ours(const char *path)
{
	static const char *const names[] = { ".", "cgroup.procs", "cgroup.subtree_control" };
	auto_close_ int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (faccessat(fd, names[i], W_OK, AT_EACCESS) < 0)
			return false;
	}
	return true;
}

static void read_controllers(struct cgroup *cgroup)
{
	auto_close_ int fd = open(cgroup->path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || read_line_at(fd, "cgroup.controllers", cgroup->controllers,
				   sizeof(cgroup->controllers)) < 0)
		cgroup->controllers[0] = '\0';
}

static bool has_controller(const struct cgroup *cgroup, const char *name)
{
	char list[sizeof(cgroup->controllers) + 2], word[32];

	snprintf(list, sizeof(list), " %s ", cgroup->controllers);
	snprintf(word, sizeof(word), " %s ", name);
	return strstr(list, word);
}

static void lacks_controllers(const struct cgroup *cgroup, struct finding *ret)
{
	const char *list = cgroup->controllers[0] ? cgroup->controllers : "none";

	if (!cgroup->has_v1) {
		probe_missing(ret, "%s lacks memory or pids; controllers: %s", cgroup->path, list);
		probe_mend(ret, "write \"+memory +pids\" to cgroup.subtree_control of each folder "
				"above it");
		return;
	}
	probe_missing(ret, "hybrid: cgroup v1 has memory or pids, v2 at %s has: %s", cgroup->path,
		      list);
	probe_mend(ret, "add systemd.unified_cgroup_hierarchy=1 to the kernel's command line, or "
			"mount no cgroup v1 hierarchy at boot");
}

static void not_ours(const struct cgroup *cgroup, struct finding *ret)
{
	probe_missing(ret, "%s is not ours to write to; controllers: %s", cgroup->path,
		      cgroup->controllers);
	if (access("/run/systemd/system", F_OK) == 0)
		probe_mend(ret,
			   "start it by: systemd-run --user --scope -p Delegate=yes -- COMMAND");
	else
		probe_mend(ret,
			   "as root, make a folder below %s, give it with the files in it to user "
			   "%u, and start from a shell whose pid was written to its cgroup.procs",
			   cgroup->mount, geteuid());
}

void probe_cgroup(const struct probe *probe _unused_, struct finding *ret)
{
	struct cgroup cgroup = { 0 };

	find_mount(&cgroup);
	find_group(&cgroup);
	if (!cgroup.mount[0] || !cgroup.path[0]) {
		probe_missing(ret, "cgroup v2 is not mounted here%s",
			      cgroup.has_v1 ? ", v1 is" : "");
		probe_mend_as_root(ret, "mount -t cgroup2 cgroup2 /sys/fs/cgroup");
		return;
	}
	read_controllers(&cgroup);
	if (!has_controller(&cgroup, "memory") || !has_controller(&cgroup, "pids"))
		lacks_controllers(&cgroup, ret);
	else if (!is_ours(cgroup.path))
		not_ours(&cgroup, ret);
	else
		probe_ok(ret, "%s is ours; controllers: %s", cgroup.path, cgroup.controllers);
}
