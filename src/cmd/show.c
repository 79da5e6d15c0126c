/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * show.c - the plan that a launch would carry out, or what one path would be
 *
 *	crannog show [OPTIONS] [CMD…]                       as `run`
 *	crannog show [--json] [--why PATH] bwrap ARGUMENTS  as bubblewrap
 *
 * Options of ours stand before the word "bwrap", since all that follow are bubblewrap's. The plan
 * of running a program of that name is had with `show -- bwrap …`.
 *
 * Nothing is made or started. What would fail fails here, with the words of a launch on stderr,
 * after the plan if there is one. Exit codes: 0; 125 if the request is wrong or the launch would
 * fail; with --why, 0 if the path exists inside, 1 if it does not or cannot be told.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/log.h"
#include "cmd/bwrap_text.h"
#include "cmd/cmd.h"
#include "cmd/kept.h"
#include "front/front.h"
#include "plan/check.h"
#include "plan/print.h"
#include "plan/view.h"

enum { EXIT_ABSENT = 1 };

/* --- why: for people --- */

/* "the host's /etc/passwd": what keeps the contents. */
static void print_backing(const struct view_answer *answer)
{
	static const char *const texts[] = {
		[BACKED_HOST] = "the host's ",
		[BACKED_LAYER] = "through an overlay the host's ",
		[BACKED_LAUNCH] = "made at launch on the host, as ",
		[BACKED_UPPER] = "in the writable layer of an overlay",
		[BACKED_MEMORY] = "in memory",
		[BACKED_DATA] = "what a descriptor reads",
		[BACKED_PROC] = "the kernel's, about processes",
		[BACKED_DEVPTS] = "the kernel's, terminals",
		[BACKED_MQUEUE] = "the kernel's, message queues",
		[BACKED_MASK] = "hidden",
	};

	if (texts[answer->backing])
		printf(", %s", texts[answer->backing]);
	if (answer->source[0])
		printf("%s%s", answer->backing == BACKED_UPPER ? ": the host's " : "",
		       answer->source);
}

static void print_asker(const struct view_answer *answer)
{
	char origin[512] = "";

	if (answer->op)
		origin_text(&answer->op->origin, origin, sizeof(origin));
	if (origin[0])
		printf("; by %s", origin);
	else
		fputs("; the root that every sandbox starts from", stdout);
}

static void print_present(const char *path, const struct view_answer *answer)
{
	printf("%s: a %s, %s", path, view_type_name(answer->type),
	       answer->writable ? "writable" : "read-only");
	print_backing(answer);
	print_asker(answer);
	putchar('\n');
	if (strcmp(path, answer->path) != 0)
		printf("  its path without links is %s\n", answer->path);
	/* Why it is read-only is clear already if what made it says so. */
	if (!answer->writable && !answer->hidden &&
	    !(answer->closed_by && answer->closed_by == answer->op))
		printf("  not writable: %s\n", answer->why_not);
	if (!answer->readable && !answer->hidden)
		puts("  and not readable by the program");
}

static void print_absent(const char *path, const struct view_answer *answer)
{
	struct stat st;

	if (answer->missing[0])
		printf("%s: absent, there is no %s in %s", path, answer->missing, answer->path);
	else if (answer->reason == ENOTDIR)
		printf("%s: absent, %s is a %s", path, answer->path, view_type_name(answer->type));
	else if (answer->reason == EACCES)
		printf("%s: out of reach, the program may not enter %s", path, answer->path);
	else
		printf("%s: absent, %s: %s", path, answer->path, strerror(answer->reason));
	print_backing(answer);
	print_asker(answer);
	putchar('\n');
	if (answer->missing[0] && lstat(path, &st) == 0)
		puts("  the host has one: a bind would show it");
}

static void print_why(const char *path, const struct view_answer *answer)
{
	switch (answer->exists) {
	case VIEW_PRESENT:
		print_present(path, answer);
		break;
	case VIEW_ABSENT:
		print_absent(path, answer);
		break;
	case VIEW_UNKNOWN:
		printf("%s: depends on the processes inside, %s", path, answer->path);
		print_backing(answer);
		print_asker(answer);
		putchar('\n');
		break;
	}
}

/* --- why: for programs --- */

static void print_state_json(const struct view_answer *answer, struct json *json)
{
	bool known = answer->exists != VIEW_UNKNOWN;

	if (known)
		json_bool(json, "exists", answer->exists == VIEW_PRESENT);
	else
		json_string(json, "exists", NULL);
	json_string(json, "reason",
		    answer->exists == VIEW_ABSENT ? strerror(answer->reason) : NULL);
	json_string(json, "missing", answer->missing[0] ? answer->missing : NULL);
}

