/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * conflicts.h - options that need or exclude one another
 *
 * bwrap looks at some before it misses the command, and at others after: its users script against
 * the first message, so the order is kept.
 */
#pragma once

#include "front/options.h"

int conflicts_early(const struct request *request, struct err *e);
int conflicts_run(const struct request *request, struct err *e);
int conflicts_late(const struct request *request, struct err *e);
