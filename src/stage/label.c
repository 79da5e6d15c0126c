/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * label.c - see label.h
 *
 * libselinux is loaded only when a label was asked for: it would cost every launch more than all
 * of our own start.
 */
#include "config.h"

#include <errno.h>

#include "stage/label.h"

#if defined(LIBSELINUX_SONAME) && !defined(STATIC_BINARY)

#include <dlfcn.h>

/* A function of the library, or NULL. The library stays loaded. */
static void *function(const char *name)
{
	void *library = dlopen(LIBSELINUX_SONAME, RTLD_NOW | RTLD_LOCAL);

	return library ? dlsym(library, name) : NULL;
}

#else

static void *function(const char *name _unused_)
{
	return NULL;
}

#endif

bool label_supported(void)
{
	int (*enabled)(void);

	*(void **)&enabled = function("is_selinux_enabled");
	return enabled && enabled() == 1;
}

static int set(const char *name, const char *label, const char *what, struct err *e)
{
	int (*setter)(const char *);

	*(void **)&setter = function(name);
	if (!setter)
		return err_usage(e, "labeling not supported on this system");
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
