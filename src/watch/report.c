/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report.c - see report.h
 *
 * SO_PASSCRED makes the kernel add the sender's pid, as a number of the receiver's pid namespace:
 * the one way to learn it that works across every arrangement of namespaces.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "base/sys.h"
#include "watch/report.h"

int report_open(struct report_channel *channel, struct err *e)
{
	const int on = 1;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return err_set(e, errno, "open a socket pair for", "reports");
	channel->outside_fd = fds[0];
	channel->inside_fd = fds[1];
	if (setsockopt(channel->outside_fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0)
		return err_set(e, errno, "set up the socket pair for", "reports");
	return 0;
}

/* Only an error needs the whole struct. */
static size_t size_of(const struct report *report)
{
	return report->kind == REPORT_ERROR ? sizeof(*report) : offsetof(struct report, err);
}

int report_send_fds(int inside_fd, const struct report *report, const int *fds, size_t count)
{
	union {
		struct cmsghdr align;
		char data[CMSG_SPACE(REPORT_FDS * sizeof(int))];
	} control = { 0 };
	struct iovec data = { (void *)report, size_of(report) };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
	ssize_t done;

	if (count > REPORT_FDS)
		return -E2BIG;
	if (count > 0) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		struct cmsghdr *head = CMSG_FIRSTHDR(&message);
		*head = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
					  .cmsg_type = SCM_RIGHTS,
					  .cmsg_len = CMSG_LEN(count * sizeof(int)) };
		memcpy(CMSG_DATA(head), fds, count * sizeof(int));
	}
	do
		done = sendmsg(inside_fd, &message, MSG_NOSIGNAL);
	while (done < 0 && errno == EINTR);
	return done < 0 ? -errno : 0;
}

int report_send(int inside_fd, const struct report *report, int fd)
{
	return report_send_fds(inside_fd, report, &fd, fd >= 0);
}

int report_send_kind(int inside_fd, enum report_kind kind, int status)
{
	const struct report report = { .kind = kind, .status = status };

	return report_send(inside_fd, &report, -1);
}

int report_send_error(int inside_fd, const struct err *e)
{
	const struct report report = { .kind = REPORT_ERROR, .err = *e };

	return report_send(inside_fd, &report, -1);
}

int report_send_pidfd(int inside_fd, struct err *e)
{
	const struct report report = { .kind = REPORT_PROGRAM };
	auto_close_ int pidfd = sys_pidfd_open(getpid());

	if (pidfd < 0)
		return err_set(e, errno, "open a pidfd of", "the program");
	int r = report_send(inside_fd, &report, pidfd);
	return r < 0 ? err_set(e, -r, "reach", "the launcher") : 0;
}

static void read_control(struct msghdr *message, struct report *ret)
{
	for (struct cmsghdr *head = CMSG_FIRSTHDR(message); head;
	     head = CMSG_NXTHDR(message, head)) {
		struct ucred credentials;

		if (head->cmsg_level != SOL_SOCKET)
			continue;
		if (head->cmsg_type == SCM_RIGHTS) {
			size_t size = head->cmsg_len - CMSG_LEN(0);

			memcpy(ret->fds, CMSG_DATA(head), size);
			ret->fd_count = size / sizeof(int);
			ret->fd = ret->fds[0];
		}
		if (head->cmsg_type != SCM_CREDENTIALS)
			continue;
		memcpy(&credentials, CMSG_DATA(head), sizeof(credentials));
		ret->pid = credentials.pid;
	}
}

int report_receive(int outside_fd, struct report *ret)
{
	union {
		struct cmsghdr align;
		char data[CMSG_SPACE(REPORT_FDS * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct iovec data = { ret, sizeof(*ret) };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control.data) };
	ssize_t done;

	do
		done = recvmsg(outside_fd, &message, MSG_CMSG_CLOEXEC);
	while (done < 0 && errno == EINTR);
	if (done < 0)
		return errno == ECONNRESET ? 0 : -errno;
	if (done == 0)
		return 0;
	ret->fd = -1;
	ret->fd_count = 0;
	ret->pid = 0;
	read_control(&message, ret);
	return 1;
}

int report_go(int outside_fd)
{
	return send(outside_fd, "", 1, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int report_wait_for_go(int inside_fd)
{
	ssize_t done;
	char go;

	do
		done = recv(inside_fd, &go, 1, 0);
	while (done < 0 && errno == EINTR);
	if (done == 1)
		return 0;
	return done == 0 || errno == ECONNRESET ? -EPIPE : -errno;
}

int report_is_orphaned(int inside_fd)
{
	struct pollfd other = { .fd = inside_fd };
	int r = poll(&other, 1, 0);

	return r < 0 ? -errno : r > 0;
}

int report_exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
