/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * init.c - see init.h
 *
 * Events, in order: say that we exist; wait for the launcher if it must do something first; ids;
 * network; the new root; locks; wait for --block-fd; then the program is started, in a child that
 * shares our memory until it execs, or, without a reaper, in this very process.
 *
 * As pid 1 we then keep as little as possible: standard streams, the report socket, the sync
 * descriptor and the locks; one powerless capability that keeps the program from tracing us; and
 * an empty command line and environment. We reap until the program has ended and, unless the plan
 * says that the rest ends with it, until nobody is left.
 *
 * A launcher that dies during all this is noticed: at once with --die-with-parent, else when we
 * wait for it or report to it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cmdline.h"
#include "base/io.h"
#include "base/log.h"
#include "base/sys.h"
#include "stage/caps.h"
#include "stage/exec.h"
#include "stage/ns.h"
#include "stage/root.h"
#include "stage/user.h"
#include "watch/init.h"
#include "watch/server.h"
#include "watch/spawn.h"

struct init {
	const struct init_start *start;
	struct ctx ctx;
	struct exec_start exec;
	struct arena memory; /* never freed: ours until the end */
	int *lock_fds;       /* one for each lock of the plan */
};

static int follow_launcher(const struct init_start *start, struct err *e)
{
	if (!start->plan->die_with_launcher)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return err_set(e, errno, "ask to end with", "the launcher");
	int orphaned = report_is_orphaned(start->channel.inside_fd);
	if (orphaned > 0)
		_exit(1); /* it was gone before the signal was asked for */
	return orphaned < 0 ? err_set(e, -orphaned, "look after", "the launcher") : 0;
}

bool init_waits_for_go(const struct plan *plan)
{
	return plan->info_fd >= 0 || plan->json_fd >= 0 || plan->userns_block_fd >= 0 ||
	       plan->maps_outside || server_is_possible(plan);
}

bool init_makes_net_beside(const struct plan *plan)
{
	return (plan->unshare & CLONE_NEWNET) && spawn_may_share(plan) && !init_waits_for_go(plan);
}

/* What only the launcher writes to or reads from: its readers wait for the end of file. */
static void close_launchers(const struct init_start *start)
{
	int fds[] = { start->channel.outside_fd, start->plan->info_fd, start->plan->json_fd,
		      start->plan->userns_block_fd };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		close_fd(&fds[i]);
}

static int meet_launcher(const struct init_start *start, struct err *e)
{
	close_launchers(start);
	int r = follow_launcher(start, e);
	if (r < 0)
		return r;
	r = report_send_kind(start->channel.inside_fd, REPORT_BORN, 0);
	if (r >= 0 && init_waits_for_go(start->plan))
		r = report_wait_for_go(start->channel.inside_fd);
	if (r == -EPIPE)
		_exit(1); /* it is gone, and has said why if it could */
	return r < 0 ? err_set(e, -r, "reach", "the launcher") : 0;
}

/*
 * Read locks on files inside, held until we end. They belong to the open file, not to the process
 * (fcntl(2), F_OFD_SETLK): closing another descriptor of the same file does not give them up.
 */
static int take_locks(struct init *init, struct err *e)
{
	const struct plan *plan = init->start->plan;

	if (plan->lock_count == 0)
		return 0;
	init->lock_fds = arena_alloc(&init->memory, plan->lock_count * sizeof(int));
	for (size_t i = 0; i < plan->lock_count; i++) {
		struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
		int fd = open(plan->lock_files[i], O_RDONLY | O_CLOEXEC);

		init->lock_fds[i] = fd;
		e->origin = plan->lock_origins[i];
		if (fd < 0)
			return err_set(e, errno, "open lock file", plan->lock_files[i]);
		if (fcntl(fd, F_OFD_SETLK, &lock) < 0)
			return err_set(e, errno, "lock file", plan->lock_files[i]);
	}
	e->origin = (struct origin){ 0 };
	return 0;
}

/* One byte or the end of file, or the end of the launcher. */
static int wait_for_block_fd(const struct init_start *start, struct err *e)
{
	int fd = start->plan->block_fd;
	struct pollfd fds[] = { { .fd = fd, .events = POLLIN },
				{ .fd = start->channel.inside_fd } };
	char byte;

	if (fd < 0)
		return 0;
	while (poll(fds, ARRAY_SIZE(fds), -1) < 0) {
		if (errno != EINTR)
			return err_set(e, errno, "wait for", "--block-fd");
	}
	if (fds[1].revents)
		return err_set(e, EPIPE, "wait for --block-fd with", "the launcher");
	if (read(fd, &byte, 1) < 0) /* what it says does not matter */
		return err_set(e, errno, "read from the descriptor of", "--block-fd");
	close_fd(&fd);
	return 0;
}

/* Ids, the network and the root; or only the root, beside the network, whose failure goes first. */
static int isolate(struct init *init, struct err *e)
{
	struct ctx *ctx = &init->ctx;
	int r = ctx->net ? 0 : ns_set_up(ctx, e);

	if (r < 0)
		return r;
	log_step(ctx->net ? "namespaces and ids" : "namespaces, ids and loopback");
	r = root_run(ctx, e);
	if (r >= 0)
		log_step("in the new root");
	if (!ctx->net)
		return r;
	struct err late = { 0 };
	int late_r = net_enter_made(ctx->net, &late);
	if (late_r < 0) {
		*e = late;
		return late_r;
	}
	log_step("loopback");
	return r;
}

