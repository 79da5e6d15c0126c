/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe_ns.c - namespaces: can this user make them, and do they allow what a sandbox needs
 *
 * clone(2) answers ENOSPC for a limit, EINVAL for a kernel without that kind, and EPERM or EACCES
 * for all else: see probe_cause.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "cmd/probe_tools.h"
#include "stage/mount.h"
#include "stage/net.h"

#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif

/* --- each kind --- */

static const struct kind {
	int flag;
	const char *name;   /* for people */
	const char *limit;  /* the setting */
	const char *option; /* of the kernel's configuration */
} kinds[] = {
	{ CLONE_NEWNS, "mount", "max_mnt_namespaces", "NAMESPACES" },
	{ CLONE_NEWPID, "pid", "max_pid_namespaces", "PID_NS" },
	{ CLONE_NEWNET, "net", "max_net_namespaces", "NET_NS" },
	{ CLONE_NEWIPC, "ipc", "max_ipc_namespaces", "IPC_NS" },
	{ CLONE_NEWUTS, "uts", "max_uts_namespaces", "UTS_NS" },
	{ CLONE_NEWCGROUP, "cgroup", "max_cgroup_namespaces", "CGROUPS" },
};
static const struct kind user_kind = { CLONE_NEWUSER, "user", "max_user_namespaces", "USER_NS" };

static int nothing(struct err *e _unused_)
{
	return 0;
}

static void name_limit(const struct kind *kind, struct finding *ret)
{
	enum { ENOUGH = 10000 };
	char path[64];

	snprintf(path, sizeof(path), "user/%s", kind->limit);
	long limit = probe_sysctl(path);
	if (limit == 0)
		probe_missing(ret, "user.%s is 0: nobody may make %s namespaces", kind->limit,
			      kind->name);
	else
		probe_missing(ret, "no more %s namespaces: user.%s is %ld here", kind->name,
			      kind->limit, limit);
	if (limit < ENOUGH)
		probe_mend_as_root(ret, "sysctl -w user.%s=%d", kind->limit, ENOUGH);
	else
		probe_mend(ret,
			   "raise user.%s on the host or in the user namespace around this one, "
			   "which may be the 32nd, the last that the kernel allows",
			   kind->limit);
}

static void not_made(const struct kind *kind, const struct err *e, struct finding *ret)
{
	switch (e->code) {
	case ENOSPC:
	case EUSERS:
		name_limit(kind, ret);
		return;
	case EINVAL:
		probe_missing(ret, "the kernel was built without %s namespaces", kind->name);
		probe_mend(ret, "boot a kernel with CONFIG_%s", kind->option);
		return;
	default:
		probe_name_cause(ret, false, e);
	}
}

static bool is_without_proc(struct finding *ret)
{
	if (access("/proc/self/ns", F_OK) == 0)
		return false;
	probe_missing(ret, "no procfs is mounted on /proc here");
	probe_mend_as_root(ret, "mount -t proc proc /proc");
	return true;
}

void probe_user_namespaces(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;

	if (is_without_proc(ret))
		return;
	switch (probe_try(CLONE_NEWUSER, nothing, &e)) {
	case TRIED_WELL:
		probe_ok(ret, "made one and set its ids");
		return;
	case TRIED_AND_FAILED:
		probe_name_cause(ret, true, &e);
		return;
	case TRIED_NOTHING:
		not_made(&user_kind, &e, ret);
	}
}

void probe_other_namespaces(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;

	if (probe_try(CLONE_NEWUSER, nothing, &e) != TRIED_WELL) {
		probe_missing(ret, "not tried: there is no user namespace to own them");
		return;
	}
	probe_ok(ret, "made one of each: mount, pid, net, ipc, uts, cgroup");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		enum tried tried = probe_try(CLONE_NEWUSER | kinds[i].flag, nothing, &e);

		if (tried == TRIED_NOTHING)
			not_made(&kinds[i], &e, ret);
		if (tried == TRIED_AND_FAILED)
			probe_failed(ret, &e);
		if (tried != TRIED_WELL)
			return;
	}
}

