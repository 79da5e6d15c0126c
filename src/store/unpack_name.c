/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack_name.c - see unpack_name.h
 */
#include <string.h>

#include "store/unpack_name.h"

#define WHITEOUT ".wh."
#define AUFS ".wh..wh."
#define OPAQUE ".wh..wh..opq"

static bool is(const char *component, size_t length, const char *text)
{
	return length == strlen(text) && memcmp(component, text, length) == 0;
}

const char *name_clean(const char *name, char ret[PATH_MAX], bool *ret_absolute)
{
	char clean[PATH_MAX];
	size_t used = 0, length;

	if (!name || !*name)
		return "its name is empty";
	for (const char *at = name; *at; at += length + (at[length] == '/')) {
		length = strcspn(at, "/");
		if (length == 0 || is(at, length, "."))
			continue;
		if (is(at, length, ".."))
			return "its name leads out, by \"..\"";
		if (length > NAME_MAX || used + length + 2 > sizeof(clean))
			return "its name is too long";
		if (used > 0)
			clean[used++] = '/';
		memcpy(clean + used, at, length);
		used += length;
	}
	memcpy(ret, clean, used);
	ret[used] = '\0';
	*ret_absolute = *name == '/';
	return NULL;
}

static bool begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Is a component before the last one a whiteout? */
static bool is_below_whiteout(const char *path)
{
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(path, '/')) {
		if (begins(path, WHITEOUT))
			return true;
		path = slash + 1;
	}
	return false;
}

enum name_kind name_in_layer(char *path)
{
	char *slash = strrchr(path, '/');
	char *name = slash ? slash + 1 : path;

	if (begins(path, AUFS) && strcmp(path, OPAQUE) != 0)
		return path[strlen(AUFS)] == '\0' ? NAME_BAD : NAME_IGNORED;
	if (is_below_whiteout(path))
		return NAME_BAD;
	if (!begins(name, WHITEOUT))
		return NAME_PLAIN;
	if (strcmp(name, OPAQUE) == 0) {
		*(slash ? slash : path) = '\0';
		return NAME_OPAQUE;
	}
	const char *gone = name + strlen(WHITEOUT);
	if (!*gone || strcmp(gone, ".") == 0 || strcmp(gone, "..") == 0)
		return NAME_BAD;
	if (begins(name, AUFS))
		return NAME_IGNORED;
	memmove(name, gone, strlen(gone) + 1);
	return NAME_GONE;
}
