/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * selinux.c - see selinux.h
 */
#include "config.h"

#include "base/macros.h"
#include "base/selinux.h"

#if defined(LIBSELINUX_SONAME) && !defined(STATIC_BINARY)

#include <dlfcn.h>

/* The library stays loaded: the process is about to become something else. */
void *selinux_function(const char *name)
{
	void *library = dlopen(LIBSELINUX_SONAME, RTLD_NOW | RTLD_LOCAL);

	return library ? dlsym(library, name) : NULL;
}

#else

void *selinux_function(const char *name _unused_)
{
	return NULL;
}

#endif

bool selinux_is_enabled(void)
{
	int (*enabled)(void);

	*(void **)&enabled = selinux_function("is_selinux_enabled");
	return enabled && enabled() == 1;
}
