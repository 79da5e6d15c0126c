/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * label.h - SELinux labels, where the library was found at build time
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"

/* Was it built in, and is SELinux on? Loads the library: asked only when a label was given. */
bool label_supported(void);

/* The label of the program that the caller will exec; see setexeccon(3). */
int label_exec(const char *label, struct err *e);

/* The label of files made from now on; see setfscreatecon(3). */
int label_files(const char *label, struct err *e);
