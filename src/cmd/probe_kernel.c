/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe_kernel.c - what the kernel knows, whatever its version says
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/sys.h"
#include "cmd/probe_tools.h"
#include "stage/filter.h"
#include "base/selinux.h"
#include "stage/mount.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444 /* Linux 5.13 */
#endif

enum { LANDLOCK_VERSION_FLAG = 1 };

void probe_version(const struct probe *probe _unused_, struct finding *ret)
{
	enum { MAJOR = 5, MINOR = 12 };
	int major = 0, minor = 0;
	struct utsname name;

	if (uname(&name) < 0 || sscanf(name.release, "%d.%d", &major, &minor) != 2) {
		probe_missing(ret, "the kernel does not tell its version");
		return;
	}
	if (major > MAJOR || (major == MAJOR && minor >= MINOR)) {
		probe_ok(ret, "%s %s", name.sysname, name.release);
		return;
	}
	probe_missing(ret, "%s %s is too old", name.sysname, name.release);
	probe_mend(ret, "boot Linux %d.%d or later", MAJOR, MINOR);
}

/* --- the new mount API --- */

static int use_mount_calls(struct err *e)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
				.resolve = RESOLVE_IN_ROOT };
	auto_close_ int fs_fd = sys_fsopen("tmpfs", FSOPEN_CLOEXEC);
	auto_close_ int new_fd = -1, tree_fd = -1, found_fd = -1;

	if (fs_fd < 0)
		return err_set(e, errno, "use", "fsopen");
	if (sys_fsconfig(fs_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return err_set(e, errno, "use", "fsconfig");
	new_fd = sys_fsmount(fs_fd, FSMOUNT_CLOEXEC, 0);
	if (new_fd < 0)
		return err_set(e, errno, "use", "fsmount");
	tree_fd = sys_open_tree(AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (tree_fd < 0)
		return err_set(e, errno, "use", "open_tree");
	if (sys_mount_setattr(tree_fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr) < 0)
		return err_set(e, errno, "use", "mount_setattr");
	if (sys_move_mount(new_fd, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return err_set(e, errno, "use", "move_mount");
	found_fd = sys_openat2(new_fd, "/", &how);
	return found_fd < 0 ? err_set(e, errno, "use", "openat2") : 0;
}

/* Without the right to mount, a call that the kernel has still answers otherwise than ENOSYS. */
static int ask_mount_calls(struct err *e)
{
	struct mount_attr attr = { 0 };
	struct open_how how = { 0 };

	if (sys_fsopen(NULL, 0) < 0 && errno == ENOSYS)
		return err_set(e, errno, "use", "fsopen");
	if (sys_fsconfig(-1, 0, NULL, NULL, 0) < 0 && errno == ENOSYS)
		return err_set(e, errno, "use", "fsconfig");
	if (sys_fsmount(-1, 0, 0) < 0 && errno == ENOSYS)
		return err_set(e, errno, "use", "fsmount");
	if (sys_open_tree(-1, "", 0) < 0 && errno == ENOSYS)
		return err_set(e, errno, "use", "open_tree");
	if (sys_mount_setattr(-1, "", 0, &attr) < 0 && errno == ENOSYS)
		return err_set(e, errno, "use", "mount_setattr");
	if (sys_move_mount(-1, "", -1, "", 0) < 0 && errno == ENOSYS)
		return err_set(e, errno, "use", "move_mount");
	if (sys_openat2(-1, "", &how) < 0 && errno == ENOSYS)
		return err_set(e, errno, "use", "openat2");
	return 0;
}

void probe_mount_api(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;

	if (probe_try(0, ask_mount_calls, &e) != TRIED_WELL) {
		probe_failed(ret, &e);
		probe_mend(ret, "boot Linux 5.12 or later; in a container, let its seccomp profile "
				"allow the call");
		return;
	}
	switch (probe_try(CLONE_NEWUSER | CLONE_NEWNS, use_mount_calls, &e)) {
	case TRIED_WELL:
		probe_ok(ret, "fsopen, open_tree, mount_setattr, move_mount, openat2");
		return;
	case TRIED_NOTHING:
		probe_ok(ret, "the kernel has them; not tried: no mount namespace can be made");
		return;
	case TRIED_AND_FAILED:
		probe_failed(ret, &e);
		if (e.code == EPERM || e.code == EACCES)
			probe_mend(ret, "let the container's seccomp profile, or the security "
					"module, allow the call");
	}
}

static int use_tree_attr(struct err *e)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	auto_close_ int fd = sys_open_tree_attr(
		AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE, &attr);

	return fd < 0 ? err_set(e, errno, "use", "open_tree_attr") : 0;
}

void probe_tree_attr(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;

	if (probe_try(CLONE_NEWUSER | CLONE_NEWNS, use_tree_attr, &e) == TRIED_WELL)
		probe_ok(ret, "a bind takes one system call less");
	else if (e.code == ENOSYS)
		probe_not_needed(ret, "Linux 6.15 has it; two calls do the same");
	else
		probe_not_needed(ret, "%s; two calls do the same", err_reason(&e));
}

/* --- security --- */

static int load_filter(struct err *e)
{
	static const struct sock_filter allow[] = { { BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW } };
	const uint32_t refuse = SECCOMP_RET_ERRNO;
	const struct late_filter none = { 0 };
	struct plan plan;

	plan_init(&plan);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "give up", "new privileges");
	if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &refuse) < 0)
		return err_set(e, errno, "ask for filters that", "refuse calls");
	plan_add_filter(&plan, allow, sizeof(allow));
	return filter_load(&plan, &none, e);
}

