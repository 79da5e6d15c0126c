/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_mode.c - see tree_mode.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>

#include "base/sys.h"
#include "store/tree_mode.h"

struct tree_proc_name tree_proc_name(int fd)
{
	struct tree_proc_name name;

	snprintf(name.text, sizeof(name.text), "/proc/self/fd/%d", fd);
	return name;
}

int tree_mode_set(int fd, mode_t mode)
{
	const struct tree_proc_name name = tree_proc_name(fd);

	/* Linux 6.6; a filter that does not know the call may say something else than ENOSYS. */
	if (sys_fchmodat2(fd, "", mode, AT_EMPTY_PATH) == 0)
		return 0;
	return chmod(name.text, mode) < 0 ? -errno : 0;
}
