/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * env.c - see env.h
 */
#include <string.h>

#include "plan/env.h"

static void append(struct env *env, const char *word)
{
	env->words = grow(env->words, env->count, sizeof(*env->words));
	env->words[env->count++] = word;
}

void env_import(struct env *env, char *const *from)
{
	for (; *from; from++)
		append(env, *from);
}

/* The index of the variable, or the count. */
static size_t find(const struct env *env, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < env->count; i++) {
		if (strncmp(env->words[i], name, length) == 0 && env->words[i][length] == '=')
			return i;
	}
	return env->count;
}

void env_set(struct env *env, struct arena *arena, const char *name, const char *value)
{
	const char *word = arena_format(arena, "%s=%s", name, value);
	size_t at = find(env, name);

	if (at == env->count)
		append(env, word);
	else
		env->words[at] = word;
}

void env_unset(struct env *env, const char *name)
{
	size_t at;

	while ((at = find(env, name)) < env->count) {
		memmove(&env->words[at], &env->words[at + 1],
			(env->count - at - 1) * sizeof(*env->words));
		env->count--;
	}
}

void env_clear(struct env *env)
{
	env->count = 0;
}

const char *env_get(const struct env *env, const char *name)
{
	size_t at = find(env, name);

	return at < env->count ? strchr(env->words[at], '=') + 1 : NULL;
}

void env_put_word(const char **words, const char *word)
{
	size_t name = strcspn(word, "=") + 1;

	while (*words && strncmp(*words, word, name) != 0)
		words++;
	*words = word;
}

bool env_name_ok(const char *name)
{
	return name[0] != '\0' && !strchr(name, '=');
}
