/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * caps.h - capability sets; see capabilities(7)
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"

/**
 * caps_for_init: what pid 1 gives up before it starts the program.
 *
 * It keeps what the program is to get, since the program gets it from there, and one capability
 * more, of little or no power in a user namespace, and until caps_end_for_init() what the program's
 * process needs to become the plan's user. The program lacks that one, and ptrace(2) asks
 * that a tracer hold all that the traced process may: so the program cannot trace pid 1 or read its
 * /proc files, while the user outside still can.
 */
int caps_for_init(const struct plan *plan, struct err *e);

/**
 * caps_limit: the bounding set is plan->bounding from now on. Once a process of the launch has done
 * it, its children have it from there. Nothing happens if the plan keeps them.
 */
int caps_limit(const struct plan *plan, struct err *e);

/* What is permitted is in effect: for what is left to do before caps_for_program(). */
int caps_raise(struct err *e);

/**
 * caps_for_program: the calling process has plan->caps and no other: permitted, effective,
 * inheritable and ambient set are all that one. Nothing happens if the plan keeps them.
 */
int caps_for_program(const struct plan *plan, struct err *e);

/* In pid 1, when the program runs: nothing is left but what guards it. */
int caps_end_for_init(const struct plan *plan, struct err *e);
