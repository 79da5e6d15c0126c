/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json.h - writing JSON (RFC 8259), indented, straight to a stream
 *
 *	struct json json = json_new(stdout);
 *	json_open(&json, NULL, '{');
 *	json_string(&json, "name", "crannog");
 *	json_open(&json, "list", '[');
 *	json_number(&json, NULL, 1);
 *	json_close(&json);
 *	json_close(&json);
 *
 * @key is the member's name in an object, NULL in an array and for the outermost value. The
 * outermost close ends the text with a newline. A failed write shows in ferror(3) of the stream.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/macros.h"

enum { JSON_DEPTH = 16 };

struct json {
	FILE *to;
	char closers[JSON_DEPTH]; /* of the brackets that are open */
	unsigned depth;
	bool empty; /* nothing in the innermost bracket yet */
};

struct json json_new(FILE *to);

/* Opens an object, '{', or an array, '['. */
void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json);

/* NULL is written as null; bytes that are not UTF-8 as lone surrogates, U+DC80 to U+DCFF. */
void json_string(struct json *json, const char *key, const char *value);
void json_number(struct json *json, const char *key, long long value);
void json_bool(struct json *json, const char *key, bool value);
