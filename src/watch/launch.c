/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * launch.c - see launch.h
 *
 * The launcher stays outside. It makes the first process inside (spawn.c), which does all the work
 * (init.c), and then only listens: to the reports from inside, and to signals. What may come, in
 * order:
 *
 *	BORN      now there is a pid to tell of on the status descriptors, and the word to go on
 *	PROGRAM   a pidfd of the program, for the signals that it is to get
 *	EXIT      the program's status
 *	ERROR     in place of any of these: the launch failed
 *
 * and then the end of file, when nobody inside can report any more. Without a pid 1 of ours that
 * comes when the program is executed, and its status is that of our child.
 *
 * From BORN on the launcher holds no descriptor of the caller's above 2: a pipe that the program
 * closes must not stay open because of us.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "base/sys.h"
#include "stage/ns.h"
#include "watch/init.h"
#include "watch/launch.h"
#include "watch/maps.h"
#include "watch/report.h"
#include "watch/server.h"
#include "watch/signals.h"
#include "watch/spawn.h"
#include "watch/status.h"

struct launch {
	const struct plan *plan;
	struct report_channel channel;
	int signal_fd;
	int program_fd; /* pidfd, or -1 */
	int userns_fd;  /* the sandbox's, for a server; or -1 */
	struct helper server;
	pid_t child; /* the first process inside; 0: not known yet */
	bool has_status;
	int status; /* of the program */
	bool is_over;
};

static int follow_parent(const struct launch_start *start, struct err *e)
{
	if (!start->plan->die_with_parent)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return err_set(e, errno, "ask to end with", "the caller");
	if (getppid() != start->parent)
		return err_refuse(e, "end with", "the caller", "it is gone already");
	return 0;
}

/* The caller writes the id maps meanwhile, and then a byte, or closes its end. */
static int wait_for_maps(const struct launch *launch, struct err *e)
{
	int fd = launch->plan->userns_block_fd;
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN },
				{ .fd = launch->channel.outside_fd } };

	if (fd < 0)
		return 0;
	while (poll(fds, ARRAY_SIZE(fds), -1) < 0) {
		if (errno != EINTR)
			return err_set(e, errno, "wait for", "--userns-block-fd");
	}
	close_fd(&fd);
	return 0;
}

static int write_maps(const struct plan *plan, pid_t pid, struct err *e)
{
	int r = maps_write(&plan->ids, pid, e);

	if (r < 0)
		e->origin =
			(struct origin){ .option = plan->ids.kind == MAP_EXPLICIT ? "--uid-map"
										  : "--map-ids" };
	else
		log_step("id maps written");
	return r;
}

static void close_callers(const struct launch *launch)
{
	const int kept[] = { launch->channel.outside_fd, launch->channel.inside_fd,
			     launch->signal_fd,          launch->plan->json_fd,
			     launch->userns_fd,          launch->plan->held_fds[0],
			     launch->plan->held_fds[1] };

	close_all_but(kept, ARRAY_SIZE(kept));
}

/* While we still may: the first process inside closes itself to others soon. */
static int open_userns(struct launch *launch, struct err *e)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)launch->child);
	launch->userns_fd = open(path, O_RDONLY | O_CLOEXEC);
	return launch->userns_fd < 0 ? err_set(e, errno, "open", path) : 0;
}

static int on_born(struct launch *launch, const struct report *report, struct err *e)
{
	launch->child = report->pid;
	int r = status_born(launch->plan, report->pid, e);
	if (r >= 0 && server_is_possible(launch->plan))
		r = open_userns(launch, e);
	if (r >= 0 && launch->plan->maps_outside)
		r = write_maps(launch->plan, report->pid, e);
	if (r >= 0)
		r = wait_for_maps(launch, e);
	if (r < 0)
		return r;
	r = init_waits_for_go(launch->plan) ? report_go(launch->channel.outside_fd) : 0;
	if (r < 0)
		return err_set(e, -r, "reach", "the first process inside");
	close_callers(launch);
	return 0;
}

static int reap_child(struct launch *launch, struct err *e)
{
	int status;

	while (waitpid(launch->child, &status, 0) < 0) {
		if (errno != EINTR)
			return err_set(e, errno, "wait for", "the first process inside");
	}
	/* pid 1 says how the program ended before it exits itself; unless it was killed. */
	if (!launch->has_status && launch->plan->reaper && WIFEXITED(status))
		return err_refuse(e, "run", "the program", "the first process inside ended early");
	if (!launch->has_status)
		launch->status = status;
	launch->has_status = true;
	launch->is_over = true;
	return 0;
}

/* Nobody reports any more: the child has ended, or it has become the program. */
static int on_end_of_reports(struct launch *launch, struct err *e)
{
	if (launch->child == 0)
		return err_refuse(e, "start", "the sandbox", "its first process was killed");
	close_fd(&launch->channel.outside_fd);
	if (launch->plan->reaper)
		return reap_child(launch, e);
	log_step("the program runs");
	return 0;
}

