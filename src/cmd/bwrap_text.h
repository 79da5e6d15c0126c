/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bwrap_text.h - failures in bubblewrap's words
 *
 * Callers and their users search its messages, so as bwrap we say the same ones where it has them.
 */
#pragma once

#include "base/err.h"

/* Writes the failure to stderr, as err_print() does. */
void bwrap_print(const struct err *e);
