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
 * more, of little or no power in a user namespace. The program lacks that one, and ptrace(2) asks
 * that a tracer hold all that the traced process may: so the program cannot trace pid 1 or read its
 * /proc files, while the user outside still can.
 */
int caps_for_init(const struct plan *plan, struct err *e);

/**
 * caps_for_program: the calling process has plan->caps and no other: bounding, permitted,
 * effective, inheritable and ambient set are all that one. Nothing happens if the plan keeps them.
 */
int caps_for_program(const struct plan *plan, struct err *e);
