/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * verdict.c - see verdict.h
 *
 * That the program sees the same as ever does not yet excuse a failure: a parent-death signal that
 * was not set shows only when the parent dies. So a call whose failure may go unnoticed needs a
 * row below, with the reason; all others must stop the launch.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "verdict.h"

#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

const char *const verdict_names[VERDICTS] = { "good", "fail-open", "hung", "silent", "leaked" };

enum call_traits {
	CANNOT_FAIL = 1 << 0, /* the kernel has no error for it: nothing to try */
	BLOCKS = 1 << 1,      /* may be interrupted, or meet an I/O error */
	MEMORY = 1 << 2,      /* fails for want of memory only */
	NEW = 1 << 3,         /* an older kernel lacks it */
	FOR_FILES = 1 << 4,   /* opens or makes a file */
	DONE = 1 << 5,        /* does its work even when it fails */
	FALLBACK = 1 << 6,    /* where the kernel lacks it, a second way is tried */
	PATH_1ST = 1 << 7,    /* the argument that is a path */
	PATH_2ND = 1 << 8,
	WATCHES = 1 << 9, /* the program runs by then: its end is waited for */
};

struct call_row {
	long nr;
	const char *name;
	unsigned traits;
	const char *harmless; /* why the launch may go on without it */
};

/* Calls that do one thing or another, as their first argument says. */
struct option_row {
	long nr;
	uint64_t option;
	struct call_row row;
};

/* A failure that is harmless for one path only. */
struct path_row {
	long nr;
	const char *path;
	const char *harmless;
};

#define ROW(call, traits, harmless) { SYS_##call, #call, traits, harmless },
#define FOR_OPTION(call, option, traits, harmless)
#define FOR_PATH(call, path, harmless)
static const struct call_row rows[] = {
#include "calls.def"
};
#undef ROW
#undef FOR_OPTION
#undef FOR_PATH

#define ROW(call, traits, harmless)
#define FOR_OPTION(call, option, traits, harmless)                                                 \
	{ SYS_##call, option, { SYS_##call, #option, traits, harmless } },
#define FOR_PATH(call, path, harmless)
static const struct option_row option_rows[] = {
#include "calls.def"
};
#undef FOR_OPTION
#undef FOR_PATH

#define FOR_OPTION(call, option, traits, harmless)
#define FOR_PATH(call, path, harmless) { SYS_##call, path, harmless },
static const struct path_row path_rows[] = {
#include "calls.def"
};

static const struct call_row *row_of(long nr)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].nr == nr)
			return &rows[i];
	}
	return NULL;
}

static const struct call_row *row_for(const struct call *call)
{
	for (size_t i = 0; i < sizeof(option_rows) / sizeof(option_rows[0]); i++) {
		if (option_rows[i].nr == call->nr && option_rows[i].option == call->args[0])
			return &option_rows[i].row;
	}
	return row_of(call->nr);
}

const char *call_name(const struct call *call)
{
	const struct call_row *row = row_for(call);
	static char number[32];

	if (row)
		return row->name;
	snprintf(number, sizeof(number), "call %ld", call->nr);
	return number;
}

int call_path_argument(long nr)
{
	const struct call_row *row = row_of(nr);
	unsigned traits = row ? row->traits : 0;

	return traits & PATH_1ST ? 0 : traits & PATH_2ND ? 1 : -1;
}

int errors_for(const struct call *call, int ret[ERRORS_MAX])
{
	const struct call_row *row = row_for(call);
	unsigned traits = row ? row->traits : 0;
	int count = 0;

	if (traits & CANNOT_FAIL)
		return 0;
	ret[count++] = traits & MEMORY ? ENOMEM : EPERM;
	if (traits & MEMORY)
		return count;
	if (traits & BLOCKS) {
		ret[count++] = EIO;
		ret[count++] = EINTR;
		return count;
	}
	ret[count++] = traits & FOR_FILES ? ENOSPC : EINVAL;
	if (traits & FOR_FILES)
		ret[count++] = EMFILE;
	if (traits & NEW)
		ret[count++] = ENOSYS;
	return count;
}

bool failure_is_late(const struct call *call)
{
	const struct call_row *row = row_for(call);

	return row && row->traits & DONE;
}

bool failure_is_harmless(const struct call *call, int code)
{
	const struct call_row *row = row_for(call);

	for (size_t i = 0; i < sizeof(path_rows) / sizeof(path_rows[0]); i++) {
		if (path_rows[i].nr == call->nr && strcmp(path_rows[i].path, call->path) == 0)
			return true;
	}
	if (row && row->harmless)
		return true;
	if (code == ENOSYS && row && row->traits & FALLBACK)
		return true;
	if (code == EINTR && row && row->traits & BLOCKS)
		return true; /* it is done again */
	/* A question that was answered no, or a path that was not there, as ever. */
	return call->result < 0;
}

/* The program was running, or was about to, and the launcher, which only watches, met an error. */
static bool is_supervision(const struct call *call)
{
	return !call->before || (call->main_thread && !call->alone);
}

static enum verdict verdict_on_run(const struct outcome *out, const struct wish *wish, bool same,
				   bool succeeded)
{
	const struct call *call = &out->hit_call;

	const struct call_row *row = row_for(call);
	bool watches = row && row->traits & WATCHES;

	if ((!call->before || watches) && !succeeded)
		return GOOD; /* what it began with was right: it was cut short */
	if (!same)
		return FAIL_OPEN;
	if (is_supervision(call) && !succeeded)
		return GOOD; /* it says that it cannot tell how the program ended */
	if (failure_is_harmless(call, wish->code))
		return GOOD;
	return call->before ? FAIL_OPEN : GOOD;
}

/* One line, from the program itself: not the last words of a library. */
static bool says_why(const char *message)
{
	return strncmp(message, "crannog: ", 9) == 0 || strncmp(message, "bwrap: ", 7) == 0;
}

enum verdict verdict_on(const struct outcome *out, const struct wish *wish, const char *text,
			const char *expected, const char *message)
{
	bool succeeded = out->ended && WIFEXITED(out->status) && WEXITSTATUS(out->status) == 0;
	bool seen = *text, same = strcmp(text, expected) == 0;

	if (out->hung)
		return HUNG;
	if (out->leaked)
		return LEAKED;
	if (!succeeded && !says_why(message))
		return SILENT;
	if (succeeded && !seen)
		return SILENT;
	if (!out->ran)
		return GOOD;
	/* One that was killed with the sandbox before it could print saw nothing different. */
	return verdict_on_run(out, wish, same || (!seen && !succeeded), succeeded);
}
