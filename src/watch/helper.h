/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * helper.h - other programs that do a part of the work, outside
 *
 * A helper is a child of the launcher, ends when that ends, and has nothing of the caller's but
 * the ids: an empty environment, /dev/null as its standard input, no descriptor but those it is
 * meant to have, signals as by default.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

struct helper_start {
	const char *path;
	const char *const *argv; /* NULL at the end */
	const int *kept_fds;     /* under their own numbers; negative ones mean nothing */
	size_t kept_count;
	bool listens;                  /* what it prints is for us; else it goes to our stderr */
	int (*enter)(const void *arg); /* in the child, before all else; -1 and errno; or NULL */
	const void *enter_arg;
};

struct helper {
	pid_t pid;   /* 0: not running */
	int said_fd; /* a file with what it printed, or -1 */
};

#define HELPER_NONE ((struct helper){ .said_fd = -1 })

/* The first executable file of that name in PATH, or in the usual folders; heap, or NULL. */
char *helper_find(const char *program);

/* Returns when the program runs, or could not be executed. */
_must_check_ int helper_start(const struct helper_start *start, struct helper *ret, struct err *e);

/* Was it started, and not reaped yet? */
bool helper_is_running(const struct helper *helper);

/* Has it ended, and nobody reaped it? */
bool helper_has_ended(const struct helper *helper);

/**
 * helper_finish: wait for its end.
 * @text: the last line of what it printed, cut at @size; @ret_status: as of wait(2)
 */
_must_check_ int helper_finish(struct helper *helper, char *text, size_t size, int *ret_status,
			       struct err *e);

/* The same, but after @patience_ms it is ended with SIGKILL. */
void helper_end(struct helper *helper, int patience_ms, char *text, size_t size);
