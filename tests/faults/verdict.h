/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * verdict.h - which errors a call is given, and what may follow
 */
#pragma once

#include "trace.h"

enum { ERRORS_MAX = 6 };

enum verdict {
	GOOD,      /* the program did not run, or lost nothing by it */
	FAIL_OPEN, /* the program ran with less protection, or a failure was taken for success */
	HUNG,
	SILENT, /* no message, or success without the program */
	LEAKED, /* a process, file or mount is left */
	VERDICTS,
};

extern const char *const verdict_names[VERDICTS];

/* "mount_setattr", or "call 442" for those that have no row. */
const char *call_name(const struct call *call);

/* Which argument of a call is the path that it is about: its number, or -1. */
int call_path_argument(long nr);

/* The errors to try on a call: fills @ret, returns how many. */
int errors_for(const struct call *call, int ret[ERRORS_MAX]);

/* Does this call do its work even when it fails? */
bool failure_is_late(const struct call *call);

/* May the program run, just as without the failure, although this call failed so? */
bool failure_is_harmless(const struct call *call, int code);

/**
 * verdict_on: the promises, held against a run with one failed call
 * @text: what the probe saw
 * @expected: what it sees when nothing fails
 * @message: what the launch said on standard error
 */
enum verdict verdict_on(const struct outcome *out, const struct wish *wish, const char *text,
			const char *expected, const char *message);
