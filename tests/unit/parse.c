/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * parse.c - see parse.h
 */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/io.h"
#include "base/log.h"
#include "parse.h"
#include "process.h"

struct parsed *parse(unsigned mode, const char *const *words)
{
	struct parsed *parsed = xrealloc(NULL, sizeof(*parsed));

	*parsed = (struct parsed){ 0 };
	plan_init(&parsed->plan);
	request_init(&parsed->request, &parsed->plan, mode);
	stderr_catch();
	parsed->r = options_parse(&parsed->request, (char **)words, &parsed->rest, &parsed->err);
	log_level_prefix(false);
	log_verbose(false);
	parsed->said = stderr_caught();
	return parsed;
}

void parse_free(struct parsed *parsed)
{
	request_free(&parsed->request);
	plan_free(&parsed->plan);
	free(parsed->said);
	free(parsed);
}

struct parsed *parse_good(unsigned mode, const char *const *words)
{
	struct parsed *parsed = parse(mode, words);

	if (parsed->r < 0)
		fail_msg("refused: %s", err_reason(&parsed->err));
	return parsed;
}

void expect_refused(unsigned mode, const struct refusal *refusal)
{
	struct parsed *parsed = parse(mode, refusal->words);

	if (parsed->r >= 0)
		fail_msg("not refused with: %s", refusal->text);
	assert_string_equal(err_reason(&parsed->err), refusal->text);
	assert_int_equal(parsed->r, -parsed->err.code);
	parse_free(parsed);
}

const char *fd_text(const void *data, size_t size)
{
	static char text[16];
	int fd = fd_from_data("test", data, size);

	assert_true(fd >= 0);
	snprintf(text, sizeof(text), "%d", fd);
	return text;
}
