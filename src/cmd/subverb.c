/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * subverb.c - see subverb.h
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/subverb.h"
#include "plan/plan.h"

void subverb_print(const struct subverb *subverbs, FILE *to)
{
	char line[128];

	fputs("Commands:\n", to);
	for (; subverbs->name; subverbs++) {
		snprintf(line, sizeof(line), "%s %s", subverbs->name, subverbs->arguments);
		fprintf(to, "    %-28s%s\n", line, subverbs->help);
	}
}

/* Options from all over the line; the other words in their order, NULL at the end. */
static int collect(struct request *request, char **words, char ***ret_words, struct err *e)
{
	char **others = NULL, **rest = words;
	size_t count = 0;

	while (*rest) {
		char **start = rest;
		int r = options_parse(request, rest, &rest, e);

		if (r < 0 || request->wanted != WANT_RUN) {
			free(others);
			return r;
		}
		bool is_last = rest > start && strcmp(rest[-1], "--") == 0;
		for (; *rest && (is_last || (*rest)[0] != '-' || !(*rest)[1]); rest++) {
			others = grow(others, count, sizeof(*others));
			others[count++] = *rest;
		}
	}
	others = grow(others, count, sizeof(*others));
	others[count] = NULL;
	*ret_words = others;
	return 0;
}

static const struct subverb *find(const struct subverb *subverbs, const char *name)
{
	for (; subverbs->name; subverbs++) {
		if (strcmp(subverbs->name, name) == 0)
			return subverbs;
	}
	return NULL;
}

static bool count_fits(const struct subverb *subverb, size_t count)
{
	size_t wanted = subverb->arguments[0] ? 1 : 0, least;
	bool open = strstr(subverb->arguments, "...");

	for (const char *at = subverb->arguments; *at; at++)
		wanted += *at == ' ';
	least = wanted - (strchr(subverb->arguments, '[') != NULL);
	return count >= least && (open || count <= wanted);
}

static int run(const char *verb, struct request *request, const struct subverb *subverbs,
	       char **words, struct err *e)
{
	auto_free_ char **others = NULL;
	size_t count = 0;
	int r = collect(request, words, &others, e);

	if (r < 0 || request->wanted != WANT_RUN)
		return r;
	e->origin = (struct origin){ 0 };
	if (!others[0]) {
		request->wanted = WANT_USAGE;
		return 0;
	}
	const struct subverb *subverb = find(subverbs, others[0]);
	if (!subverb) {
		err_usage(e, "%s has no command %s", verb, others[0]);
		return err_hint(e, "--help lists them");
	}
	while (others[count + 1])
		count++;
	if (!count_fits(subverb, count))
		return err_usage(e, "%s %s takes %s", verb, subverb->name,
				 subverb->arguments[0] ? subverb->arguments : "no words");
	return subverb->main(request, others + 1, e);
}

int subverb_run(const char *verb, enum mode mode, const struct subverb *subverbs, char **words)
{
	struct plan plan;
	struct request request;
	struct err err = { 0 };
	int code = 0;

	log_name(PACKAGE_NAME);
	plan_init(&plan);
	request_init(&request, &plan, mode);
	if (run(verb, &request, subverbs, words, &err) < 0) {
		err_print(&err);
		code = EXIT_SETUP;
	} else if (request.wanted == WANT_HELP) {
		help_verb(verb_find(verb), stdout);
	} else if (request.wanted == WANT_USAGE) {
		help_verb(verb_find(verb), stderr);
		code = EXIT_SETUP;
	}
	request_free(&request);
	plan_free(&plan);
	return finish_output(code);
}
