/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * bwrap_text.c - see bwrap_text.h
 *
 * A row for each attempt that bubblewrap reports too. What has no row is said in our own words.
 */
#include <string.h>

#include "base/log.h"
#include "cmd/bwrap_text.h"

/* What follows the format: the object and the reason, or the reason alone. */
enum shape { OBJECT_REASON, REASON };

static const struct {
	const char *what, *format;
	enum shape shape;
} rows[] = {
	{ "find source", "Can't find source path %s: %s", OBJECT_REASON },
	{ "make folder", "Can't mkdir %s: %s", OBJECT_REASON },
	{ "make the folders above", "Can't mkdir parents for %s: %s", OBJECT_REASON },
	{ "make file", "Can't create file at %s: %s", OBJECT_REASON },
	{ "create file", "Can't create file %s: %s", OBJECT_REASON },
	{ "write data to file", "Can't write data to file %s: %s", OBJECT_REASON },
	{ "make link", "Can't make symlink at %s: %s", OBJECT_REASON },
	{ "change the mode of", "Can't chmod %s: %s", OBJECT_REASON },
	{ "remount read-only", "Can't remount readonly on /newroot%s: %s", OBJECT_REASON },
	{ "bind on", "Can't bind mount on /newroot%s: %s", OBJECT_REASON },
	{ "mount tmpfs on", "Can't mount tmpfs on /newroot%s: %s", OBJECT_REASON },
	{ "mount proc on", "Can't mount proc on /newroot%s: %s", OBJECT_REASON },
	{ "mount mqueue on", "Can't mount mqueue on /newroot%s: %s", OBJECT_REASON },
	{ "mount overlay on", "Can't make overlay mount on /newroot%s: %s", OBJECT_REASON },
	{ "set the host name to", "Can't set hostname to %s: %s", OBJECT_REASON },
	{ "open lock file", "Unable to open lock file %s: %s", OBJECT_REASON },
	{ "lock file", "Unable to lock file %s: %s", OBJECT_REASON },
	{ "chdir to", "Can't chdir to %s: %s", OBJECT_REASON },
	{ "execute", "execvp %s: %s", OBJECT_REASON },
	{ "read the words of --args", "Can't read --args data: %s", REASON },
	{ "read seccomp data", "Can't read seccomp data: %s", REASON },
	{ "make the namespaces", "Creating new namespace failed: %s", REASON },
	{ "set up uid map", "setting up uid map: %s", REASON },
	{ "set up gid map", "setting up gid map: %s", REASON },
	{ "write to setgroups", "error writing to setgroups: %s", REASON },
	{ "write to info_fd", "Write to info_fd: %s", REASON },
	{ "bring up", "loopback: Failed to bring up lo: %s", REASON },
	{ "enter the user namespace of --userns", "Joining specified user namespace failed: %s", REASON },
	{ "enter the user namespace of --userns2", "Setting userns2 failed: %s", REASON },
	{ "enter the pid namespace of --pidns", "Setting pidns failed: %s", REASON },
};

void bwrap_print(const struct err *e)
{
	const char *reason = err_reason(e);
	size_t row = 0;

	while (row < ARRAY_SIZE(rows) && (!e->what || strcmp(rows[row].what, e->what) != 0))
		row++;
	if (row == ARRAY_SIZE(rows)) {
		err_print(e);
		return;
	}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* of the table above: %s, once or twice */
	if (rows[row].shape == OBJECT_REASON)
		log_error(rows[row].format, e->object, reason);
	else
		log_error(rows[row].format, reason);
#pragma GCC diagnostic pop
	if (e->hint)
		log_hint(e->hint);
}
