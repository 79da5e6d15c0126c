/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * help.c - what --help prints, from the tables
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/subverb.h"

enum { HELP_COLUMN = 32 };

const struct verb *verb_find(const char *name)
{
	const struct verb *verb = verbs;

	while (verb->name && strcmp(verb->name, name) != 0)
		verb++;
	return verb->name ? verb : NULL;
}

static void print_option(const struct option *option, FILE *to)
{
	int width = fprintf(to, "    %s%s%s", option->name, option->arguments[0] ? " " : "",
			    option->arguments);

	if (width >= HELP_COLUMN) {
		fputc('\n', to);
		width = 0;
	}
	fprintf(to, "%*s%s\n", HELP_COLUMN - width, " ", option->help);
}

static void print_options(unsigned mode, FILE *to)
{
	const char *group = NULL;

	for (size_t i = 0; i < option_count; i++) {
		if (options[i].group)
			group = options[i].group;
		if (!(options[i].modes & mode))
			continue;
		if (group)
			fprintf(to, "\n%s:\n", group);
		group = NULL;
		print_option(&options[i], to);
	}
}

void help_verb(const struct verb *verb, FILE *to)
{
	if (verb->mode == MODE_BWRAP)
		fprintf(to, "usage: bwrap %s\n", verb->synopsis);
	else
		fprintf(to, "usage: crannog %s %s\n\n%s.\n", verb->name, verb->synopsis,
			verb->help);
	if (verb->subverbs) {
		fputc('\n', to);
		subverb_print(verb->subverbs, to);
	}
	print_options(verb->mode, to);
}

void help_version(const struct verb *verb)
{
	if (verb->mode == MODE_BWRAP)
		puts("bubblewrap " BWRAP_VERSION);
	else
		puts(PACKAGE_STRING);
}

void help_program(FILE *to)
{
	fputs("usage: crannog VERB [OPTION...] [--] [COMMAND [ARGUMENT...]]\n\n"
	      "Run a program in a private view of the system, without privileges.\n\n",
	      to);
	for (const struct verb *verb = verbs; verb->name; verb++)
		fprintf(to, "    %-10s%s\n", verb->name, verb->help);
	fputs("\ncrannog VERB --help lists the options of a verb; the manual is crannog(1).\n", to);
}

int cmd_help(char **words)
{
	const struct verb *verb = words[0] ? verb_find(words[0]) : NULL;

	if (words[0] && !verb) {
		log_error("there is no verb %s", words[0]);
		return EXIT_SETUP;
	}
	if (verb && verb->mode)
		help_verb(verb, stdout);
	else
		help_program(stdout);
	return finish_output(0);
}

int finish_output(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	log_error("cannot write to standard output");
	return EXIT_SETUP;
}
