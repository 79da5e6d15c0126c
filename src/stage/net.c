/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * net.c - see net.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/sys.h"
#include "stage/net.h"
#include "stage/ns.h"

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

int net_begin_beside(struct net_beside *net, struct err *e)
{
	*net = (struct net_beside){ .alive_fd = sys_pidfd_open(getpid()), .ns_fd = -1 };
	return net->alive_fd < 0 ? err_set(e, errno, "open a pidfd of", "the network's maker") : 0;
}

static int make(struct net_beside *net, struct err *e)
{
	if (unshare(CLONE_NEWNET) < 0)
		return ns_clone_failed(errno, e);
	int r = net_loopback_up(e);
	if (r < 0)
		return r;
	net->ns_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	return net->ns_fd < 0 ? err_set(e, errno, "open", "/proc/self/ns/net") : 0;
}

void net_make_beside(struct net_beside *net)
{
	(void)make(net, &net->err); /* pid 1 looks at it */
	net->is_made = net->ns_fd >= 0;
}

/* The descriptors stay open until pid 1 closes all that it does not keep. */
int net_enter_made(struct net_beside *net, struct err *e)
{
	struct pollfd maker = { .fd = net->alive_fd, .events = POLLIN };

	while (poll(&maker, 1, -1) < 0) {
		if (errno != EINTR)
			return err_set(e, errno, "wait for", "the network's maker");
	}
	if (net->err.code) {
		*e = net->err;
		return -e->code;
	}
	if (!net->is_made)
		return err_refuse(e, "make the namespaces", NULL, "the network's maker was killed");
	if (setns(net->ns_fd, CLONE_NEWNET) < 0)
		return err_set(e, errno, "enter", "the network namespace");
	return 0;
}
