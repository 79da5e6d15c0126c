/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * run.c - `crannog run` and `crannog bwrap`: a request becomes a plan, the plan a launch
 *
 * The two differ in the front-end that fills the plan, in the words of the messages, and in the
 * exit codes for what goes wrong.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/bwrap_text.h"
#include "cmd/cmd.h"
#include "cmd/kept.h"
#include "front/front.h"
#include "plan/check.h"
#include "watch/launch.h"

/* What sets one of the two verbs apart from the other. */
struct dialect {
	enum mode mode;
	const char *verb, *name;
	int (*front)(struct request *request, char **words, struct err *e);
	void (*print)(const struct err *e);
};

static const struct dialect run_dialect = { MODE_RUN, "run", "crannog", front_run, err_print };
static const struct dialect bwrap_dialect = { MODE_BWRAP, "bwrap", "bwrap", front_bwrap,
					      bwrap_print };

static int exit_code_for(const struct dialect *dialect, const struct err *e)
{
	static const int codes[] = { [ERR_SETUP] = EXIT_SETUP,
				     [ERR_NOT_FOUND] = EXIT_NOT_FOUND,
				     [ERR_EXEC] = EXIT_CANNOT_EXEC };

	return dialect->mode == MODE_BWRAP ? EXIT_BWRAP : codes[e->kind];
}

static int answer(const struct dialect *dialect, enum wanted wanted)
{
	const struct verb *verb = verb_find(dialect->verb);

	if (wanted == WANT_VERSION) {
		help_version(verb);
		return finish_output(0);
	}
	if (wanted == WANT_HELP) {
		help_verb(verb, stdout);
		return finish_output(0);
	}
	help_verb(verb, stderr);
	return dialect->mode == MODE_BWRAP ? EXIT_BWRAP : EXIT_SETUP;
}

/* Fills the plan and carries it out; *ret_code is the exit code. */
static int carry_out(const struct dialect *dialect, struct request *request, char **words,
		     const struct launch_start *start, int *ret_code, struct err *e)
{
	int r = dialect->front(request, words, e);

	if (r < 0)
		return r;
	if (request->wanted != WANT_RUN) {
		*ret_code = answer(dialect, request->wanted);
		return 0;
	}
	struct kept kept = KEPT_NONE; /* its locks are the plan's, and stay */
	r = kept_resolve(&kept, request, true, e);
	if (r >= 0)
		r = plan_check(request->plan, e);
	if (r >= 0)
		r = kept_open_layer(&kept, request, e);
	if (r < 0)
		return r;
	log_step("plan made: %zu operations", request->plan->op_count);
	return launch(start, ret_code, e);
}

/* The plan is not freed: what runs inside may still use it, and the process is about to end. */
static int run(const struct dialect *dialect, char **words)
{
	static struct plan plan;
	const struct launch_start start = { .plan = &plan,
					    .name = dialect->name,
					    .parent = getppid() };
	struct request request;
	struct err err = { 0 };
	int code;

	log_name(dialect->name);
	plan_init(&plan);
	request_init(&request, &plan, dialect->mode);
	if (carry_out(dialect, &request, words, &start, &code, &err) < 0) {
		dialect->print(&err);
		code = exit_code_for(dialect, &err);
	}
	request_free(&request);
	return code;
}

int cmd_run(char **words)
{
	return run(&run_dialect, words);
}

int cmd_bwrap(char **words)
{
	return run(&bwrap_dialect, words);
}
