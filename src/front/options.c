/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options.c - the parser; see options.h
 *
 * Two dialects share it. As bwrap, a word is an option only in the form "--name", its values are
 * the words after it, and everything about left-over modifiers and repeated options is as that
 * program's users know it. `run` also takes --name=value, and a left-over modifier is an error.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "front/handlers.h"
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

const struct option options[] = {
#define GROUP(title) { .group = title },
#define OPT(modes_, name_, arguments_, handle_, value_, traits_, help_)                            \
	{ .modes = modes_,                                                                         \
	  .name = "--" name_,                                                                      \
	  .name_length = sizeof("--" name_) - 1,                                                   \
	  .arguments = arguments_,                                                                 \
	  .handle = handle_,                                                                       \
	  .value = value_,                                                                         \
	  .traits = traits_,                                                                       \
	  .help = help_ },
#include "front/options.def"
#undef OPT
#undef GROUP
};
const size_t option_count = ARRAY_SIZE(options);

enum { MAX_WORDS = 1000000 };

void request_init(struct request *request, struct plan *plan, unsigned mode)
{
	*request =
		(struct request){ .plan = plan, .mode = mode, .layer = { .driver = DRIVER_AUTO } };
	request->times = xrealloc(NULL, option_count);
	memset(request->times, 0, option_count);
}

void request_free(struct request *request)
{
	free(request->times);
	free(request->used_fds);
	free(request->next.layers);
	free(request->env_named);
	free(request->layer.lowers);
}

/* The number of words an option takes: those in "SRC DEST". */
static int arity(const struct option *option)
{
	int blanks = 0;

	if (!option->arguments[0])
		return 0;
	for (const char *at = option->arguments; *at; at++)
		blanks += *at == ' ';
	return blanks + 1;
}

static const struct option *find(const char *name, size_t length, unsigned modes)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option *option = &options[i];

		if (option->name_length == length && (option->modes & modes) &&
		    memcmp(option->name, name, length) == 0)
			return option;
	}
	return NULL;
}

const struct option *option_find(const char *name, unsigned modes)
{
	return find(name, strlen(name), modes);
}

static int takes(const struct option *option, struct err *e)
{
	static const char *const words[] = { "", "an argument", "two arguments",
					     "three arguments" };
	const char *what = words[arity(option)];

	/* Two of bwrap's messages say it in other words. */
	if (strcmp(option->name, "--chdir") == 0 || strcmp(option->name, "--remount-ro") == 0)
		what = "one argument";
	return err_usage(e, "%s takes %s", option->name, what);
}

/* After an option that is no modifier: was one left without the operation it is for? */
static int check_modifiers(const struct request *request, struct err *e)
{
	if (request->next.has_perms)
		return err_usage(e, "--perms must be followed by an option that creates a file");
	if (request->next.has_size)
		return err_usage(e, "--size must be followed by --tmpfs");
	if (request->next.layer_count)
		return err_usage(
			e, "--overlay-src must be followed by another --overlay-src or one of "
			   "--overlay, --tmp-overlay, or --ro-overlay");
	return 0;
}

/* bwrap forgets a --perms or --size with nothing after it; nobody else does. */
static void forget_modifiers(struct request *request)
{
	if (request->mode == MODE_BWRAP)
		request->next.has_perms = request->next.has_size = false;
}

static int handle(struct request *request, const struct option *option, char **values,
		  struct err *e)
{
	request->origin = (struct origin){ .option = option->name,
					   .file = request->origin.file,
					   .line = request->origin.line };
	e->origin = (struct origin){ 0 };
	if (request->mode != MODE_BWRAP)
		e->origin = request->origin;
	if (request->times[option - options]++ && (option->traits & TRAIT_LAST)) {
		request->times[option - options] = 1;
		log_warning("Only the last %s option will take effect", option->name);
	}
	int r = option->handle(request, option, values, e);
	if (r < 0 || (option->traits & TRAIT_MODIFIER))
		return r;
	return check_modifiers(request, e);
}

