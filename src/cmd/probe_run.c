/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe_run.c - other programs: are they there, and do they answer; see probe_tools.h
 *
 * They run in a session of their own, with an empty input, and are ended, with what they started,
 * when they are not done in time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cmd/probe_tools.h"

enum {
	PATIENCE_MS = 10000,
	NAP_MS = 5,
};

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

bool probe_find(const char *name, char path[PATH_MAX])
{
	const char *dir = getenv("PATH");
	struct stat st;

	if (!dir)
		dir = "/bin:/usr/bin";
	for (; dir; dir = strchr(dir, ':') ? strchr(dir, ':') + 1 : NULL) {
		int length = (int)strcspn(dir, ":");

		if (snprintf(path, PATH_MAX, "%.*s%s%s", length, dir, length ? "/" : "", name) >=
		    PATH_MAX)
			continue;
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0)
			return true;
	}
	return false;
}

_noreturn_ static void become(const char *const *words, int out_fd)
{
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || null_fd < 0 ||
	    dup2(null_fd, 0) < 0 || dup2(out_fd, 1) < 0 || dup2(out_fd, 2) < 0)
		_exit(127);
	execv(words[0], (char *const *)words);
	_exit(127);
}

/* Keeps the start of what comes, reads the rest away; until the end, or the time is up. */
static void listen_to(int fd, char *text, size_t size, long long deadline_ms)
{
	char rest[256] = "";
	size_t used = 0;

	for (;;) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		long long left_ms = deadline_ms - now_ms();
		bool full = used + 1 == size;

		if (left_ms <= 0 || (poll(&ready, 1, (int)left_ms) < 0 && errno != EINTR))
			break;
		if (!ready.revents)
			continue;
		ssize_t got =
			read(fd, full ? rest : text + used, full ? sizeof(rest) : size - 1 - used);
		if (got <= 0)
			break;
		used += full ? 0 : (size_t)got;
	}
	text[used] = '\0';
}

static int wait_until(pid_t pid, long long deadline_ms)
{
	const struct timespec nap = { .tv_nsec = NAP_MS * 1000000L };
	int status;
	pid_t done;

	while ((done = waitpid(pid, &status, WNOHANG)) == 0 && now_ms() < deadline_ms)
		nanosleep(&nap, NULL);
	if (done < 0)
		return -errno;
	if (done == 0) {
		kill(-pid, SIGKILL); /* its session; may be gone just now, which is as good */
		waitpid(pid, NULL, 0);
		return -ETIME;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int probe_run(const char *const *words, char *text, size_t size)
{
	long long deadline_ms = now_ms() + PATIENCE_MS;
	int fds[2];

	text[0] = '\0';
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	auto_close_ int from_fd = fds[0], to_fd = fds[1];
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become(words, to_fd);
	close_fd(&to_fd);
	listen_to(from_fd, text, size, deadline_ms);
	return wait_until(pid, deadline_ms);
}

/* The line of a --version that has the program's name in front; helpers talk of others too. */
static const char *version_line(char *text, const char *name)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strncmp(line, name, strlen(name)) == 0)
			return line;
	}
	return NULL;
}

void probe_helper(const struct probe *probe, struct finding *ret)
{
	char path[PATH_MAX], text[4096];

	if (!probe_find(probe->name, path)) {
		probe_missing(ret, "no %s on PATH", probe->name);
		probe_mend_install(ret, probe->name);
		return;
	}
	const char *const words[] = { path, "--version", NULL };
	int r = probe_run(words, text, sizeof(text));
	const char *version = r < 0 ? NULL : version_line(text, probe->name);
	if (r == 0) {
		probe_ok(ret, "%s%s%s", path, version ? ": " : "", version ? version : "");
		return;
	}
	if (r == -ETIME)
		probe_missing(ret, "%s --version does not end", path);
	else if (r < 0)
		probe_missing(ret, "cannot run %s: %s", path, strerror(-r));
	else
		probe_missing(ret, "%s --version fails with code %d: %s", path, r,
			      version ? version : text);
}
