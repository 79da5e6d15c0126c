/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * opt_program.c - options about the program: environment, capabilities, filters, descriptors, life
 */
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "front/handlers.h"

int opt_chdir(struct request *request, const struct option *o _unused_, char **values,
	      struct err *e _unused_)
{
	request->plan->chdir = values[0];
	request->plan->chdir_origin = request->origin;
	return 0;
}

/* bwrap names the function that refused, and no reason. */
static int bad_name(const struct request *request, const char *function, const char *name,
		    struct err *e)
{
	if (request->mode == MODE_BWRAP)
		return err_usage(e, "%s failed", function);
	return err_usage(e, "\"%s\" cannot be a variable's name", name);
}

/* What an option says of a variable counts more than what a root or a user would set it to. */
static void name_variable(struct request *request, const char *name)
{
	request->env_named =
		grow(request->env_named, request->env_named_count, sizeof(*request->env_named));
	request->env_named[request->env_named_count++] = name;
}

int opt_setenv(struct request *request, const struct option *o _unused_, char **values,
	       struct err *e)
{
	if (!env_name_ok(values[0]))
		return bad_name(request, "setenv", values[0], e);
	env_set(&request->plan->env, &request->plan->arena, values[0], values[1]);
	name_variable(request, values[0]);
	return 0;
}

int opt_unsetenv(struct request *request, const struct option *o _unused_, char **values,
		 struct err *e)
{
	if (!env_name_ok(values[0]))
		return bad_name(request, "unsetenv", values[0], e);
	env_unset(&request->plan->env, values[0]);
	name_variable(request, values[0]);
	return 0;
}

int opt_clearenv(struct request *request, const struct option *o _unused_, char **v _unused_,
		 struct err *e _unused_)
{
	env_clear(&request->plan->env);
	request->env_cleared = true;
	return 0;
}

int opt_keep_env(struct request *request, const struct option *o _unused_, char **values,
		 struct err *e)
{
	const char *value = getenv(values[0]);

	if (!env_name_ok(values[0]))
		return bad_name(request, "getenv", values[0], e);
	if (value)
		env_set(&request->plan->env, &request->plan->arena, values[0], value);
	name_variable(request, values[0]);
	return 0;
}

int opt_keep_fd(struct request *request, const struct option *o _unused_, char **values,
		struct err *e)
{
	int fd, r = parse_fd(request, values[0], FD_SHARED, &fd, e);

	if (r < 0)
		return r;
	if (!fd_is_open(fd))
		return err_usage(e, "descriptor %d is not open", fd);
	plan_keep_fd(request->plan, fd);
	return 0;
}

/* A seccomp(2) program: whole instructions of eight bytes. */
int opt_add_seccomp(struct request *request, const struct option *option, char **values,
		    struct err *e)
{
	auto_free_ char *code = NULL;
	size_t size;
	int fd;

	if (request->plan->filter_fd >= 0)
		return err_usage(e, "%s cannot be combined with --seccomp", option->name);
	int r = parse_fd(request, values[0], FD_ONCE, &fd, e);
	if (r < 0)
		return r;
	r = read_all(fd, &code, &size);
	if (r < 0)
		return err_set(e, -r, "read seccomp data from descriptor", values[0]);
	close_fd(&fd);
	if (size % 8)
		return err_usage(e, "Invalid seccomp data, must be multiple of 8");
	plan_add_filter(request->plan, code, size);
	code = NULL;
	return 0;
}

int opt_seccomp(struct request *request, const struct option *option, char **values, struct err *e)
{
	if (request->plan->filter_count)
		return err_usage(e, "%s cannot be combined with --add-seccomp-fd", option->name);
	return parse_fd(request, values[0], FD_LAST, &request->plan->filter_fd, e);
}

/* Made by tools/filters.c: a program for seccomp(2), for every architecture of this kernel. */
static const unsigned char fake_chown_code[] = {
#include "fake-chown.inc"
};

int opt_fake_chown(struct request *request, const struct option *o _unused_, char **v _unused_,
		   struct err *e)
{
	if (request->plan->filter_fd >= 0)
		return err_usage(e, "it cannot be combined with --seccomp");
	if (request->fake_chown)
		return 0;
	request->fake_chown = true;
	plan_add_filter(request->plan,
			memcpy(xrealloc(NULL, sizeof(fake_chown_code)), fake_chown_code,
			       sizeof(fake_chown_code)),
			sizeof(fake_chown_code));
	return 0;
}

int opt_suid(struct request *request, const struct option *o _unused_, char **v _unused_,
	     struct err *e _unused_)
{
	request->plan->suid = true;
	return 0;
}

int opt_reproducible(struct request *request, const struct option *o _unused_, char **v _unused_,
		     struct err *e _unused_)
{
	request->reproducible = true;
	return 0;
}

int opt_new_session(struct request *request, const struct option *o _unused_, char **v _unused_,
		    struct err *e _unused_)
{
	request->plan->new_session = true;
	return 0;
}

int opt_keep_session(struct request *request, const struct option *o _unused_, char **v _unused_,
		     struct err *e _unused_)
{
	request->plan->new_session = false;
	return 0;
}

int opt_as_pid_1(struct request *request, const struct option *o _unused_, char **v _unused_,
		 struct err *e _unused_)
{
	request->plan->as_pid_1 = true;
	return 0;
}

int opt_die_with_parent(struct request *request, const struct option *o _unused_, char **v _unused_,
			struct err *e _unused_)
{
	request->plan->die_with_parent = true;
	return 0;
}

int opt_lock_file(struct request *request, const struct option *o _unused_, char **values,
		  struct err *e _unused_)
{
	plan_add_lock(request->plan, values[0], request->origin);
	return 0;
}
