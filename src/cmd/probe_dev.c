/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe_dev.c - devices that helpers open: /dev/fuse and /dev/net/tun
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <linux/if_tun.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/sys.h"
#include "cmd/probe_tools.h"
#include "stage/mount.h"

struct device {
	const char *path, *module;
};

static const struct device fuse = { "/dev/fuse", "fuse" };
static const struct device tun = { "/dev/net/tun", "tun" };

static void mend_device(const struct device *device, const struct err *e, struct finding *ret)
{
	if (strcmp(e->object, device->path) != 0)
		return;
	if (e->code == EACCES)
		probe_mend_as_root(ret, "chmod 666 %s", device->path);
	else if (e->code == EPERM || access("/run/.containerenv", F_OK) == 0 ||
		 access("/.dockerenv", F_OK) == 0)
		probe_mend(ret, "start the container with --device %s", device->path);
	else
		probe_mend_as_root(ret, "modprobe %s", device->module);
}

static void settle(const struct device *device, enum tried tried, const struct err *e,
		   struct finding *ret)
{
	switch (tried) {
	case TRIED_WELL:
		probe_ok(ret, "%s opens, and works in a user namespace", device->path);
		return;
	case TRIED_NOTHING:
		probe_missing(ret, "not tried: the namespaces cannot be made");
		return;
	case TRIED_AND_FAILED:
		probe_failed(ret, e);
		mend_device(device, e, ret);
	}
}

static int mount_fuse(struct err *e)
{
	auto_close_ int device_fd = open(fuse.path, O_RDWR | O_CLOEXEC);
	char number[16], uid[16], gid[16];
	const struct fs_option fs_options[] = { { "fd", number },
						{ "rootmode", "40000" },
						{ "user_id", uid },
						{ "group_id", gid },
						{ 0 } };

	if (device_fd < 0)
		return err_set(e, errno, "open", fuse.path);
	snprintf(number, sizeof(number), "%d", device_fd);
	snprintf(uid, sizeof(uid), "%u", geteuid());
	snprintf(gid, sizeof(gid), "%u", getegid());
	auto_close_ int fd = mount_new("fuse", fs_options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	return fd < 0 ? err_set(e, -fd, "mount", "a FUSE file system") : 0;
}

void probe_fuse(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;
	enum tried tried = probe_try(CLONE_NEWUSER | CLONE_NEWNS, mount_fuse, &e);

	settle(&fuse, tried, &e, ret);
}

static int make_tap(struct err *e)
{
	struct ifreq request = { .ifr_name = "tap0", .ifr_flags = IFF_TAP | IFF_NO_PI };
	auto_close_ int fd = open(tun.path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "open", tun.path);
	return ioctl(fd, TUNSETIFF, &request) < 0 ? err_set(e, errno, "make", "a tap device") : 0;
}

void probe_tun(const struct probe *probe _unused_, struct finding *ret)
{
	struct err e;
	enum tried tried = probe_try(CLONE_NEWUSER | CLONE_NEWNET, make_tap, &e);

	settle(&tun, tried, &e, ret);
}
