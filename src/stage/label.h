/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * label.h - SELinux labels; plan_check() refuses them where the system has none
 */
#pragma once

#include "base/err.h"

/* The label of the program that the caller will exec; see setexeccon(3). */
int label_exec(const char *label, struct err *e);

/* The label of files made from now on; see setfscreatecon(3). */
int label_files(const char *label, struct err *e);
