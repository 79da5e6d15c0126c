/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * user.c - see user.h
 */
#define _GNU_SOURCE
#include "config.h"

#include <stdio.h>

#include "base/macros.h"
#include "base/user.h"

#ifdef STATIC_BINARY

const struct passwd *user_find(uid_t uid)
{
	auto_fclose_ FILE *file = fopen("/etc/passwd", "re");
	const struct passwd *entry = NULL;

	while (file && (entry = fgetpwent(file)) && entry->pw_uid != uid)
		;
	return entry;
}

#else

const struct passwd *user_find(uid_t uid)
{
	return getpwuid(uid);
}

#endif
