/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * subverb.h - verbs of two words: `crannog layer diff NAME`
 */
#pragma once

#include <stdio.h>

#include "front/options.h"

struct subverb {
	const char *name;
	const char *arguments; /* "NAME FILE"; a last one with "..." may be repeated */
	const char *help;
	int (*main)(struct request *request, char **words, struct err *e);
};

extern const struct subverb rootfs_subverbs[], layer_subverbs[];

/**
 * subverb_run: the command line of a verb whose first word says what to do.
 * @verb: "layer"; @subverbs: ended by a NULL name
 *
 * Options may stand anywhere. Checks the number of words; prints what goes wrong. Returns the exit
 * code.
 */
int subverb_run(const char *verb, enum mode mode, const struct subverb *subverbs, char **words);

/* The lines for --help. */
void subverb_print(const struct subverb *subverbs, FILE *to);