/* --- what they must allow --- */

void probe_loopback(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;

	switch (probe_try(CLONE_NEWUSER | CLONE_NEWNET, net_loopback_up, &e)) {
	case TRIED_WELL:
		probe_ok(ret, "up in a new network namespace");
		return;
	case TRIED_AND_FAILED:
		probe_name_cause(ret, true, &e);
		return;
	case TRIED_NOTHING:
		probe_missing(ret, "not tried: no network namespace can be made");
	}
}

static int mount_new_proc(struct err *e)
{
	auto_close_ int fd = mount_new("proc", NULL, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);

	return fd < 0 ? err_set(e, -fd, "mount", "procfs") : 0;
}

void probe_procfs(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;

	if (is_without_proc(ret))
		return;
	switch (probe_try(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID, mount_new_proc, &e)) {
	case TRIED_WELL:
		probe_ok(ret, "mounted a new one");
		return;
	case TRIED_NOTHING:
		probe_missing(ret, "not tried: no pid namespace can be made");
		return;
	case TRIED_AND_FAILED:
		probe_failed(ret, &e);
	}
	if (e.code != EPERM || strcmp(e.object, "procfs") != 0)
		return;
	probe_missing(ret,
		      "parts of /proc are covered, as containers do: so no new one may be mounted");
	probe_mend(ret, "start the container with --security-opt unmask=ALL (podman) or "
			"--security-opt systempaths=unconfined (docker)");
}

static int swap_root(struct err *e)
{
	auto_close_ int fd = mount_new("tmpfs", NULL, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);

	if (fd < 0)
		return err_set(e, -fd, "mount", "tmpfs");
	if (sys_move_mount(fd, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return err_set(e, errno, "mount on", "/");
	if (fchdir(fd) < 0)
		return err_set(e, errno, "enter", "the new root");
	if (sys_pivot_root(".", ".") < 0)
		return err_set(e, errno, "swap the root with", "pivot_root");
	if (sys_umount2(".", MNT_DETACH) < 0)
		return err_set(e, errno, "take away", "the old root");
	return 0;
}

void probe_new_root(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;

	switch (probe_try(CLONE_NEWUSER | CLONE_NEWNS, swap_root, &e)) {
	case TRIED_WELL:
		probe_ok(ret, "mounted one and moved into it");
		return;
	case TRIED_NOTHING:
		probe_missing(ret, "not tried: no mount namespace can be made");
		return;
	case TRIED_AND_FAILED:
		probe_failed(ret, &e);
	}
	if (e.code == EINVAL && strcmp(e.object, "pivot_root") == 0)
		probe_mend(ret, "our root must be a mount of its own: leave the initramfs with "
				"switch_root(8), the chroot with pivot_root(8)");
	else if (e.code == EPERM || e.code == EACCES)
		probe_name_cause(ret, true, &e);
}

/* --- all of it at once --- */

void probe_launch(const struct probe *probe _unused_, struct finding *ret)
{
	static const char *const words[] = {
		"/proc/self/exe", "run", "--die-with-parent", "--no-cwd", "--",
		"/bin/sh",        "-c",  "exit 42",           NULL
	};
	char text[1024];
	int r = probe_run(words, text, sizeof(text));
	char *line = text;

	text[strcspn(text, "\n")] = '\0';
	if (strstr(text, ": "))
		line = strstr(text, ": ") + 2; /* behind the name of the program */
	if (r == 42)
		probe_ok(ret, "a shell ran in a sandbox");
	else if (r == -ETIME)
		probe_missing(ret, "a shell in a sandbox does not end");
	else if (r < 0)
		probe_missing(ret, "cannot start: %s", strerror(-r));
	else
		probe_missing(ret, "%s (exit code %d)", line[0] ? line : "no word from the sandbox",
			      r);
}
