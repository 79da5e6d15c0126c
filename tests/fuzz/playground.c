/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playground.c - see playground.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/log.h"
#include "front/front.h"
#include "plan/check.h"
#include "plan/view.h"
#include "playground.h"

unsigned playground_mode(const uint8_t **data, size_t *size, char end)
{
	static const struct {
		const char *name;
		unsigned mode;
	} modes[] = { { "bwrap", MODE_BWRAP }, { "run", MODE_RUN }, { "show", MODE_SHOW } };

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		size_t length = strlen(modes[i].name);

		if (*size <= length || memcmp(*data, modes[i].name, length) != 0 ||
		    (*data)[length] != (uint8_t)end)
			continue;
		*data += length + 1;
		*size -= length + 1;
		return modes[i].mode;
	}
	return 0;
}

/* Does the parser take this for the number of a descriptor that is not ours to give away? */
static bool is_strange(const char *text)
{
	char *end;

	errno = 0;
	long number = strtol(text, &end, 10);
	if (errno || *end || end == text || number < 0 || number > INT_MAX)
		return false;
	if (number >= PLAYGROUND && number < PLAYGROUND + PLAYGROUND_COUNT)
		return false;
	return fd_is_open((int)number);
}

/* The word, or "--option=" and a number, at @to; returns its length. */
static size_t put_word(char *to, const char *word)
{
	const char *equals = strchr(word, '=');
	const char *number = equals && is_strange(equals + 1) ? equals + 1 : word;

	if (!is_strange(number))
		return (size_t)(stpcpy(to, word) - to);
	char *at = mempcpy(to, word, (size_t)(number - word));
	return (size_t)(stpcpy(at, PLAYGROUND_TEXT) - to);
}

struct bytes playground_words(const char *data, size_t size)
{
	/* The shortest word that grows is a digit, and three digits take its place. */
	struct bytes bytes = { .data = xrealloc(NULL, size * 3 + 1) };
	auto_free_ char *copy = xrealloc(NULL, size + 1);

	memcpy(copy, data, size);
	copy[size] = '\0';
	for (size_t at = 0; at < size; at += strlen(copy + at) + 1) {
		bytes.size += put_word(bytes.data + bytes.size, copy + at);
		if (at + strlen(copy + at) < size)
			bytes.data[bytes.size++] = '\0';
	}
	bytes.data[bytes.size] = '\0';
	return bytes;
}

/* A failure here is the machine's: without descriptors there is nothing to try. */
static void place(int fd, int number)
{
	if (fd < 0 || dup3(fd, number, O_CLOEXEC) < 0)
		abort();
	close(fd);
}

void playground_open(const struct bytes *bytes)
{
	static const char zeros[16];

	place(fd_from_data("bytes", bytes->data, bytes->size), PLAYGROUND);
	place(fd_from_data("nothing", "", 0), PLAYGROUND + 1);
	place(fd_from_data("zeros", zeros, sizeof(zeros)), PLAYGROUND + 2);
	place(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), PLAYGROUND + 3);
}

/* What `show` does, without the printing. */
static int look(const struct plan *plan, const char *path, struct err *e)
{
	struct view_answer answer;
	struct view *view;
	int r = view_build(plan, &view, e);

	if (r < 0)
		return r;
	if (path && path[0] == '/')
		view_why(view, path, &answer);
	view_free(view);
	return 0;
}

void playground_parse(unsigned mode, char **words)
{
	struct err e = { 0 };
	struct request request;
	struct plan plan;
	int r;

	plan_init(&plan);
	request_init(&request, &plan, mode);
	r = mode == MODE_BWRAP ? front_bwrap(&request, words, &e) : front_run(&request, words, &e);
	if (r >= 0 && request.wanted == WANT_RUN)
		r = plan_check(&plan, &e);
	if (r >= 0 && request.wanted == WANT_RUN && mode == MODE_SHOW)
		r = look(&plan, request.why, &e);
	if (r < 0 && (e.code <= 0 || !err_reason(&e)[0]))
		abort(); /* a failure that could not be told */
	log_level_prefix(false);
	log_verbose(false);
	request_free(&request);
	plan_free(&plan);
}
