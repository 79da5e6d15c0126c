/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * front.h - the two front-ends: each turns a command line into a whole plan
 *
 * @words: the words after the verb, NULL-terminated; the plan keeps pointers into them.
 * Both return early, with request->wanted set, when help or the version was asked for.
 */
#pragma once

#include "front/options.h"

/* Nothing but what the options say; see crannog-bwrap(1). */
int front_bwrap(struct request *request, char **words, struct err *e);

/* Everything new and closed unless an option opens it; see crannog(1). */
int front_run(struct request *request, char **words, struct err *e);

/* --- shared by both --- */

/* Who the caller is, and where. @pwd: the logical path of the working folder if known. */
void front_caller(struct plan *plan);
const char *front_cwd(struct plan *plan, const char *pwd);

/* The command of the plan, from words up to a NULL. */
void front_command(struct plan *plan, char **words);
