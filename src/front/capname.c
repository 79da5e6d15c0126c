/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capname.c - see capname.h
 */
#include "config.h"

#include <string.h>
#include <sys/capability.h>

#include "front/capname.h"

#ifdef STATIC_BINARY

static int from_name(const char *name, cap_value_t *value)
{
	return cap_from_name(name, value);
}

#else

#include <dlfcn.h>

/* The library stays loaded: the process is about to become something else. */
static int from_name(const char *name, cap_value_t *value)
{
	void *library = dlopen(LIBCAP_SONAME, RTLD_NOW | RTLD_LOCAL);
	int (*function)(const char *, cap_value_t *);

	if (!library)
		return -1;
	*(void **)&function = dlsym(library, "cap_from_name");
	return function ? function(name, value) : -1;
}

#endif

int capname_parse(const char *name, int *ret_cap)
{
	const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t digits = strspn(name, "0123456789");
	cap_value_t value;

	/* The library reads as far as it understands, and ignores the rest. */
	if (name[digits ? digits : strspn(name, letters)])
		return -EINVAL;
	if (from_name(name, &value) < 0 || value < 0 || value > 63)
		return -EINVAL;
	*ret_cap = value;
	return 0;
}
