/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env.h - the program's environment, as environ(7) wants it
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

struct env {
	const char **words; /* "NAME=VALUE" */
	size_t count;
};

/* Takes over all of @from (not copied: it must outlive the environment). */
void env_import(struct env *env, char *const *from);

/* Sets a variable; its place stays where it was. @arena holds the new word. */
void env_set(struct env *env, struct arena *arena, const char *name, const char *value);
void env_unset(struct env *env, const char *name);
void env_clear(struct env *env);

/* The value, or NULL. */
const char *env_get(const struct env *env, const char *name);

/* Replaces the word of the same name in a NULL-terminated array, or adds it: there must be room. */
void env_put_word(const char **words, const char *word);

/* May this be a variable's name: not empty, no '='? */
bool env_name_ok(const char *name);
