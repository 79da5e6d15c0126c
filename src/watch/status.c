/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * status.c - see status.h
 *
 * A namespace's number is the inode of its link in /proc/PID/ns; see namespaces(7).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/sys.h"
#include "watch/status.h"

struct style {
	const char *start, *between, *end;
};

/* Appends; what does not fit is cut, and nothing of ours comes near the size. */
static void _printf_(3, 4) put(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

static int describe(const struct plan *plan, pid_t pid, const struct style *style, char *text,
		    size_t size)
{
	static const struct {
		unsigned kind;
		const char *file;
	} spaces[] = {
		{ CLONE_NEWCGROUP, "cgroup" }, { CLONE_NEWIPC, "ipc" }, { CLONE_NEWNS, "mnt" },
		{ CLONE_NEWNET, "net" },       { CLONE_NEWPID, "pid" }, { CLONE_NEWUTS, "uts" },
	};
	char folder[64];
	struct stat st;

	text[0] = '\0';
	put(text, size, "%s\"child-pid\": %d", style->start, (int)pid);
	snprintf(folder, sizeof(folder), "/proc/%d/ns", (int)pid);
	auto_close_ int ns_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ns_fd < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(spaces); i++) {
		if (spaces[i].kind != CLONE_NEWNS && !(plan->unshare & spaces[i].kind))
			continue;
		if (fstatat(ns_fd, spaces[i].file, &st, 0) < 0)
			return -errno;
		put(text, size, "%s\"%s-namespace\": %llu", style->between, spaces[i].file,
		    (unsigned long long)st.st_ino);
	}
	put(text, size, "%s", style->end);
	return 0;
}

static int tell(const struct plan *plan, pid_t pid, int fd, const struct style *style,
		struct err *e)
{
	char text[1024];
	int r = describe(plan, pid, style, text, sizeof(text));

	if (r < 0)
		return err_set(e, -r, "look up the namespaces of", "the sandbox");
	r = write_all(fd, text, strlen(text));
	return r < 0 ? err_set(e, -r, "write to info_fd", NULL) : 0;
}

int status_born(const struct plan *plan, pid_t pid, struct err *e)
{
	static const struct style info = { "{\n    ", ",\n    ", "\n}\n" };
	static const struct style line = { "{ ", ", ", " }\n" };
	int info_fd = plan->info_fd, r = 0;

	if (info_fd >= 0)
		r = tell(plan, pid, info_fd, &info, e);
	if (r >= 0 && plan->json_fd >= 0)
		r = tell(plan, pid, plan->json_fd, &line, e);
	close_fd(&info_fd);
	return r;
}

int status_exit(const struct plan *plan, int code, struct err *e)
{
	char text[64];

	if (plan->json_fd < 0)
		return 0;
	snprintf(text, sizeof(text), "{ \"exit-code\": %d }\n", code);
	int r = write_all(plan->json_fd, text, strlen(text));
	return r < 0 ? err_set(e, -r, "write to info_fd", NULL) : 0;
}
