/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * json.c - see json.h
 */
#include <string.h>

#include "base/json.h"

struct json json_new(FILE *to)
{
	return (struct json){ .to = to, .empty = true };
}

/* How many bytes the UTF-8 sequence at @text has; 0 if it is none (RFC 3629). */
static size_t sequence_length(const unsigned char *text)
{
	static const struct {
		unsigned char first, last, second_least, second_most;
		size_t length;
	} forms[] = {
		{ 0x00, 0x7f, 0x00, 0xff, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t form = 0;

	while (form < ARRAY_SIZE(forms) &&
	       (text[0] < forms[form].first || text[0] > forms[form].last))
		form++;
	if (form == ARRAY_SIZE(forms))
		return 0;
	if (forms[form].length == 1)
		return 1;
	if (text[1] < forms[form].second_least || text[1] > forms[form].second_most)
		return 0;
	for (size_t i = 2; i < forms[form].length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	}
	return forms[form].length;
}

static void put_text(FILE *to, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	fputc('"', to);
	while (*at) {
		size_t length = sequence_length(at);

		if (length == 0)
			fprintf(to, "\\udc%02x", *at);
		else if (*at == '"' || *at == '\\')
			fprintf(to, "\\%c", *at);
		else if (*at < 0x20 || *at == 0x7f)
			fprintf(to, "\\u%04x", *at);
		else
			fwrite(at, 1, length, to);
		at += length ? length : 1;
	}
	fputc('"', to);
}

static void new_line(const struct json *json)
{
	fputc('\n', json->to);
	for (unsigned i = 0; i < json->depth; i++)
		fputs("  ", json->to);
}

static void start_value(struct json *json, const char *key)
{
	if (!json->empty)
		fputc(',', json->to);
	if (json->depth)
		new_line(json);
	if (key) {
		put_text(json->to, key);
		fputs(": ", json->to);
	}
	json->empty = false;
}

void json_open(struct json *json, const char *key, char bracket)
{
	start_value(json, key);
	fputc(bracket, json->to);
	json->closers[json->depth++] = bracket == '{' ? '}' : ']';
	json->empty = true;
}

void json_close(struct json *json)
{
	json->depth--;
	if (!json->empty)
		new_line(json);
	fputc(json->closers[json->depth], json->to);
	json->empty = false;
	if (json->depth == 0)
		fputc('\n', json->to);
}

void json_string(struct json *json, const char *key, const char *value)
{
	start_value(json, key);
	if (value)
		put_text(json->to, value);
	else
		fputs("null", json->to);
}

void json_number(struct json *json, const char *key, long long value)
{
	start_value(json, key);
	fprintf(json->to, "%lld", value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	start_value(json, key);
	fputs(value ? "true" : "false", json->to);
}
