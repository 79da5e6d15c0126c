/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * io.h - whole reads and whole writes
 *
 * Reads and writes that may take long are tried again on EINTR. All return 0 or a negative errno
 * and say nothing: the caller knows what the descriptor was for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/macros.h"

/* Writes everything, or fails. */
_must_check_ int write_all(int fd, const void *data, size_t size);

/* One write(2), as /proc files want it; a short write is -EIO. */
_must_check_ int write_once(int fd, const void *data, size_t size);

/* Reads to the end of file. *ret_data is heap memory with a NUL after the last byte. */
_must_check_ int read_all(int fd, char **ret_data, size_t *ret_size);

/* Copies to the end of file of @from. */
_must_check_ int copy_all(int from, int to);

/* One write_once() to the file @path below @dirfd. */
_must_check_ int write_file_at(int dirfd, const char *path, const char *text);

/* The first line of a small file below @dirfd, without the newline; -errno if it cannot be read. */
_must_check_ int read_line_at(int dirfd, const char *path, char *line, size_t size);

/* Is this number an open descriptor? */
bool fd_is_open(int fd);

/* Closes every descriptor above 2 but the @count given; negative ones among them mean nothing. */
void close_all_but(const int *kept, size_t count);

/* A descriptor that reads @size bytes of @data from the start; -errno. */
_must_check_ int fd_from_data(const char *name, const void *data, size_t size);