/* Of what is absent, "resolved" and all below it are about the folder where the path ends. */
static void print_why_json(const char *path, const struct view_answer *answer)
{
	struct json json = json_new(stdout);
	bool present = answer->exists == VIEW_PRESENT;

	json_open(&json, NULL, '{');
	json_string(&json, "path", path);
	print_state_json(answer, &json);
	json_string(&json, "resolved", answer->path);
	json_string(&json, "type", view_type_name(answer->type));
	json_string(&json, "backing", view_backing_name(answer->backing));
	json_string(&json, "source", answer->source[0] ? answer->source : NULL);
	json_bool(&json, "hidden", answer->hidden);
	json_bool(&json, "readable", answer->readable);
	json_bool(&json, "writable", answer->writable);
	json_string(&json, "why_not_writable",
		    present && !answer->writable ? answer->why_not : NULL);
	if (answer->op) {
		print_op_words_json(answer->op, &json);
		print_origin_json(&answer->op->origin, &json);
	}
	json_close(&json);
}

/* --- the plan --- */

/* What a launch would say, or null. */
static void print_failure_json(const struct err *e, struct json *json)
{
	if (!e) {
		json_string(json, "failure", NULL);
		return;
	}
	json_open(json, "failure", '{');
	json_string(json, "attempt", e->what);
	json_string(json, "object", e->object[0] ? e->object : NULL);
	json_string(json, "reason", err_reason(e));
	json_string(json, "hint", e->hint);
	print_origin_json(&e->origin, json);
	json_close(json);
}

static void print_all(const struct request *request, const struct err *failure)
{
	struct json json = json_new(stdout);

	if (!request->json) {
		print_plan(request->plan, stdout);
		return;
	}
	json_open(&json, NULL, '{');
	print_plan_json(request->plan, &json);
	print_failure_json(failure, &json);
	json_close(&json);
}

/* --- the verb --- */

/* A relative path is one from here, as the shell at hand would take it. */
static const char *absolute(struct plan *plan, const char *path)
{
	if (path[0] == '/' || !plan->cwd)
		return plan_absolute(plan, path);
	return arena_format(&plan->arena, "%s/%s", strcmp(plan->cwd, "/") == 0 ? "" : plan->cwd,
			    path);
}

static int answer_why(const struct request *request, struct view *view)
{
	const char *path = absolute(request->plan, request->why);
	struct view_answer answer;

	view_why(view, path, &answer);
	if (request->json)
		print_why_json(path, &answer);
	else
		print_why(path, &answer);
	return answer.exists == VIEW_PRESENT ? EXIT_SUCCESS : EXIT_ABSENT;
}

/* As the launch would say it. */
static void print_failure(const struct request *request, const struct err *e)
{
	if (request->mode == MODE_BWRAP)
		bwrap_print(e);
	else
		err_print(e);
}

static int show(const struct request *request, struct err *e)
{
	struct view *view = NULL;
	int code = EXIT_SUCCESS, r = view_build(request->plan, &view, e);

	if (!request->why)
		print_all(request, r < 0 ? e : NULL);
	else if (r >= 0)
		code = answer_why(request, view);
	view_free(view);
	code = finish_output(code);
	if (r >= 0)
		return code;
	print_failure(request, e);
	return EXIT_SETUP;
}

static int answer_wanted(enum wanted wanted)
{
	const struct verb *verb = verb_find("show");

	if (wanted == WANT_VERSION)
		help_version(verb);
	else
		help_verb(verb, stdout);
	return finish_output(EXIT_SUCCESS);
}

/* Options of ours before the word "bwrap": they are taken, and *words is what follows it. */
static bool take_bwrap(struct request *request, char ***words)
{
	char **at = *words;
	struct request found = *request;

	for (; *at && (*at)[0] == '-'; at++) {
		if (strcmp(*at, "--json") == 0)
			found.json = true;
		else if (strncmp(*at, "--why=", strlen("--why=")) == 0)
			found.why = *at + strlen("--why=");
		else if (strcmp(*at, "--why") == 0 && at[1])
			found.why = *++at;
		else
			return false;
	}
	if (!*at || strcmp(*at, "bwrap") != 0)
		return false;
	*request = found;
	request->mode = MODE_BWRAP;
	*words = at + 1;
	return true;
}

static int read_request(struct request *request, char **words, struct err *e)
{
	bool as_bwrap = take_bwrap(request, &words);
	struct kept kept = KEPT_NONE; /* a lock ends with this process */
	int r;

	if (as_bwrap)
		log_name("bwrap");
	r = as_bwrap ? front_bwrap(request, words, e) : front_run(request, words, e);
	if (r >= 0 && request->wanted == WANT_USAGE)
		r = err_usage(e, "show bwrap: no program to run is given");
	if (r < 0 || request->wanted != WANT_RUN)
		return r;
	r = kept_resolve(&kept, request, false, e);
	return r < 0 ? r : plan_check(request->plan, e);
}

int cmd_show(char **words)
{
	struct request request;
	struct plan plan;
	struct err e = { 0 };
	int code = EXIT_SETUP;

	plan_init(&plan);
	request_init(&request, &plan, MODE_SHOW);
	int r = read_request(&request, words, &e);
	if (r < 0)
		print_failure(&request, &e);
	else
		code = request.wanted == WANT_RUN ? show(&request, &e)
						  : answer_wanted(request.wanted);
	request_free(&request);
	plan_free(&plan);
	return code;
}
