/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * folder.h - for units that work on files: each test has an empty folder to be in
 */
#pragma once

#include <stddef.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>

/* cmocka's set-up and tear-down: a new folder becomes the current one; it is removed. */
int folder_enter(void **state);
int folder_leave(void **state);

/* An open folder. */
int folder_open(const char *path);

/* Makes a file with that text; makes a folder. */
void folder_file(const char *path, const char *text);
void folder_dir(const char *path);

/* Fails unless the file has that text. */
void folder_expect(const char *path, const char *text);

struct stat folder_stat(const char *path);

/* Makes @depth folders of that name, one in the other, in @path, with a file at the bottom. */
void folder_deep(const char *path, const char *name, size_t depth);

/* Lets the process have no more descriptors than these; returns how many it might have before. */
rlim_t folder_limit_fds(rlim_t count);
