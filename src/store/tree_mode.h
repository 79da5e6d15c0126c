/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_mode.h - chmod of what is open as a place only
 */
#pragma once

#include <sys/types.h>

#include "base/macros.h"

/* The name of what a descriptor stands for, for calls that want one. */
struct tree_proc_name {
	char text[32];
};
struct tree_proc_name tree_proc_name(int fd);

/* Works for O_PATH descriptors as well; not for links. 0 or -errno. */
_must_check_ int tree_mode_set(int fd, mode_t mode);
