/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tarball.h - archives built byte by byte, and folders to unpack them into
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* One header and what follows it; owners are the caller unless given. */
struct tar_entry {
	char type; /* '0', '5', 'x', …; 0: a file */
	const char *name, *link, *data;
	size_t size; /* 0: the length of data */
	unsigned mode;
	long mtime;
	const char *uid; /* the field as it is, octal */
	bool plain;      /* no "ustar": an entry of old */
};

struct tarball {
	char *bytes; /* heap */
	size_t size;
	char *records; /* heap: those of the next header 'x' */
	size_t records_size;
};

void tar_bytes(struct tarball *tar, const void *bytes, size_t size);
void tar_add(struct tarball *tar, struct tar_entry entry);

/* Before the next entry comes a header 'x', with this record too; a value may hold anything. */
void tar_pax(struct tarball *tar, const char *key, const void *value, size_t size);
void tar_pax_text(struct tarball *tar, const char *key, const char *value);

/* The two blocks of zeros. */
void tar_end(struct tarball *tar);
void tar_free(struct tarball *tar);

#define TAR(tar, ...) tar_add(tar, (struct tar_entry){ __VA_ARGS__ })

/* Through a program, "bzip2 -c", and back; false if there is no such program. */
bool tar_filter(struct tarball *tar, const char *command);

/* --- folders --- */

/* A new folder of which *ret_path, heap memory, is the path; its descriptor. */
int folder_make(char **ret_path);

/* Removes it with all that is in it, closes and frees. */
void folder_remove(int fd, char *path);

/* What failed, as "WHAT OBJECT: REASON", in a buffer that the next call reuses. */
const char *failure_text(const struct err *e);
