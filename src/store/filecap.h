/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filecap.h - the capabilities of a program, as an attribute of its file
 *
 * Version 3 of the value says which root they are for, as a number outside. Version 2 says the same
 * without: the kernel adds, and takes off, the root of the user namespace we are in. So archives
 * have version 2.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define FILECAP_ATTRIBUTE "security.capability"

/* A value of version 2. */
struct filecap {
	unsigned char bytes[20];
};

/* Makes one of a value of version 2 or 3; false for any other. */
bool filecap_read(const void *value, size_t size, struct filecap *ret);
