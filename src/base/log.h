/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * log.h - lines on stderr
 *
 * Each line is one write, so lines of two processes do not mix, and control characters are shown
 * as "?". The name before the colon is the one we were called by; with level prefixes a line starts
 * with the syslog priority, "<3>".
 */
#pragma once

#include <stdbool.h>

#include "base/macros.h"

/* The name in front of each line; a literal. */
void log_name(const char *name);

/* Start lines with "<3>" (errors) or "<4>" (warnings), as journald reads them. */
void log_level_prefix(bool on);

/* With -v: show log_step() lines. */
void log_verbose(bool on);
bool log_is_verbose(void);

void log_error(const char *format, ...) _printf_(1, 2);
void log_warning(const char *format, ...) _printf_(1, 2);
void log_hint(const char *hint);

/* Only with -v: what was just done, with the milliseconds since the start. */
void log_step(const char *format, ...) _printf_(1, 2);
