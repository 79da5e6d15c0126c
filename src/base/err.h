/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * err.h - what failed, on what, why, who asked for it, and what to do now
 *
 * A function that can fail returns 0 or a negative errno and fills a struct err. The struct holds
 * no pointer to freshly made memory: what, hint and origin point to literals or to the plan, so it
 * may be written whole to a pipe and read by the process that made us (it is smaller than
 * PIPE_BUF). It must not cross an exec.
 */
#pragma once

#include <stddef.h>

#include "base/macros.h"

/* Who asked for a step: an option of the command line, or a line of a file. */
struct origin {
	const char *option; /* "--ro-bind"; NULL: nobody in particular */
	const char *file;   /* the profile, or what stands for it; NULL: the command line */
	unsigned line;
};

/* What kind of failure it is: decides the exit code. */
enum err_kind {
	ERR_SETUP,     /* the sandbox, or the request for it */
	ERR_NOT_FOUND, /* the program to run does not exist */
	ERR_EXEC,      /* it exists and cannot be executed */
};

struct err {
	int code; /* errno, positive */
	enum err_kind kind;
	struct origin origin;
	const char *what; /* the attempt, "bind mount"; NULL: reason says it all */
	const char *hint; /* what the reader can do; NULL: nothing known */
	char object[1600];
	char reason[1024]; /* empty: the text of code */
};

/**
 * err_set: record a failed attempt.
 * @code: errno, positive
 * @what: a literal, a verb and its object; @object: what it was tried on, copied, may be NULL
 *
 * Returns -@code, to be returned on.
 */
int err_set(struct err *e, int code, const char *what, const char *object);

/* Like err_set(), for refusals that errno has no words for. Returns -EINVAL. */
int err_refuse(struct err *e, const char *what, const char *object, const char *reason, ...)
	_printf_(4, 5);

/* A fault in the request that one sentence says whole. Returns -EINVAL. */
int err_usage(struct err *e, const char *format, ...) _printf_(2, 3);

/* Adds the remedy to the failure just recorded; returns its negative code. */
int err_hint(struct err *e, const char *hint);

/* The reason as text: the recorded one, or that of the code. */
const char *err_reason(const struct err *e);

/**
 * err_print: write the failure to stderr, "NAME: ORIGIN: cannot WHAT OBJECT: REASON" and the hint.
 *
 * A usage error is its reason alone, after the origin if it does not begin with that.
 */
void err_print(const struct err *e);

/* "--bind" or "--bind (work.profile:12)" into @text; empty for a step nobody asked for. */
void origin_text(const struct origin *origin, char *text, size_t size);
