/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * signals.c - see signals.h
 *
 * A program in a session of its own is out of the terminal's reach, and its process group counts as
 * orphaned, so that the kernel drops a SIGTSTP sent to it. Ctrl-Z therefore becomes SIGSTOP for the
 * whole group; that it has stopped comes back from pid 1, and then the launcher stops as well.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <unistd.h>

#include "base/sys.h"
#include "watch/signals.h"

int signals_hold(const struct plan *plan, sigset_t *ret_before, int *ret_fd, struct err *e)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGCHLD);
	sigaddset(&held, SIGPIPE);
	if (plan->forward_signals)
		sigfillset(&held);
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR || sigprocmask(SIG_BLOCK, &held, ret_before) < 0)
		return err_set(e, errno, "hold back", "signals");
	int fd = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		return err_set(e, errno, "open a descriptor for", "signals");
	*ret_fd = fd;
	return 0;
}

int signals_next(int fd, struct signalfd_siginfo *ret)
{
	ssize_t got = read(fd, ret, sizeof(*ret));

	if (got == (ssize_t)sizeof(*ret))
		return 1;
	return got < 0 && errno != EAGAIN && errno != EINTR ? -errno : 0;
}

bool signals_is_child(const struct signalfd_siginfo *info)
{
	return info->ssi_signo == SIGCHLD && info->ssi_code > 0;
}

/* Sent by the terminal, to everybody in its foreground. */
static bool is_from_terminal(const struct signalfd_siginfo *info)
{
	return info->ssi_code == SI_KERNEL;
}

/* Kernels before 6.9 cannot send to a group by descriptor: then the program alone gets it. */
static void send_to_group(int pidfd, int signal)
{
	if (sys_pidfd_send_signal(pidfd, signal, PIDFD_SIGNAL_PROCESS_GROUP) < 0 && errno == EINVAL)
		(void)sys_pidfd_send_signal(pidfd, signal,
					    0); /* it may have ended: that is reported */
}

static bool is_stop(int signal)
{
	return signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

void signals_pass_on(int pidfd, bool own_session, const struct signalfd_siginfo *info)
{
	int signal = (int)info->ssi_signo;
	bool for_all = is_from_terminal(info) || signal == SIGCONT;

	/* The program may have ended: that is reported. */
	if (own_session && for_all)
		send_to_group(pidfd, is_stop(signal) ? SIGSTOP : signal);
	else if (!is_from_terminal(info))
		(void)sys_pidfd_send_signal(pidfd, signal, 0);
}

void signals_suffer(const struct signalfd_siginfo *info)
{
	int signal = (int)info->ssi_signo;
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, signal);
	raise(signal);
	/* The default action, or what the caller had us ignore. */
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	sigprocmask(SIG_BLOCK, &one, NULL);
}
