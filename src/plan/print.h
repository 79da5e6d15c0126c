/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * print.h - a plan to read, as text for people or as JSON for programs
 *
 * Operations are printed as the options that ask for them, quoted for a shell; a comment says who
 * asked. Nothing is looked up: the same plan gives the same text everywhere.
 */
#pragma once

#include <stdio.h>

#include "base/json.h"
#include "plan/plan.h"

/* The whole plan, by group. A failed write shows in ferror(3). */
void print_plan(const struct plan *plan, FILE *to);

/* The same, as members of the object that is open. */
void print_plan_json(const struct plan *plan, struct json *json);

/* One word as a shell would take it; returns its length as printed. */
size_t print_quoted(const char *word, FILE *to);

/* One operation as text, and as the members "words" and "origin" of the object that is open. */
void print_op(const struct op *op, FILE *to);
void print_op_words_json(const struct op *op, struct json *json);
void print_origin_json(const struct origin *origin, struct json *json);