static int assemble(struct init *init, struct err *e)
{
	const struct init_start *start = init->start;
	const struct plan *plan = start->plan;
	int r = meet_launcher(start, e);

	if (r < 0)
		return r;
	if (!plan->suid && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "give up new privileges", NULL);
	mode_t callers_umask = umask(0);
	init->ctx.proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (init->ctx.proc_fd < 0)
		return err_set(e, errno, "open", "/proc");
	r = isolate(init, e);
	if (r < 0)
		return r;
	umask(plan->has_umask ? plan->umask : callers_umask);
	r = ns_finish(&init->ctx, e);
	if (r >= 0)
		r = user_find_inside(plan, &init->memory, &init->exec.user, e);
	if (r >= 0)
		r = take_locks(init, e);
	if (r >= 0)
		r = wait_for_block_fd(start, e);
	return r < 0 ? r : filter_read_late(plan, &init->exec.filter, e);
}

static _noreturn_ void fail(const struct init *init, const struct err *e)
{
	if (report_send_error(init->start->channel.inside_fd, e) < 0)
		err_print(e); /* the launcher is gone: say it ourselves */
	_exit(1);
}

/* The last steps, in the process that is to become the program; only returns by failing. */
static _noreturn_ void become_program(struct init *init)
{
	const struct init_start *start = init->start;
	struct err err = { 0 };

	if (start->plan->forward_signals && report_send_pidfd(start->channel.inside_fd, &err) < 0)
		fail(init, &err);
	(void)exec_program(&init->exec, &err); /* returns only on failure, with err filled */
	fail(init, &err);
}

static int program_main(void *arg)
{
	become_program(arg);
}

/* What pid 1 gives up before the program's first instruction. */
static int become_small(const struct init *init, struct err *e)
{
	const struct plan *plan = init->start->plan;

	cmdline_hide(init->start->name, plan->argv);
	if (plan->new_session && setsid() < 0 && getsid(0) != getpid())
		return err_set(e, errno, "start a new session", NULL);
	return caps_for_init(plan, e);
}

static pid_t start_program(struct init *init, struct err *e)
{
	const struct plan *plan = init->start->plan;
	int r = become_small(init, e);

	if (r < 0)
		return r;
	init->exec.userns_is_new = plan->second_userns;
	init->exec.parent_pid = getpid();
	pid_t pid = spawn_program(plan->second_userns ? CLONE_NEWUSER : 0, program_main, init);
	if (pid < 0)
		return err_set(e, -pid, "start", "the program's process");
	r = caps_end_for_init(plan, e);
	if (r < 0)
		kill(pid, SIGKILL); /* without a pid namespace it would outlive us */
	return r < 0 ? r : pid;
}

/* Closes all but the standard streams, the report socket, the sync descriptor and every lock. */
static void close_others(struct init *init)
{
	const struct plan *plan = init->start->plan;
	size_t count = plan->lock_count + 4;
	int few[4],
		*kept = plan->lock_count ? arena_alloc(&init->memory, count * sizeof(int)) : few;

	for (size_t i = 0; i < plan->lock_count; i++)
		kept[i] = init->lock_fds[i];
	kept[count - 4] = plan->held_fds[0];
	kept[count - 3] = plan->held_fds[1];
	kept[count - 2] = init->start->channel.inside_fd;
	kept[count - 1] = plan->sync_fd;
	close_all_but(kept, count);
}

/* Reaps until the program has ended, and then as the plan says; *ret_status is the program's. */
static int reap(const struct init *init, pid_t program, int *ret_status, struct err *e)
{
	int report_fd = init->start->channel.inside_fd, status;
	bool has_ended = false;
	/* Who passes signals on wants to stop when the program does. */
	int options = init->start->plan->forward_signals ? WUNTRACED : 0;
	pid_t pid;

	while ((pid = waitpid(-1, &status, options)) > 0 || errno == EINTR) {
		if (pid != program)
			continue;
		if (WIFSTOPPED(status)) {
			(void)report_send_kind(report_fd, REPORT_STOPPED, status);
			continue;
		}
		*ret_status = status;
		has_ended = true;
		/* If the launcher is gone there is nobody to tell. */
		(void)report_send_kind(report_fd, REPORT_EXIT, status);
		if (init->start->plan->end_with_program)
			break;
	}
	return has_ended ? 0 : err_set(e, errno, "wait for", "the program");
}

/*
 * Shared memory is given back by whoever ends last, which takes a tenth of a millisecond. The
 * caller waits for the launcher, so that is to be us; unless the launcher waits for us in turn. One
 * that has been stopped is not worth a long wait.
 */
static void end_last(const struct init *init)
{
	enum { PATIENCE_MS = 100 };
	struct pollfd launcher = { .fd = init->start->channel.inside_fd };

	if (spawn_may_share(init->start->plan) && !init->start->plan->end_with_program)
		(void)poll(&launcher, 1, PATIENCE_MS); /* whatever it says, we end */
}

int init_main(void *arg)
{
	const struct init_start *start = arg;
	struct init init = { .start = start, .ctx = ctx_new(start->plan) };
	struct err err = { 0 };

	init.ctx.serve = server_ask;
	init.ctx.serve_arg = (void *)&start->channel.inside_fd;
	if (init_makes_net_beside(start->plan))
		init.ctx.net = (struct net_beside *)&start->net;
	init.exec = (struct exec_start){ .ctx = &init.ctx,
					 .signal_mask = start->signal_mask,
					 .alive_fd = start->channel.inside_fd };
	if (assemble(&init, &err) < 0)
		fail(&init, &err);
	if (!start->plan->reaper)
		become_program(&init);
	pid_t program = start_program(&init, &err);
	if (program < 0)
		fail(&init, &err);
	close_others(&init);
	int status = 0;
	if (reap(&init, program, &status, &err) < 0) {
		kill(program, SIGKILL); /* without a pid namespace it would outlive us */
		fail(&init, &err);
	}
	end_last(&init);
	_exit(report_exit_code(status));
}
