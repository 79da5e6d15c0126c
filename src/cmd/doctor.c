/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * doctor.c - what this machine allows, what is missing, and what mends it
 *
 * One line for each probe, and below it the command or setting that mends what is missing. The
 * exit code says whether anything can be run at all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/probe.h"

/* The columns are as wide as their widest entry. */
struct widths {
	int status, name, needed_for;
};

static int wider(int width, const char *text)
{
	return MAX(width, (int)strlen(text));
}

static struct widths measure(void)
{
	struct widths widths = { .status = (int)strlen(probe_status_text(PROBE_NOT_NEEDED)) };

	for (size_t i = 0; i < probe_count; i++) {
		widths.name = wider(widths.name, probes[i].name);
		widths.needed_for = wider(widths.needed_for, probes[i].needed_for);
	}
	return widths;
}

static void print_text(const struct finding *findings)
{
	struct widths widths = measure();

	for (size_t i = 0; i < probe_count; i++) {
		printf("%-*s  %-*s  for %-*s  %s\n", widths.status,
		       probe_status_text(findings[i].status), widths.name, probes[i].name,
		       widths.needed_for, probes[i].needed_for, findings[i].detail);
		if (findings[i].mend[0])
			printf("  mend: %s\n", findings[i].mend);
	}
	puts(probe_main_job(findings) ? "\nPrograms can be run in sandboxes here."
				      : "\nNo program can be run in a sandbox here.");
}

static void print_json(const struct finding *findings)
{
	struct json json = json_new(stdout);

	json_open(&json, NULL, '{');
	json_bool(&json, "main_job", probe_main_job(findings));
	json_open(&json, "checks", '[');
	for (size_t i = 0; i < probe_count; i++) {
		json_open(&json, NULL, '{');
		json_string(&json, "name", probes[i].name);
		json_string(&json, "status", probe_status_text(findings[i].status));
		json_string(&json, "needed_for", probes[i].needed_for);
		json_string(&json, "detail", findings[i].detail);
		json_string(&json, "mend", findings[i].mend[0] ? findings[i].mend : NULL);
		json_close(&json);
	}
	json_close(&json);
	json_close(&json);
}

static int examine(bool as_json)
{
	auto_free_ struct finding *findings = xrealloc(NULL, probe_count * sizeof(*findings));

	probe_all(findings);
	if (as_json)
		print_json(findings);
	else
		print_text(findings);
	return finish_output(probe_main_job(findings) ? EXIT_SUCCESS : EXIT_FAILURE);
}

static int obey(struct request *request, char **words, struct err *e)
{
	char **rest;
	int r = options_parse(request, words, &rest, e);

	if (r >= 0 && request->wanted == WANT_RUN && *rest)
		r = err_usage(e, "doctor takes no words: %s", *rest);
	if (r < 0) {
		err_print(e);
		return EXIT_SETUP;
	}
	if (request->wanted == WANT_RUN)
		return examine(request->json);
	help_verb(verb_find("doctor"), stdout);
	return finish_output(EXIT_SUCCESS);
}

int cmd_doctor(char **words)
{
	struct request request;
	struct plan plan;
	struct err e = { 0 };

	plan_init(&plan);
	request_init(&request, &plan, MODE_DOCTOR);
	int code = obey(&request, words, &e);
	request_free(&request);
	plan_free(&plan);
	return code;
}
