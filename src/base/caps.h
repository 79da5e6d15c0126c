/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * caps.h - the calling process's capabilities; see capget(2)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The effective set: bit n is capability n. Asking cannot fail for oneself. */
uint64_t caps_effective(void);

/* May we give a user namespace any id that our own one has? Else newuidmap(1) must. */
bool caps_may_map_ids(void);
