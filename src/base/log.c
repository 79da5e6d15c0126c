/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * log.c - see log.h
 *
 * The state below is the one global of the program: who we are called and how much we say.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"

static struct {
	const char *name;
	bool level_prefix;
	bool verbose;
	struct timespec start;
} state = { .name = "crannog" };

void log_name(const char *name)
{
	state.name = name;
}

void log_level_prefix(bool on)
{
	state.level_prefix = on;
}

void log_verbose(bool on)
{
	state.verbose = on;
	if (on)
		clock_gettime(CLOCK_MONOTONIC, &state.start);
}

bool log_is_verbose(void)
{
	return state.verbose;
}

/* One line, one write(2). A line that stderr does not take is lost: there is nobody to tell. */
static void _printf_(2, 0) put_line(const char *start, const char *format, va_list args)
{
	char line[4096];
	int used = snprintf(line, sizeof(line), "%s", start);
	int more = vsnprintf(line + used, sizeof(line) - (size_t)used - 1, format, args);
	size_t length = MIN((size_t)used + (size_t)(more < 0 ? 0 : more), sizeof(line) - 2);

	for (size_t i = 0; i < length; i++) {
		if (iscntrl((unsigned char)line[i]))
			line[i] = '?'; /* no second line, no terminal's command */
	}
	line[length] = '\n';
	ssize_t ignored _unused_ = write(STDERR_FILENO, line, length + 1);
}

static void _printf_(2, 0) put_level(int priority, const char *format, va_list args)
{
	char start[64];

	if (state.level_prefix)
		snprintf(start, sizeof(start), "<%d>%s: ", priority, state.name);
	else
		snprintf(start, sizeof(start), "%s: ", state.name);
	put_line(start, format, args);
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_level(3, format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_level(4, format, args);
	va_end(args);
}

static void _printf_(1, 2) put_hint(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line("  hint: ", format, args);
	va_end(args);
}

void log_hint(const char *hint)
{
	put_hint("%s", hint);
}

void log_step(const char *format, ...)
{
	struct timespec now;
	char start[64];
	va_list args;

	if (!state.verbose)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	double ms = (double)(now.tv_sec - state.start.tv_sec) * 1e3 +
		    (double)(now.tv_nsec - state.start.tv_nsec) / 1e6;
	snprintf(start, sizeof(start), "%s: %7.3f ms  ", state.name, ms);
	va_start(args, format);
	put_line(start, format, args);
	va_end(args);
}
