/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * signals.h - what the launcher does with the signals it gets
 *
 * As bwrap it has no opinion: only SIGCHLD is held back, so that the death of its child is an event
 * among others, and SIGPIPE, so that a closed status descriptor is an error with a message.
 *
 * With plan->forward_signals every signal is held back, and passed on to the program once there is
 * one. A batch system's SIGUSR1, a terminal's Ctrl-C and a service manager's SIGTERM then do what
 * they would without a sandbox.
 */
#pragma once

#include <signal.h>
#include <sys/signalfd.h>

#include "base/err.h"
#include "plan/plan.h"

/**
 * signals_hold: block what the launcher wants to read as events.
 * @ret_before: the mask of the caller, for the program
 * @ret_fd: signalfd(2), the caller closes it
 */
int signals_hold(const struct plan *plan, sigset_t *ret_before, int *ret_fd, struct err *e);

/* The next event; 0 if there is none, -errno. */
int signals_next(int fd, struct signalfd_siginfo *ret);

/* Does it tell of a child's end, or was SIGCHLD sent by somebody for its own sake? */
bool signals_is_child(const struct signalfd_siginfo *info);

/**
 * signals_pass_on: give it to the program.
 * @pidfd: of the program; @own_session: it leads a session, so a terminal's signals, which go to
 * all processes in the foreground, are for its whole process group, and have not reached it yet
 */
void signals_pass_on(int pidfd, bool own_session, const struct signalfd_siginfo *info);

/* There is no program yet: let the signal do to us what it does by default. Returns if we live. */
void signals_suffer(const struct signalfd_siginfo *info);
