/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * helper.c - see helper.h
 *
 * The child shares our memory until it executes (spawn_program()), so a failure in it is written
 * to the struct that made it, and helper_start() knows the end of the story when it returns.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/sys.h"
#include "watch/helper.h"
#include "watch/spawn.h"

/* What the child needs, and where it leaves why it failed. */
struct child {
	const struct helper_start *start;
	pid_t parent;
	int said_fd;
	int code; /* errno, 0: it runs */
	const char *what;
};

char *helper_find(const char *program)
{
	const char *path = getenv("PATH");

	for (const char *dir = path && path[0] ? path : "/usr/bin:/bin:/usr/sbin:/sbin"; dir;
	     dir = strchr(dir, ':') ? strchr(dir, ':') + 1 : NULL) {
		char *file;

		if (asprintf(&file, "%.*s/%s", (int)strcspn(dir, ":"), dir, program) < 0)
			return NULL;
		if (dir[0] == '/' && access(file, X_OK) == 0)
			return file;
		free(file);
	}
	return NULL;
}

static int failed(struct child *child, const char *what)
{
	child->code = errno;
	child->what = what;
	return 127;
}

static int streams(const struct child *child)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0)
		return -1;
	if (child->said_fd < 0)
		return dup2(null_fd, STDOUT_FILENO) < 0 ? -1 : 0;
	if (dup2(child->said_fd, STDOUT_FILENO) < 0 || dup2(child->said_fd, STDERR_FILENO) < 0)
		return -1;
	return 0;
}

static int descriptors(const struct helper_start *start)
{
	if (sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return -1;
	for (size_t i = 0; i < start->kept_count; i++) {
		if (start->kept_fds[i] > 2 && fcntl(start->kept_fds[i], F_SETFD, 0) < 0)
			return -1;
	}
	return 0;
}

static int default_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		signal(signal_number, SIG_DFL); /* some cannot be changed, nor need to be */
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

static int child_main(void *arg)
{
	static char *const no_environment[] = { NULL };
	struct child *child = arg;
	const struct helper_start *start = child->start;

	if (start->enter && start->enter(start->enter_arg) < 0)
		return failed(child, "enter the namespaces for");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return failed(child, "ask to end with the launcher, for");
	if (getppid() != child->parent)
		return 127; /* nobody is left to read why */
	if (setsid() < 0)   /* a terminal's Ctrl-C is not for it */
		return failed(child, "start a session for");
	if (streams(child) < 0)
		return failed(child, "set up the streams of");
	if (descriptors(start) < 0)
		return failed(child, "set up the descriptors of");
	if (default_signals() < 0)
		return failed(child, "reset the signals of");
	execve(start->path, (char *const *)start->argv, no_environment);
	return failed(child, "execute");
}

/* The child's main, for clone(2): it must not return into our stack. */
static int child_start(void *arg)
{
	_exit(child_main(arg));
}

int helper_start(const struct helper_start *start, struct helper *ret, struct err *e)
{
	struct child child = { .start = start, .parent = getpid(), .said_fd = -1 };
	auto_close_ int said_fd = -1;

	if (start->listens) {
		said_fd = memfd_create("messages", MFD_CLOEXEC);
		if (said_fd < 0)
			return err_set(e, errno, "make a file for the messages of", start->path);
		child.said_fd = said_fd;
	}
	pid_t pid = spawn_program(0, child_start, &child);
	if (pid < 0)
		return err_set(e, -pid, "start", start->path);
	if (child.code) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		return err_set(e, child.code, child.what, start->path);
	}
	*ret = (struct helper){ .pid = pid, .said_fd = take_fd(&said_fd) };
	return 0;
}

bool helper_is_running(const struct helper *helper)
{
	return helper->pid > 0;
}

bool helper_has_ended(const struct helper *helper)
{
	siginfo_t info = { 0 };

	if (!helper_is_running(helper))
		return false;
	return waitid(P_PID, (id_t)helper->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid != 0;
}

/* The last line is the one that tells. */
static int last_line(int fd, char *text, size_t size)
{
	auto_free_ char *data = NULL;
	size_t length;

	text[0] = '\0';
	if (fd < 0)
		return 0;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	int r = read_all(fd, &data, &length);
	if (r < 0)
		return r;
	while (length > 0 && data[length - 1] == '\n')
		data[--length] = '\0';
	const char *line = strrchr(data, '\n');
	snprintf(text, size, "%s", line ? line + 1 : data);
	return 0;
}

static int reap(struct helper *helper, int *ret_status)
{
	while (waitpid(helper->pid, ret_status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	helper->pid = 0;
	return 0;
}

int helper_finish(struct helper *helper, char *text, size_t size, int *ret_status, struct err *e)
{
	int r = reap(helper, ret_status);

	if (r >= 0)
		r = last_line(helper->said_fd, text, size);
	close_fd(&helper->said_fd);
	return r < 0 ? err_set(e, -r, "wait for", "a helper") : 0;
}

void helper_end(struct helper *helper, int patience_ms, char *text, size_t size)
{
	struct err unused = { 0 };
	int status;

	text[0] = '\0';
	if (helper->pid <= 0)
		return;
	auto_close_ int pidfd = sys_pidfd_open(helper->pid);
	struct pollfd end = { .fd = pidfd, .events = POLLIN };
	if (pidfd < 0 || poll(&end, 1, patience_ms) <= 0)
		kill(helper->pid, SIGKILL); /* ours, and not reaped */
	if (helper_finish(helper, text, size, &status, &unused) < 0)
		text[0] = '\0'; /* it is gone, and nobody knows what it said */
}