/* `run` takes --bind SRC for --bind SRC SRC: a DEST is a word that begins with a slash. */
static bool one_word_for_two(const struct request *request, const struct option *option,
			     char **values)
{
	return request->mode != MODE_BWRAP && (option->traits & TRAIT_SAME) && values[0] &&
	       (!values[1] || values[1][0] != '/');
}

/* The words after the option become its values; *ret_used says how many there were. */
static int take_option(struct request *request, const struct option *option, char **values,
		       int *ret_used, struct err *e)
{
	int wanted = arity(option);

	if (one_word_for_two(request, option, values)) {
		char *both[] = { values[0], values[0], NULL };

		*ret_used = 1;
		return handle(request, option, both, e);
	}
	for (int i = 0; i < wanted; i++) {
		if (!values[i])
			return takes(option, e);
	}
	*ret_used = wanted;
	return handle(request, option, values, e);
}

/* "--name=value", for those who write it so. */
static int take_joined(struct request *request, char *word, char *equals, struct err *e)
{
	const struct option *option = find(word, (size_t)(equals - word), request->mode);
	char *values[] = { equals + 1, NULL };
	int used;

	if (!option || arity(option) == 0)
		return err_usage(e, option ? "%.*s takes no argument" : "Unknown option %.*s",
				 (int)(equals - word), word);
	return take_option(request, option, values, &used, e);
}

/* Letters for what is typed most. */
static const char *long_name(const struct request *request, const char *word)
{
	if (request->mode == MODE_BWRAP)
		return word;
	if (strcmp(word, "-v") == 0)
		return "--verbose";
	return strcmp(word, "-h") == 0 ? "--help" : word;
}

static int unknown(const struct request *request, const char *word, struct err *e)
{
	err_usage(e, "Unknown option %s", word);
	if (request->mode == MODE_BWRAP)
		return -e->code;
	if (option_find(word, ~0U))
		return err_hint(e, "this option belongs to another verb");
	return err_hint(e, "crannog VERB --help lists the options of a verb");
}

/* One option and its values at @words; *ret_used counts the words. */
static int parse_one(struct request *request, char **words, int *ret_used, struct err *e)
{
	const struct option *option = option_find(long_name(request, words[0]), request->mode);
	char *equals = strchr(words[0], '=');
	int r;

	e->origin = (struct origin){ 0 };
	*ret_used = 1;
	if (!option && equals && request->mode != MODE_BWRAP)
		return take_joined(request, words[0], equals, e);
	if (!option)
		return unknown(request, words[0], e);
	r = take_option(request, option, words + 1, ret_used, e);
	*ret_used += 1;
	return r;
}

static int count_words(struct request *request, char **words, struct err *e)
{
	for (; *words; words++)
		request->word_count++;
	if (request->word_count > MAX_WORDS)
		return err_usage(e, "Exceeded maximum number of arguments %u", MAX_WORDS);
	return 0;
}

static int parse_words(struct request *request, char **words, char ***ret_rest, struct err *e)
{
	int r = count_words(request, words, e);

	while (r >= 0 && *words && (*words)[0] == '-' && request->wanted == WANT_RUN) {
		int used = 1;

		if (strcmp(*words, "--") == 0) {
			words++;
			break;
		}
		r = parse_one(request, words, &used, e);
		words += used;
	}
	*ret_rest = words;
	return r;
}

int options_parse(struct request *request, char **words, char ***ret_rest, struct err *e)
{
	int r = parse_words(request, words, ret_rest, e);

	if (r < 0 || request->wanted != WANT_RUN)
		return r;
	forget_modifiers(request);
	e->origin = (struct origin){ 0 };
	return check_modifiers(request, e);
}

int options_parse_blob(struct request *request, char **words, struct err *e)
{
	char **rest;

	request->in_blob = true;
	int r = parse_words(request, words, &rest, e);
	request->in_blob = false;
	if (r < 0)
		return r;
	if (*rest)
		log_warning(
			"--args: ignored from the word \"%s\" on: a command does not belong there",
			*rest);
	return check_modifiers(request, e);
}
