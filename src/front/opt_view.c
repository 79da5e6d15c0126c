/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * opt_view.c - options that say what the program sees: each appends an operation to the plan
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/selinux.h"
#include "front/handlers.h"

/* An operation with what all of them have: who asked, no descriptor, the destination. */
static struct op new_op(struct request *request, enum op_kind kind, const char *dest)
{
	return (struct op){ .kind = kind,
			    .origin = request->origin,
			    .dest = plan_absolute(request->plan, dest),
			    .fd = -1 };
}

/* The mode a preceding --perms gave, or @fallback. */
static mode_t take_perms(struct request *request, mode_t fallback)
{
	mode_t perms = request->next.has_perms ? request->next.perms : fallback;

	request->next.has_perms = false;
	return perms;
}

int opt_no_cwd(struct request *request, const struct option *o _unused_, char **v _unused_,
	       struct err *e _unused_)
{
	request->no_cwd = true;
	return 0;
}

/* SRC given alone is shown at its own path, which a relative one does not have in its text. */
static const char *own_path(struct request *request, const char *source)
{
	char path[PATH_MAX];

	if (source[0] == '/' || !realpath(source, path))
		return source;
	return arena_strdup(&request->plan->arena, path);
}

int opt_bind(struct request *request, const struct option *option, char **values,
	     struct err *e _unused_)
{
	const char *dest = values[1] == values[0] ? own_path(request, values[0]) : values[1];
	struct op op = new_op(request, OP_BIND, dest);

	op.source = values[0];
	op.flags = (unsigned)option->value;
	if (request->mode != MODE_BWRAP) {
		op.flags |= OP_PRIVATE;
		op.missing_hint = arena_format(&request->plan->arena,
					       "use %s-try if it may be absent", option->name);
	}
	plan_add(request->plan, &op);
	return 0;
}

int opt_bind_fd(struct request *request, const struct option *option, char **values, struct err *e)
{
	struct op op = new_op(request, OP_BIND, values[1]);
	int r = parse_fd(request, values[0], FD_ONCE, &op.fd, e);

	if (r < 0)
		return r;
	op.flags = (unsigned)option->value | (request->mode == MODE_BWRAP ? 0 : OP_PRIVATE);
	plan_add(request->plan, &op);
	return 0;
}

int opt_mount(struct request *request, const struct option *option, char **values,
	      struct err *e _unused_)
{
	struct op op = new_op(request, (enum op_kind)option->value, values[0]);

	if (op.kind == OP_TMPFS || op.kind == OP_DIR)
		op.perms = take_perms(request, 0755);
	if (op.kind == OP_DEV)
		op.perms = request->mode == MODE_BWRAP ? 0755 : 01777;
	if (op.kind == OP_TMPFS && request->next.has_size) {
		op.size_bytes = request->next.size_bytes;
		request->next.has_size = false;
	}
	plan_add(request->plan, &op);
	return 0;
}

int opt_overlay_src(struct request *request, const struct option *o _unused_, char **values,
		    struct err *e _unused_)
{
	struct modifiers *next = &request->next;

	next->layers = grow(next->layers, next->layer_count, sizeof(*next->layers));
	next->layers[next->layer_count++] = values[0];
	return 0;
}

int opt_overlay(struct request *request, const struct option *option, char **values, struct err *e)
{
	struct modifiers *next = &request->next;
	bool has_dir = option->value == UPPER_DIR;
	size_t least = option->value == UPPER_NONE ? 2 : 1;

	if (next->layer_count < least)
		return err_usage(e, "%s requires at least %s --overlay-src", option->name,
				 least == 1 ? "one" : "two");
	struct op op = new_op(request, OP_OVERLAY, values[has_dir ? 2 : 0]);
	op.upper = (enum overlay_upper)option->value;
	op.source = has_dir ? values[0] : NULL;
	op.work = has_dir ? values[1] : NULL;
	op.layers = next->layers;
	op.layer_count = next->layer_count;
	op.flags = request->mode == MODE_BWRAP ? OP_SUID | OP_DEVICES : 0;
	next->layers = NULL;
	next->layer_count = 0;
	plan_add(request->plan, &op);
	return 0;
}

static int add_data(struct request *request, const struct option *option, char **values,
		    unsigned flags, struct err *e)
{
	struct op op = new_op(request, (enum op_kind)option->value, values[1]);
	int r = parse_fd(request, values[0], FD_ONCE, &op.fd, e);

	if (r < 0)
		return r;
	op.flags = flags;
	op.perms = take_perms(request, op.kind == OP_FILE ? 0666 : 0600);
	plan_add(request->plan, &op);
	return 0;
}

int opt_data(struct request *request, const struct option *option, char **values, struct err *e)
{
	return add_data(request, option, values, 0, e);
}

int opt_data_ro(struct request *request, const struct option *option, char **values, struct err *e)
{
	return add_data(request, option, values, OP_RO, e);
}

int opt_symlink(struct request *request, const struct option *o _unused_, char **values,
		struct err *e _unused_)
{
	struct op op = new_op(request, OP_SYMLINK, values[1]);

	op.source = values[0];
	plan_add(request->plan, &op);
	return 0;
}

int opt_chmod(struct request *request, const struct option *option, char **values, struct err *e)
{
	struct op op = new_op(request, OP_CHMOD, values[1]);

	if (parse_octal(values[0], &op.perms) < 0)
		return err_usage(e, "%s takes an octal argument <= 07777", option->name);
	plan_add(request->plan, &op);
	return 0;
}

int opt_perms(struct request *request, const struct option *option, char **values, struct err *e)
{
	if (request->next.has_perms)
		return err_usage(e, "%s given twice for the same action", option->name);
	if (parse_octal(values[0], &request->next.perms) < 0)
		return err_usage(e, "%s takes an octal argument <= 07777", option->name);
	request->next.has_perms = true;
	return 0;
}

int opt_size(struct request *request, const struct option *option, char **values, struct err *e)
{
	const uint64_t most = SIZE_MAX / 2;
	char *end;

	if (request->next.has_size)
		return err_usage(e, "%s given twice for the same action", option->name);
	errno = 0;
	unsigned long long size = strtoull(values[0], &end, 0);
	if (errno || *end || values[0][0] < '0' || values[0][0] > '9' || size == 0)
		return err_usage(e, "%s takes a non-zero number of bytes", option->name);
	if (size > most)
		return err_usage(e, "%s (for tmpfs) is limited to %llu", option->name,
				 (unsigned long long)most);
	request->next.size_bytes = size;
	request->next.has_size = true;
	return 0;
}

int opt_label(struct request *request, const struct option *option, char **values, struct err *e)
{
	if (!selinux_is_enabled())
		return err_usage(e, "labeling not supported on this system");
	if (option->value)
		request->plan->exec_label = values[0];
	else
		request->plan->file_label = values[0];
	return 0;
}
