/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libarchive.c - see libarchive.h
 */
#define _GNU_SOURCE
#include "config.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "store/libarchive.h"

#if defined(LIBARCHIVE_SONAME) && !defined(STATIC_BINARY)

static const char *const names[] = {
#define NAME(name) #name,
	LIBARCHIVE_FUNCTIONS(NAME)
#undef NAME
};

int libarchive_load(struct libarchive *ret, struct err *e)
{
	void *library = dlopen(LIBARCHIVE_SONAME, RTLD_NOW | RTLD_LOCAL);
	void *functions[ARRAY_SIZE(names)];

	if (!library) {
		err_refuse(e, "read or write archives with", LIBARCHIVE_SONAME, "%s", dlerror());
		return err_hint(e, "install libarchive13 (Debian, Ubuntu) or libarchive");
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		functions[i] = dlsym(library, names[i]);
		if (!functions[i])
			return err_refuse(e, "read or write archives with", LIBARCHIVE_SONAME,
					  "it has no %s", names[i]);
	}
	_Static_assert(sizeof(*ret) == sizeof(functions), "nothing but pointers to functions");
	memcpy(ret, functions, sizeof(*ret));
	return 0;
}

#else

int libarchive_load(struct libarchive *ret _unused_, struct err *e)
{
	err_refuse(e, "read or write archives with", "libarchive",
		   "a program without shared libraries cannot load it");
	return err_hint(e, "use a build that is not static, with libarchive13 installed");
}

#endif

locale_t libarchive_locale(enum libarchive_use use)
{
	const char *name = use == LIBARCHIVE_READ ? "C" : "C.UTF-8";
	locale_t made = newlocale(LC_CTYPE_MASK, name, (locale_t)0);

	/* Without it names beyond ASCII are marked as binary, which most readers pass over. */
	if (made == (locale_t)0)
		return (locale_t)0;
	return uselocale(made);
}

void libarchive_locale_back(locale_t before)
{
	if (before == (locale_t)0)
		return;
	freelocale(uselocale(before));
}
