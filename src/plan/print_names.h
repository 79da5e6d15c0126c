/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * print_names.h - words for the bits in a plan
 */
#pragma once

#include <stdint.h>

struct bit_name {
	uint64_t bit;
	const char *name; /* NULL ends a table */
};

extern const struct bit_name namespace_names[], capability_names[], op_flag_names[];

/* The set of all capabilities that have a name. */
uint64_t print_all_capabilities(void);
