/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * macros.h - the few words the rest of the program is written with
 *
 * auto_close_, auto_free_ and auto_fclose_ bind a clean-up to a declaration; take_fd() hands the
 * descriptor over to somebody else. The clean-ups keep errno.
 */
#pragma once

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _must_check_ __attribute__((warn_unused_result))
#define _printf_(at, args) __attribute__((__format__(__printf__, at, args)))
#define _noreturn_ __attribute__((noreturn))
#define _unused_ __attribute__((unused))

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

static inline void close_fd(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd); /* a descriptor we opened: nothing to learn from a failure */
	*fd = -1;
	errno = saved;
}

static inline void free_ptr(void *ptr)
{
	int saved = errno;

	free(*(void **)ptr);
	errno = saved;
}

static inline void fclose_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

#define auto_close_ __attribute__((cleanup(close_fd)))
#define auto_free_ __attribute__((cleanup(free_ptr)))
#define auto_fclose_ __attribute__((cleanup(fclose_file)))

static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}
