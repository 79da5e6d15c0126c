/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * within.c - see within.h
 *
 * The child waits until its maps are written, by itself where one id is enough. Its end of the
 * channel closes with it, and ours with us: so each knows when the other is gone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "stage/idmap.h"
#include "stage/ns.h"
#include "watch/maps.h"
#include "watch/report.h"
#include "watch/within.h"

struct inside {
	const struct ids *ids;
	within_main *main;
	void *arg;
	uid_t uid;
	gid_t gid;
	struct report_channel channel;
};

static int become_root(const struct inside *inside, struct err *e)
{
	const struct idmap map = { .host_uid = inside->uid, .host_gid = inside->gid };
	auto_close_ int proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (inside->ids->uid.count == 0)
		return proc_fd < 0 ? err_set(e, errno, "open", "/proc")
				   : idmap_write(proc_fd, &map, e);
	if (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
		return err_set(e, errno, "switch to", "id 0 of the user namespace");
	return 0;
}

static int start_inside(struct inside *inside, struct err *e)
{
	close_fd(&inside->channel.outside_fd);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return err_set(e, errno, "ask to end with", "the caller");
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return ns_clone_failed(errno, e);
	int r = report_send_kind(inside->channel.inside_fd, REPORT_BORN, 0);
	if (r >= 0)
		r = report_wait_for_go(inside->channel.inside_fd);
	if (r < 0)
		return err_set(e, -r, "wait for", "the id maps");
	r = become_root(inside, e);
	return r < 0 ? r : inside->main(inside->arg, e);
}

static _noreturn_ void run_inside(struct inside *inside)
{
	struct report report = { .kind = REPORT_EXIT, .fd = -1 };
	int r = start_inside(inside, &report.err);

	if (r < 0)
		report.kind = REPORT_ERROR;
	report.status = r;
	_exit(report_send(inside->channel.inside_fd, &report, -1) < 0);
}

/* The child's next word: that it is born, or its last. */
static int hear(int outside_fd, struct report *ret, struct err *e)
{
	int r = report_receive(outside_fd, ret);

	if (r < 0)
		return err_set(e, -r, "hear from", "the process with the ids");
	if (r == 0)
		return err_refuse(e, "work in", "a user namespace", "the process there was killed");
	if (ret->kind == REPORT_ERROR) {
		const struct origin origin = ret->err.origin.option ? ret->err.origin : e->origin;

		*e = ret->err;
		e->origin = origin;
	}
	return ret->kind == REPORT_ERROR ? ret->status : 0;
}

static int lead(struct inside *inside, pid_t pid, struct err *e)
{
	struct report report;
	int r = hear(inside->channel.outside_fd, &report, e);

	if (r >= 0 && inside->ids->uid.count)
		r = maps_write(inside->ids, pid, e);
	if (r < 0)
		return r;
	r = report_go(inside->channel.outside_fd);
	if (r < 0)
		return err_set(e, -r, "reach", "the process with the ids");
	r = hear(inside->channel.outside_fd, &report, e);
	return r < 0 ? r : report.status;
}

int within_ids(const struct ids *ids, within_main *main, void *arg, struct err *e)
{
	struct inside inside = {
		.ids = ids, .main = main, .arg = arg, .uid = geteuid(), .gid = getegid()
	};
	int r = report_open(&inside.channel, e);

	if (r < 0)
		return r;
	pid_t pid = fork();
	if (pid == 0)
		run_inside(&inside);
	int code = errno;
	close_fd(&inside.channel.inside_fd);
	r = pid < 0 ? err_set(e, code, "start", "a process") : lead(&inside, pid, e);
	close_fd(&inside.channel.outside_fd); /* the child, if it waits, ends */
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return r;
}