void probe_seccomp(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;

	if (probe_try(0, load_filter, &e) == TRIED_WELL) {
		probe_ok(ret, "loaded a filter");
		return;
	}
	probe_failed(ret, &e);
	if (e.code == EINVAL || e.code == ENOSYS)
		probe_mend(ret, "boot a kernel with CONFIG_SECCOMP_FILTER, Linux 4.14 or later");
}

static long landlock_version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION_FLAG);
}

static int ask_landlock(struct err *e)
{
	return landlock_version() < 0 ? err_set(e, errno, "use", "Landlock") : 0;
}

void probe_landlock(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;

	if (probe_try(0, ask_landlock, &e) == TRIED_WELL) {
		probe_ok(ret, "version %ld", landlock_version());
		return;
	}
	probe_failed(ret, &e);
	if (e.code == EOPNOTSUPP)
		probe_mend(ret, "add landlock to the list lsm= on the kernel's command line");
	if (e.code == ENOSYS)
		probe_mend(ret, "boot a kernel with CONFIG_SECURITY_LANDLOCK, Linux 5.13 or later");
}

static int join_keyring(struct err *e)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0)
		return err_set(e, errno, "make", "a session keyring");
	return 0;
}

void probe_keyring(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;

	if (probe_try(0, join_keyring, &e) == TRIED_WELL) {
		probe_ok(ret, "made a new one");
	} else if (e.code == ENOSYS) {
		probe_not_needed(ret, "the kernel holds no keys");
	} else {
		probe_failed(ret, &e);
		if (e.code == EDQUOT)
			probe_mend_as_root(ret, "sysctl -w kernel.keys.maxkeys=2000");
	}
}

void probe_selinux(const struct probe *probe _unused_, struct finding *ret)
{
	if (access("/sys/fs/selinux/enforce", F_OK) < 0) {
		probe_not_needed(ret, "SELinux is off");
	} else if (selinux_is_enabled()) {
		probe_ok(ret, "libselinux answers");
	} else {
		probe_missing(ret,
			      "SELinux is on, but libselinux is not installed or not built in");
		probe_mend_install(ret, "libselinux");
	}
}

void probe_terminal(const struct probe *probe _unused_, struct finding *ret)
{
	if (probe_sysctl("dev/tty/legacy_tiocsti") == 0)
		probe_ok(ret, "nobody can type into the caller's terminal");
	else
		probe_not_needed(ret,
				 "the kernel allows it (dev.tty.legacy_tiocsti); a new session, as "
				 "`run` has it, shuts it out");
}
