/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * print_op.c - see print_op.h
 *
 * The other direction of front/opt_view.c: what is as the option would have it anyway is left out.
 */
#include <stdio.h>

#include "plan/print_op.h"

struct out {
	void (*put)(void *to, const char *word);
	void *to;
};

static void put(const struct out *out, const char *word)
{
	out->put(out->to, word);
}

static void put_number(const struct out *out, const char *format, unsigned long long number)
{
	char word[32];

	snprintf(word, sizeof(word), format[0] == 'o' ? "%04llo" : "%llu", number);
	put(out, word);
}

/* A mode, unless the option's own default is meant. */
static void put_perms(const struct out *out, mode_t perms, mode_t usual)
{
	if (perms == usual)
		return;
	put(out, "--perms");
	put_number(out, "o", perms);
}

static const char *bind_option(const struct op *op)
{
	static const char *const names[2][3] = {
		{ "--bind", "--ro-bind", "--dev-bind" },
		{ "--bind-try", "--ro-bind-try", "--dev-bind-try" },
	};

	if (op->fd >= 0)
		return op->flags & OP_RO ? "--ro-bind-fd" : "--bind-fd";
	return names[!!(op->flags & OP_TRY)][op->flags & OP_RO        ? 1
					     : op->flags & OP_DEVICES ? 2
								      : 0];
}

static const char *overlay_option(const struct op *op)
{
	static const char *const names[] = { [UPPER_NONE] = "--ro-overlay",
					     [UPPER_TMP] = "--tmp-overlay",
					     [UPPER_DIR] = "--overlay" };

	return names[op->upper];
}

const char *print_op_option(const struct op *op)
{
	static const char *const names[] = {
		[OP_TMPFS] = "--tmpfs",   [OP_PROC] = "--proc",          [OP_DEV] = "--dev",
		[OP_MQUEUE] = "--mqueue", [OP_REMOUNT] = "--remount-ro", [OP_DIR] = "--dir",
		[OP_FILE] = "--file",     [OP_SYMLINK] = "--symlink",    [OP_CHMOD] = "--chmod",
		[OP_MASK] = "--mask",     [OP_HOSTNAME] = "--hostname",
	};

	switch (op->kind) {
	case OP_BIND:
		return bind_option(op);
	case OP_OVERLAY:
		return overlay_option(op);
	case OP_DATA:
		return op->flags & OP_RO ? "--ro-bind-data" : "--bind-data";
	default:
		return names[op->kind];
	}
}

static void put_modifiers(const struct out *out, const struct op *op)
{
	if (op->kind == OP_TMPFS || op->kind == OP_DIR)
		put_perms(out, op->perms, 0755);
	if (op->kind == OP_FILE)
		put_perms(out, op->perms, 0666);
	if (op->kind == OP_DATA)
		put_perms(out, op->perms, 0600);
	if (op->size_bytes) {
		put(out, "--size");
		put_number(out, "u", op->size_bytes);
	}
	for (size_t i = 0; i < op->layer_count; i++) {
		put(out, "--overlay-src");
		put(out, op->layers[i]);
	}
}

void print_op_words(const struct op *op, void (*put_word)(void *to, const char *word), void *to)
{
	const struct out out = { .put = put_word, .to = to };

	put_modifiers(&out, op);
	put(&out, print_op_option(op));
	if (op->kind == OP_CHMOD)
		put_number(&out, "o", op->perms);
	if (op->fd >= 0)
		put_number(&out, "u", (unsigned)op->fd);
	if (op->source)
		put(&out, op->source);
	if (op->work)
		put(&out, op->work);
	if (op->dest)
		put(&out, op->dest);
}
