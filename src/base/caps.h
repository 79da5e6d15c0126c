/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * caps.h - the calling process's capabilities; see capget(2)
 */
#pragma once

#include <stdint.h>

/* The effective set: bit n is capability n. Asking cannot fail for oneself. */
uint64_t caps_effective(void);