static int on_report(struct launch *launch, const struct report *report, struct err *e)
{
	switch (report->kind) {
	case REPORT_BORN:
		return on_born(launch, report, e);
	case REPORT_ERROR:
		*e = report->err;
		return -e->code;
	case REPORT_PROGRAM:
		launch->program_fd = report->fd;
		return 0;
	case REPORT_SERVE:
		return server_start(launch->plan, launch->userns_fd, report, &launch->server, e);
	case REPORT_STOPPED:
		return raise(SIGSTOP) ? err_set(e, errno, "stop with", "the program") : 0;
	case REPORT_EXIT:
		launch->status = report->status;
		launch->has_status = true;
		/* What ends with the program has ended when pid 1 has. */
		return launch->plan->end_with_program ? reap_child(launch, e)
						      : (launch->is_over = true, 0);
	}
	return err_refuse(e, "understand", "the first process inside", "unknown report");
}

static int read_report(struct launch *launch, struct err *e)
{
	struct report report = { .fd = -1 };
	int r = report_receive(launch->channel.outside_fd, &report);

	if (r < 0)
		return err_set(e, -r, "hear from", "the first process inside");
	return r == 0 ? on_end_of_reports(launch, e) : on_report(launch, &report, e);
}

/* Without a reaper the child is the program. */
static int on_child_signal(struct launch *launch, struct err *e)
{
	siginfo_t info = { 0 };

	if (launch->plan->reaper || launch->channel.outside_fd >= 0)
		return 0; /* its reports tell, or their end */
	if (waitid(P_PID, (id_t)launch->child, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
		return err_set(e, errno, "wait for", "the program");
	return info.si_pid == 0 ? 0 : reap_child(launch, e);
}

/* Without its server the program has no root any more. */
static int look_after_server(struct launch *launch, struct err *e)
{
	char text[256];
	int status;

	if (!helper_has_ended(&launch->server))
		return 0;
	if (helper_finish(&launch->server, text, sizeof(text), &status, e) < 0)
		return -e->code;
	return err_refuse(e, "go on without", "fuse-overlayfs", "it ended%s%s", text[0] ? ": " : "",
			  text);
}

static int read_signal(struct launch *launch, struct err *e)
{
	struct signalfd_siginfo info;
	int r = signals_next(launch->signal_fd, &info);

	if (r <= 0)
		return r < 0 ? err_set(e, -r, "hear of", "signals") : 0;
	if (signals_is_child(&info)) {
		r = on_child_signal(launch, e);
		return r < 0 || launch->is_over ? r : look_after_server(launch, e);
	}
	if (launch->program_fd >= 0)
		signals_pass_on(launch->program_fd, launch->plan->new_session, &info);
	else if (launch->plan->forward_signals)
		signals_suffer(&info);
	return 0;
}

/* Reports go first: what a dead child has said counts more than that it is dead. */
static int listen_to(struct launch *launch, struct err *e)
{
	while (!launch->is_over) {
		struct pollfd fds[] = { { .fd = launch->channel.outside_fd, .events = POLLIN },
					{ .fd = launch->signal_fd, .events = POLLIN } };

		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return err_set(e, errno, "wait for", "the sandbox");
		int r = fds[0].revents   ? read_report(launch, e)
			: fds[1].revents ? read_signal(launch, e)
					 : 0;
		if (r < 0)
			return r;
	}
	return 0;
}

static int begin(const struct launch_start *start, struct launch *launch, struct init_start *init,
		 struct err *e)
{
	int r = follow_parent(start, e);

	if (r >= 0)
		r = signals_hold(start->plan, &init->signal_mask, &launch->signal_fd, e);
	if (r >= 0)
		r = ns_enter_given(start->plan, e);
	if (r >= 0)
		r = report_open(&launch->channel, e);
	if (r < 0)
		return r;
	init->channel = launch->channel;
	struct net_beside *net = init_makes_net_beside(start->plan) ? &init->net : NULL;
	return spawn_inside(start->plan, net, init_main, init, &launch->channel.inside_fd, e);
}

/* It ends when its file system is gone, which is when the sandbox is; not before all is written. */
static void end_server(struct launch *launch, bool failed)
{
	enum { PATIENCE_MS = 10000 };
	char text[256];

	close_fd(&launch->channel.outside_fd); /* if anything inside still waits, it ends */
	helper_end(&launch->server, PATIENCE_MS, text, sizeof(text));
	if (failed && text[0])
		log_error("%s", text);
}

int launch(const struct launch_start *start, int *ret_code, struct err *e)
{
	static struct init_start
		init; /* outlives us: the first process inside may share our memory */
	struct launch launch = {
		.plan = start->plan,
		.signal_fd = -1,
		.program_fd = -1,
		.userns_fd = -1,
		.server = HELPER_NONE,
		.channel = { -1, -1 },
	};

	init = (struct init_start){ .plan = start->plan, .name = start->name };
	int r = begin(start, &launch, &init, e);
	if (r >= 0)
		r = listen_to(&launch, e);
	if (helper_is_running(&launch.server))
		end_server(&launch, r < 0);
	if (r < 0)
		return r;
	*ret_code = report_exit_code(launch.status);
	return status_exit(start->plan, *ret_code, e);
}
