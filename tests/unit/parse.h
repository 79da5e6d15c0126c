/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * parse.h - a command line, parsed, for the tests of the parser and what comes after it
 */
#pragma once

#include "front/options.h"

struct parsed {
	struct plan plan;
	struct request request;
	struct err err;
	char **rest; /* the program to run */
	int r;       /* what options_parse() returned */
	char *said;  /* on stderr meanwhile */
};

/* Parses; words end with a NULL. */
struct parsed *parse(unsigned mode, const char *const *words);
void parse_free(struct parsed *parsed);

/* The same for a command line that must be good. */
struct parsed *parse_good(unsigned mode, const char *const *words);

#define PARSE(mode, ...) parse(mode, (const char *const[]){ __VA_ARGS__, NULL })
#define ACCEPT(mode, ...) parse_good(mode, (const char *const[]){ __VA_ARGS__, NULL })

/* A command line and the one sentence that refuses it. */
struct refusal {
	const char *words[8];
	const char *text;
};

void expect_refused(unsigned mode, const struct refusal *refusal);

#define REFUSE(mode, text, ...) expect_refused(mode, &(struct refusal){ { __VA_ARGS__ }, text })

/* The number, as text, of a new descriptor that reads @data of @size. Good until the next. */
const char *fd_text(const void *data, size_t size);

#define BLOB(words) fd_text(words, sizeof(words))
