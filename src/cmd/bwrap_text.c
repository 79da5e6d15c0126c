/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bwrap_text.c - see bwrap_text.h
 *
 * A row for each attempt that bubblewrap reports too. What has no row is said in our own words.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/log.h"
#include "cmd/bwrap_text.h"

/* What follows the format: any of object and reason. */
enum shape { OBJECT_REASON, OBJECT, OBJECT_OBJECT, REASON, NOTHING };

static const struct {
	const char *what, *format;
	enum shape shape;
	int code;     /* 0: any */
	bool explain; /* with the hint: about what a machine forbids its words say little */
} rows[] = {
	{ "find source", "Can't find source path %s: %s", OBJECT_REASON, 0, false },
	{ "bind descriptor", "Can't find source path /proc/self/fd/%s: No such file or directory",
	  OBJECT, 0, false },
	{ "make folder", "Can't mkdir %s: %s", OBJECT_REASON, 0, false },
	{ "make the folders above", "Can't mkdir parents for %s: %s", OBJECT_REASON, 0, false },
	{ "make file", "Can't create file at %s: %s", OBJECT_REASON, 0, false },
	{ "create file", "Can't create file %s: %s", OBJECT_REASON, 0, false },
	{ "write data to file", "Can't write data to file %s: %s", OBJECT_REASON, 0, false },
	{ "make link", "Can't make symlink at %s: %s", OBJECT_REASON, 0, false },
	{ "chmod", "Can't chmod %s: %s", OBJECT_REASON, 0, false },
	{ "remount read-only",
	  "Can't remount readonly on /newroot%s: Unable to find \"/newroot%s\" in mount table",
	  OBJECT_OBJECT, EINVAL, false },
	{ "remount read-only", "Can't remount readonly on /newroot%s: realpath(destination): %s",
	  OBJECT_REASON, ENOENT, false },
	{ "remount read-only", "Can't remount readonly on /newroot%s: %s", OBJECT_REASON, 0,
	  false },
	{ "switch to the user id", "unable to switch to uid %s: %s", OBJECT_REASON, 0, false },
	{ "switch to the group id", "unable to switch to gid %s: %s", OBJECT_REASON, 0, false },
	{ "bind on", "Can't bind mount on /newroot%s: %s", OBJECT_REASON, 0, false },
	{ "mount tmpfs on", "Can't mount tmpfs on /newroot%s: %s", OBJECT_REASON, 0, false },
	{ "mount proc on", "Can't mount proc on /newroot%s: %s", OBJECT_REASON, 0, true },
	{ "mount mqueue on", "Can't mount mqueue on /newroot%s: %s", OBJECT_REASON, 0, false },
	{ "mount overlay on",
	  "Can't make overlay mount on /newroot%s: Overlay directories may not overlap", OBJECT,
	  ELOOP, false },
	{ "mount overlay on", "Can't make overlay mount on /newroot%s: %s", OBJECT_REASON, 0,
	  true },
	{ "set the host name to", "Can't set hostname to %s: %s", OBJECT_REASON, 0, false },
	{ "open lock file", "Unable to open lock file %s: %s", OBJECT_REASON, 0, false },
	{ "lock file", "Unable to lock file %s: %s", OBJECT_REASON, 0, false },
	{ "chdir to", "Can't chdir to %s: %s", OBJECT_REASON, 0, false },
	{ "execute", "execvp %s: %s", OBJECT_REASON, 0, false },
	{ "read the words of --args from descriptor", "Can't read --args data: %s", REASON, 0,
	  false },
	{ "read seccomp data", "Can't read seccomp data: %s", REASON, 0, false },
	{ "read seccomp data from descriptor", "Can't read seccomp data: %s", REASON, 0, false },
	{ "load the seccomp filter",
	  "Unable to set up system call filtering as requested: "
	  "prctl(PR_SET_SECCOMP) reported EINVAL. (Hint: this requires a kernel configured "
	  "with CONFIG_SECCOMP and CONFIG_SECCOMP_FILTER.)",
	  NOTHING, EINVAL, false },
	{ "load the seccomp filter", "prctl(PR_SET_SECCOMP): %s", REASON, 0, false },
	{ "make the namespaces", "Creating new namespace failed: %s", REASON, 0, true },
	{ "set up uid map", "setting up uid map: %s", REASON, 0, true },
	{ "set up gid map", "setting up gid map: %s", REASON, 0, true },
	{ "write to setgroups", "error writing to setgroups: %s", REASON, 0, false },
	{ "write to info_fd", "Write to info_fd: %s", REASON, 0, false },
	{ "bring up", "loopback: Failed to bring up lo: %s", REASON, 0, true },
	{ "enter the user namespace of --userns",
	  "Joining the specified user namespace failed, it might not be a descendant of the "
	  "current user namespace.",
	  NOTHING, EINVAL, false },
	{ "enter the user namespace of --userns", "Joining specified user namespace failed: %s",
	  REASON, 0, false },
	{ "enter the user namespace of --userns2", "Setting userns2 failed: %s", REASON, 0, false },
	{ "enter the pid namespace of --pidns", "Setting pidns failed: %s", REASON, 0, false },
};

static bool fits(size_t row, const struct err *e)
{
	return strcmp(rows[row].what, e->what) == 0 &&
	       (!rows[row].code || rows[row].code == e->code);
}

#pragma GCC diagnostic ignored                                                                     \
	"-Wformat-nonliteral" /* formats of the table above, by their shape */

static void print_row(size_t row, const struct err *e)
{
	const char *format = rows[row].format, *reason = err_reason(e);

	switch (rows[row].shape) {
	case OBJECT_REASON:
		log_error(format, e->object, reason);
		break;
	case OBJECT:
		log_error(format, e->object);
		break;
	case OBJECT_OBJECT:
		log_error(format, e->object, e->object);
		break;
	case REASON:
		log_error(format, reason);
		break;
	case NOTHING:
		log_error("%s", format);
		break;
	}
}

void bwrap_print(const struct err *e)
{
	size_t row = 0;

	while (e->what && row < ARRAY_SIZE(rows) && !fits(row, e))
		row++;
	if (!e->what || row == ARRAY_SIZE(rows)) {
		err_print(e);
		return;
	}
	print_row(row, e);
	if (e->hint && rows[row].explain)
		log_hint(e->hint);
}
