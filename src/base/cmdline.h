/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cmdline.h - the words and variables we were started with, and who can read them
 *
 * The kernel shows the memory they came in as /proc/PID/cmdline and environ. pid 1 inside has the
 * same memory as the launcher, or a copy of it, and the program could read there what it was not
 * given. So we work on a copy, and can blank the original.
 */
#pragma once

/* Copies argv and environ; environ(7) then means the copy. Returns the copied argv, never freed. */
char **cmdline_take(int argc, char **argv);

/* Leaves @name and the words of @command there, as far as they fit, and blanks the rest. */
void cmdline_hide(const char *name, const char *const *command);
