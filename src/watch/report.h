/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report.h - what the inside tells the launcher, and the word to go on
 *
 * One SOCK_SEQPACKET pair: messages arrive whole, an end of file means that nobody inside can send
 * any more, and a hang-up tells the inside that the launcher is gone. Both ends are close-on-exec,
 * so the program has neither.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

enum report_kind {
	REPORT_BORN,    /* the first process inside exists; pid is its number outside */
	REPORT_ERROR,   /* err says why the program does not run */
	REPORT_PROGRAM, /* fd is a pidfd of the program */
	REPORT_STOPPED, /* the program was stopped by a signal */
	REPORT_SERVE,   /* fds and status say what to serve: see server.c */
	REPORT_EXIT,    /* status is the program's, as wait(2) gave it */
};

enum { REPORT_FDS = 64 };

struct report {
	enum report_kind kind;
	int status;
	struct err err;

	/* filled by report_receive() */
	pid_t pid;
	int fd; /* -1: none; else fds[0] */
	int fds[REPORT_FDS];
	size_t fd_count;
};

struct report_channel {
	int outside_fd, inside_fd;
};

/* Opens both ends. */
int report_open(struct report_channel *channel, struct err *e);

/* Sends a message; fd -1: none. Failure means the launcher is gone: -errno. */
int report_send(int inside_fd, const struct report *report, int fd);

/* The same with several descriptors, at most REPORT_FDS. */
int report_send_fds(int inside_fd, const struct report *report, const int *fds, size_t count);

/* Short for the two common ones. */
int report_send_kind(int inside_fd, enum report_kind kind, int status);
int report_send_error(int inside_fd, const struct err *e);

/* REPORT_PROGRAM with a pidfd of the calling process. */
int report_send_pidfd(int inside_fd, struct err *e);

/* Waits for the next message: 1, 0 at the end, or -errno. */
int report_receive(int outside_fd, struct report *ret);

/* The launcher's word to go on, and the wait for it: 0, -EPIPE if the launcher is gone, -errno. */
int report_go(int outside_fd);
int report_wait_for_go(int inside_fd);

/* The exit code for a status of wait(2): the process's own, or 128 and the signal. */
int report_exit_code(int status);

/* Is the launcher gone? 1, 0, or -errno. */
_must_check_ int report_is_orphaned(int inside_fd);
