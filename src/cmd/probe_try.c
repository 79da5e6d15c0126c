/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe_try.c - trying things in a child; see probe_tools.h
 *
 * The child is made as `run` makes its first process, and writes its ids in the same way. It
 * sends the whole struct err through a pipe, with code 0 when all went well, and ends: its
 * namespaces and all mounts in them go with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "cmd/probe_tools.h"
#include "stage/idmap.h"

enum { CHILD_STACK = 256 * 1024 };

struct trial {
	int (*run)(struct err *e);
	bool has_ids; /* in a new user namespace: needs some */
	struct idmap map;
	int proc_fd;
	int report_fds[2];
};

static int prepare(const struct trial *trial, struct err *e)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return err_set(e, errno, "ask to end with", "the caller");
	return trial->has_ids ? idmap_write(trial->proc_fd, &trial->map, e) : 0;
}

static int trial_main(void *arg)
{
	const struct trial *trial = arg;
	struct err e = { 0 };
	int r = prepare(trial, &e);

	if (r >= 0)
		r = trial->run(&e);
	if (r >= 0)
		e.code = 0;
	_exit(write_once(trial->report_fds[1], &e, sizeof(e)) < 0);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static enum tried report(const struct trial *trial, pid_t pid, struct err *e)
{
	ssize_t got;

	do
		got = read(trial->report_fds[0], e, sizeof(*e));
	while (got < 0 && errno == EINTR);
	int status = wait_for(pid);
	if (got == (ssize_t)sizeof(*e))
		return e->code == 0 ? TRIED_WELL : TRIED_AND_FAILED;
	if (status > 128)
		err_usage(e, "the child that tried was ended by signal %d (%s)", status - 128,
			  strsignal(status - 128));
	else
		err_usage(e, "the child that tried ended without a word");
	return TRIED_AND_FAILED;
}

static enum tried start(struct trial *trial, int flags, struct err *e)
{
	char stack[CHILD_STACK] __attribute__((aligned(16)));
	pid_t pid = clone(trial_main, stack + sizeof(stack), flags | SIGCHLD, trial);

	if (pid < 0) {
		err_set(e, errno, "make the namespaces", NULL);
		return TRIED_NOTHING;
	}
	close_fd(&trial->report_fds[1]);
	return report(trial, pid, e);
}

static int open_trial(struct trial *trial, struct err *e)
{
	if (pipe2(trial->report_fds, O_CLOEXEC) < 0)
		return err_set(e, errno, "open", "a pipe");
	if (!trial->has_ids)
		return 0;
	trial->proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return trial->proc_fd < 0 ? err_set(e, errno, "open", "/proc") : 0;
}

enum tried probe_try(int flags, int (*run)(struct err *e), struct err *e)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	struct idmap same = { .uid = uid, .host_uid = uid, .gid = gid, .host_gid = gid };
	struct trial trial = { .run = run,
			       .has_ids = flags & CLONE_NEWUSER,
			       .map = same,
			       .proc_fd = -1,
			       .report_fds = { -1, -1 } };
	enum tried tried = TRIED_AND_FAILED;

	*e = (struct err){ 0 };
	if (open_trial(&trial, e) >= 0)
		tried = start(&trial, flags, e);
	close_fd(&trial.report_fds[0]);
	close_fd(&trial.report_fds[1]);
	close_fd(&trial.proc_fd);
	return tried;
}

/* --- a child that waits --- */

static int hold_main(void *arg)
{
	const int *fds = arg;
	char end;

	close(fds[1]); /* else we would wait for ourselves; a failure changes nothing */
	while (read(fds[0], &end, 1) < 0 && errno == EINTR)
		;
	_exit(0);
}

pid_t probe_hold(int *ret_fd)
{
	char stack[16 * 1024] __attribute__((aligned(16)));
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	pid_t pid = clone(hold_main, stack + sizeof(stack), CLONE_NEWUSER | SIGCHLD, fds);
	if (pid < 0)
		pid = -errno;
	close_fd(&fds[0]);
	if (pid < 0)
		close_fd(&fds[1]);
	*ret_fd = fds[1];
	return pid;
}

void probe_release(pid_t pid, int fd)
{
	close_fd(&fd);
	(void)wait_for(pid); /* it does nothing that could fail */
}
