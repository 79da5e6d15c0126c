/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe.h - what this machine allows the calling user
 *
 * A probe tries one thing, in a child where it can, and says what it found, what that is needed
 * for and what mends it. Nothing stays behind: children end, their namespaces and mounts with
 * them, and nothing is written outside of those.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

enum probe_status {
	PROBE_OK,
	PROBE_MISSING,
	PROBE_NOT_NEEDED, /* not there, and nobody here misses it */
};

struct finding {
	enum probe_status status;
	char detail[1024]; /* one line of plain text */
	char mend[1024];   /* a command or a setting, with PROBE_MISSING; empty: none is known */
};

struct probe {
	const char *name; /* of a program, where the probe looks for one */
	const char *needed_for;
	void (*run)(const struct probe *probe, struct finding *ret);
	const char *instead_of; /* not needed where the probe of that name is ok */
};

extern const struct probe probes[];
extern const size_t probe_count;

/* Runs them all, in order. @findings: probe_count of them. */
void probe_all(struct finding *findings);

/* Can anything be run at all? */
bool probe_main_job(const struct finding *findings);

/* "ok", "missing", "not needed" */
const char *probe_status_text(enum probe_status status);
