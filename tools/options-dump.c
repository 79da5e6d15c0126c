/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options-dump.c - the tables of verbs and options as text, for the manual and the completions
 *
 * Runs while the program is built. A line has fields with a tab between them, and the first says
 * what it is:
 *
 *	VERB	name	help
 *	COMMAND	verb	name	arguments	help
 *	GROUP	title
 *	OPTION	--name	arguments	verbs	traits	help
 *
 * verbs and traits are lists with commas. The order is the table's.
 */
#include <stdio.h>

#include "front/options.h"

#define BWRAP MODE_BWRAP
#define RUN (MODE_RUN | MODE_SHOW)
#define SHOW MODE_SHOW
#define DOCTOR MODE_DOCTOR
#define ROOTFS MODE_ROOTFS
#define LAYER MODE_LAYER
#define BOTH (BWRAP | RUN)
#define MODIFIER TRAIT_MODIFIER
#define LAST TRAIT_LAST
#define SAME TRAIT_SAME

struct name {
	unsigned bit;
	const char *text;
};

/* As in main.c, without its functions; tests/lint/options.bats compares the two. */
static const struct {
	unsigned mode;
	const char *name, *help;
} verbs[] = {
	{ MODE_RUN, "run", "Run a program, or your shell, in a private view of the system" },
	{ MODE_BWRAP, "bwrap", "Do what bubblewrap does with this command line" },
	{ MODE_SHOW, "show", "Print what run would do, or what a path is inside" },
	{ MODE_DOCTOR, "doctor", "Say what this machine allows, and what mends the rest" },
	{ MODE_ROOTFS, "rootfs", "Make, list and remove root file systems that are kept" },
	{ MODE_LAYER, "layer", "Look at, commit and discard writable layers" },
	{ 0, "help", "Print this, or the options of a verb" },
	{ 0, "version", "Print the version" },
};

static const struct name traits[] = {
	{ TRAIT_MODIFIER, "modifier" },
	{ TRAIT_LAST, "last" },
	{ TRAIT_SAME, "same" },
};

static const struct row {
	const char *group; /* of a group's title line, or NULL */
	const char *name, *arguments;
	unsigned modes, traits;
	const char *help;
} rows[] = {
#define GROUP(title) { .group = title },
#define OPT(modes_, name_, arguments_, handle_, value_, traits_, help_)                            \
	{ .name = name_,                                                                           \
	  .arguments = arguments_,                                                                 \
	  .modes = modes_,                                                                         \
	  .traits = traits_,                                                                       \
	  .help = help_ },
#include "front/options.def"
#undef OPT
#undef GROUP
};

static const struct command {
	const char *verb, *name, *arguments, *help;
} commands[] = {
#define SUBVERB(verb_, name_, arguments_, main_, help_) { #verb_, name_, arguments_, help_ },
#include "cmd/subverbs.def"
#undef SUBVERB
};

static void print_verbs(unsigned modes)
{
	const char *comma = "";

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (!(verbs[i].mode & modes))
			continue;
		printf("%s%s", comma, verbs[i].name);
		comma = ",";
	}
}

static void print_traits(unsigned bits)
{
	const char *comma = "";

	for (size_t i = 0; i < ARRAY_SIZE(traits); i++) {
		if (!(traits[i].bit & bits))
			continue;
		printf("%s%s", comma, traits[i].text);
		comma = ",";
	}
}

static void print_row(const struct row *row)
{
	if (row->group) {
		printf("GROUP\t%s\n", row->group);
		return;
	}
	printf("OPTION\t--%s\t%s\t", row->name, row->arguments);
	print_verbs(row->modes);
	printf("\t");
	print_traits(row->traits);
	printf("\t%s\n", row->help);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		printf("VERB\t%s\t%s\n", verbs[i].name, verbs[i].help);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("COMMAND\t%s\t%s\t%s\t%s\n", commands[i].verb, commands[i].name,
		       commands[i].arguments, commands[i].help);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		print_row(&rows[i]);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
