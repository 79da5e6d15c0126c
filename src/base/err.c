/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * err.c - see err.h
 *
 * Formatting uses stdio's string functions only: they take no locks and no memory, so an error can
 * be recorded in a child between clone and exec.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"

static void copy_text(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

static void err_start(struct err *e, int code, const char *what, const char *object)
{
	e->code = code;
	e->kind = ERR_SETUP;
	e->what = what;
	e->hint = NULL;
	e->reason[0] = '\0';
	copy_text(e->object, sizeof(e->object), object);
}

int err_set(struct err *e, int code, const char *what, const char *object)
{
	err_start(e, code, what, object);
	return -code;
}

int err_refuse(struct err *e, const char *what, const char *object, const char *reason, ...)
{
	va_list args;

	err_start(e, EINVAL, what, object);
	va_start(args, reason);
	vsnprintf(e->reason, sizeof(e->reason), reason, args);
	va_end(args);
	return -EINVAL;
}

int err_usage(struct err *e, const char *format, ...)
{
	va_list args;

	err_start(e, EINVAL, NULL, NULL);
	va_start(args, format);
	vsnprintf(e->reason, sizeof(e->reason), format, args);
	va_end(args);
	return -EINVAL;
}

int err_hint(struct err *e, const char *hint)
{
	e->hint = hint;
	return -e->code;
}

const char *err_reason(const struct err *e)
{
	return e->reason[0] ? e->reason : strerror(e->code);
}

void origin_text(const struct origin *origin, char *text, size_t size)
{
	text[0] = '\0';
	if (!origin->option)
		return;
	if (!origin->file)
		snprintf(text, size, "%s", origin->option);
	else if (!origin->line)
		snprintf(text, size, "%s (%s)", origin->option, origin->file);
	else
		snprintf(text, size, "%s (%s:%u)", origin->option, origin->file, origin->line);
}

void err_print(const struct err *e)
{
	char origin[512];

	origin_text(&e->origin, origin, sizeof(origin));
	if (origin[0] && !e->what && strncmp(e->reason, origin, strlen(origin)) == 0)
		origin[0] = '\0'; /* it names the option already */
	if (e->what)
		log_error("%s%scannot %s%s%s: %s", origin, origin[0] ? ": " : "", e->what,
			  e->object[0] ? " " : "", e->object, err_reason(e));
	else
		log_error("%s%s%s", origin, origin[0] ? ": " : "", err_reason(e));
	if (e->hint)
		log_hint(e->hint);
}
