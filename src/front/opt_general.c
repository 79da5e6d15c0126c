/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * opt_general.c - options about the command line itself, and the parsing of numbers
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/log.h"
#include "front/handlers.h"

/* Its own entry may be replaced by the same option, if that takes the last one given. */
static struct used_fd *find_own(const struct request *request, enum fd_use use)
{
	for (size_t i = 0; use == FD_LAST && i < request->used_fd_count; i++) {
		if (request->used_fds[i].option == request->origin.option)
			return &request->used_fds[i];
	}
	return NULL;
}

static int claim_fd(struct request *request, int fd, enum fd_use use, struct err *e)
{
	struct used_fd *own = find_own(request, use);

	for (size_t i = 0; i < request->used_fd_count; i++) {
		if (request->used_fds[i].fd == fd && &request->used_fds[i] != own)
			return err_usage(
				e, "File descriptor %d is given twice: each serves one option", fd);
	}
	if (own) {
		own->fd = fd;
		return 0;
	}
	request->used_fds =
		grow(request->used_fds, request->used_fd_count, sizeof(*request->used_fds));
	request->used_fds[request->used_fd_count++] =
		(struct used_fd){ .fd = fd, .option = request->origin.option };
	return 0;
}

int parse_fd(struct request *request, const char *text, enum fd_use use, int *ret_fd, struct err *e)
{
	char *end;

	errno = 0;
	long number = strtol(text, &end, 10);
	if (errno || *end || end == text || number < 0 || number > INT_MAX)
		return err_usage(e, "Invalid fd: %s", text);
	*ret_fd = (int)number;
	return use == FD_SHARED ? 0 : claim_fd(request, *ret_fd, use, e);
}

int parse_octal(const char *text, mode_t *ret_mode)
{
	char *end;

	errno = 0;
	unsigned long mode = strtoul(text, &end, 8);
	if (errno || *end || text[0] < '0' || text[0] > '7' || mode > 07777)
		return -EINVAL;
	*ret_mode = (mode_t)mode;
	return 0;
}

int opt_help(struct request *request, const struct option *o _unused_, char **v _unused_,
	     struct err *e _unused_)
{
	request->wanted = WANT_HELP;
	return 0;
}

int opt_version(struct request *request, const struct option *o _unused_, char **v _unused_,
		struct err *e _unused_)
{
	request->wanted = WANT_VERSION;
	return 0;
}

/* The blob's words, as an array that lives as long as the plan. */
static char **split_blob(struct request *request, const char *data, size_t size)
{
	struct arena *arena = &request->plan->arena;
	char *text = memcpy(arena_alloc(arena, size + 1), data, size);
	size_t count = 0, n = 0;

	for (size_t i = 0; i < size; i++)
		count += text[i] == '\0';
	char **words = arena_alloc(arena, (count + 2) * sizeof(*words));
	for (size_t at = 0; at < size; at += strlen(text + at) + 1)
		words[n++] = text + at;
	return words;
}

int opt_args(struct request *request, const struct option *option, char **values, struct err *e)
{
	auto_free_ char *data = NULL;
	size_t size;
	int fd, r;

	if (request->in_blob)
		return err_usage(e, "--args not supported in arguments file");
	r = parse_fd(request, values[0], FD_ONCE, &fd, e);
	if (r < 0)
		return r;
	r = read_all(fd, &data, &size);
	if (r < 0)
		return err_set(e, -r, "read the words of --args from descriptor", values[0]);
	close_fd(&fd);
	r = options_parse_blob(request, split_blob(request, data, size), e);
	request->origin.option = option->name;
	return r;
}

int opt_argv0(struct request *request, const struct option *option, char **values, struct err *e)
{
	if (request->plan->argv0)
		return err_usage(e, "%s used multiple times", option->name);
	request->plan->argv0 = values[0];
	return 0;
}

int opt_level_prefix(struct request *r _unused_, const struct option *o _unused_, char **v _unused_,
		     struct err *e _unused_)
{
	log_level_prefix(true);
	return 0;
}

int opt_verbose(struct request *r _unused_, const struct option *o _unused_, char **v _unused_,
		struct err *e _unused_)
{
	log_verbose(true);
	return 0;
}

int opt_json(struct request *request, const struct option *o _unused_, char **v _unused_,
	     struct err *e _unused_)
{
	request->json = true;
	return 0;
}

int opt_why(struct request *request, const struct option *o _unused_, char **values,
	    struct err *e _unused_)
{
	request->why = values[0];
	return 0;
}

int opt_flag(struct request *request, const struct option *option, char **v _unused_,
	     struct err *e _unused_)
{
	request->flags |= (unsigned)option->value;
	return 0;
}
