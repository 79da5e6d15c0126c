/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cmdline.c - see cmdline.h
 *
 * Linux lays the strings of argv and then of the environment out in one run of memory; what does
 * not follow on is left alone.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/cmdline.h"
#include "base/mem.h"

static struct {
	char *start, *end;
} original;

/* What is in use in its place. */
static struct {
	char *text;
	char **argv;
} taken;

/* Extends the run of memory by the strings that follow on directly. */
static void measure(char **words)
{
	for (; *words; words++) {
		if (!original.start)
			original.start = original.end = *words;
		if (*words == original.end)
			original.end += strlen(*words) + 1;
	}
}

static size_t count(char **words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

static char **copy(char **words, size_t n, char *text)
{
	char **copied = xrealloc(NULL, (n + 1) * sizeof(*copied));

	for (size_t i = 0; i < n; i++) {
		bool inside = words[i] >= original.start && words[i] < original.end;

		copied[i] = inside ? text + (words[i] - original.start) : words[i];
	}
	copied[n] = NULL;
	return copied;
}

char **cmdline_take(int argc, char **argv)
{
	measure(argv);
	measure(environ);
	size_t size = (size_t)(original.end - original.start);
	taken.text = memcpy(xrealloc(NULL, size + 1), original.start, size);
	environ = copy(environ, count(environ), taken.text);
	taken.argv = copy(argv, (size_t)argc, taken.text);
	return taken.argv;
}

/* Returns the place after the word and its end, or @at if there is no room for it. */
static char *put_word(char *at, const char *word)
{
	size_t size = strlen(word) + 1;

	if (size > (size_t)(original.end - at))
		return at;
	memcpy(at, word, size);
	return at + size;
}

void cmdline_hide(const char *name, const char *const *command)
{
	memset(original.start, 0, (size_t)(original.end - original.start));
	char *before = original.start, *at = put_word(before, name);
	for (; *command && at != before; command++) {
		before = at;
		at = put_word(at, *command);
	}
}
