/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sanitizers.c - what a build with AddressSanitizer is told at its start
 *
 * No leak checks: the plan lives until the process becomes another or ends, on purpose, and the
 * checker cannot work in a process that others may not trace. A caller may have cleared the
 * environment, so it is said here.
 */
#include "config.h"

#ifdef SANITIZERS

const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

#endif
