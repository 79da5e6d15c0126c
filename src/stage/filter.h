/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filter.h - seccomp filters; see seccomp(2)
 */
#pragma once

#include "base/err.h"
#include "plan/plan.h"

/* A filter read from plan->filter_fd when all else was done, or nothing. */
struct late_filter {
	char *code; /* heap */
	size_t size_bytes;
};

/* Reads and closes plan->filter_fd, if there is one. */
int filter_read_late(const struct plan *plan, struct late_filter *ret, struct err *e);

/* Loads every filter of the plan, in order, then the late one. */
int filter_load(const struct plan *plan, const struct late_filter *late, struct err *e);
