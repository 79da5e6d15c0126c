/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * net.c - see net.h
 */
#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "stage/net.h"

int net_loopback_up(struct err *e)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	auto_close_ int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_set(e, errno, "open a socket for", "the loopback device");
	if (ioctl(fd, SIOCSIFFLAGS, &request) == 0)
		return 0;
	err_set(e, errno, "bring up", "the loopback device");
	if (errno != EPERM && errno != EACCES)
		return -e->code;
	return err_hint(e, "a security module (AppArmor) takes away what a user namespace gives: "
			   "crannog doctor names the setting");
}
