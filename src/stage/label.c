/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * label.c - see label.h
 */
#include <errno.h>

#include "base/selinux.h"
#include "stage/label.h"

static int set(const char *name, const char *label, const char *what, struct err *e)
{
	int (*setter)(const char *);

	*(void **)&setter = selinux_function(name);
	if (!setter)
		return err_set(e, ENOSYS, what, label);
	return setter(label) < 0 ? err_set(e, errno, what, label) : 0;
}

int label_exec(const char *label, struct err *e)
{
	return set("setexeccon", label, "set the label of the program to", e);
}

int label_files(const char *label, struct err *e)
{
	return set("setfscreatecon", label, "set the label of new files to", e);
}
