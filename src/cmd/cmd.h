/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cmd.h - the verbs a person types
 *
 * Each takes the words after the verb, NULL-terminated, and returns the exit code. Only these and
 * main.c print to stdout.
 */
#pragma once

#include <stdio.h>

#include "front/options.h"

/* Exit codes of ours; everything else is the program's. */
enum {
	EXIT_SETUP = 125, /* the request or the sandbox failed, the program was not started */
	EXIT_CANNOT_EXEC = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_BWRAP = 1, /* any of these as bwrap */
};

struct subverb;

struct verb {
	const char *name;
	unsigned mode; /* of enum mode: whose options it takes; 0: none of the table */
	int (*main)(char **words);
	const char *synopsis;           /* what follows the verb */
	const char *help;               /* one line */
	const struct subverb *subverbs; /* NULL: none */
};

/* All verbs, in the order of the manual; name NULL ends them. */
extern const struct verb verbs[];

/* The verb of that name, or NULL. */
const struct verb *verb_find(const char *name);

int cmd_run(char **words);
int cmd_bwrap(char **words);
int cmd_show(char **words);
int cmd_doctor(char **words);
int cmd_rootfs(char **words);
int cmd_layer(char **words);
int cmd_help(char **words);

/* The texts of --help and --version. */
void help_program(FILE *to);
void help_verb(const struct verb *verb, FILE *to);
void help_version(const struct verb *verb);

/* Flushes stdout; returns @code, or EXIT_SETUP with a message if it could not be written. */
int finish_output(int code);
