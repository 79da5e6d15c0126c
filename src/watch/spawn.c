/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * spawn.c - see spawn.h
 *
 * A child that shares our memory, CLONE_VM, also shares the calling thread's errno and place in the
 * C library. The calling thread here is one made for the purpose: it does nothing but wait while
 * its child lives, and the main thread supervises. It waits by a bare system call, for the C
 * library would write there; and not by CLONE_VFORK, since a thread in that wait cannot be stopped,
 * and with it the launcher, when the user types Ctrl-Z. The child outlives the thread when the
 * launcher ends first; by then only pid 1 uses the memory.
 *
 * In a pid namespace given by descriptor a new one can only be made by a process that is in it. A
 * go-between enters it, makes the child with CLONE_PARENT, so that it is ours, and ends.
 *
 * Where the network is made beside, the thread makes its maker, in the new user namespace and in no
 * other; that one makes pid 1, again with CLONE_PARENT, and goes on to the network. So it is not in
 * the pid namespace, and the program has the same number as ever. It shares the thread's errno with
 * pid 1, which only matters when a call of the maker fails: then the launch fails, and the maker's
 * reason goes first.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stack.h"
#include "base/sys.h"
#include "stage/ctx.h"
#include "stage/ns.h"
#include "watch/report.h"
#include "watch/spawn.h"

enum {
	INSIDE_STACK = 256 * 1024,
	MAKER_STACK = 32 * 1024,
	PROGRAM_STACK = 64 * 1024,
};

struct birth {
	unsigned flags;
	spawn_main *main;
	void *arg;
	int inside_fd;
	const struct plan *plan;
	struct net_beside *net; /* or NULL */
	char *stack;            /* its upper end; for the maker of the network */
	pid_t pid;              /* the maker's child, written by the kernel; 0: none */
};

bool spawn_may_share(const struct plan *plan)
{
	return plan->reaper && (plan->unshare & CLONE_NEWUSER) && plan->caps == 0 && !plan->suid &&
	       !plan->keep_caps && plan->pidns_fd < 0;
}

/* Whatever happens, this thread must not go on before its child has ended. */
static void wait_in_place(pid_t pid, int options)
{
	while (syscall(SYS_waitid, P_PID, pid, NULL, WEXITED | options, NULL) < 0 &&
	       errno != ECHILD)
		poll(NULL, 0, 10);
}

/* With CLONE_VM it returns when the child has ended, which the main thread reaps. */
static pid_t clone_child(const struct birth *birth)
{
	char stack[INSIDE_STACK] __attribute__((aligned(16)));
	int flags = (int)birth->flags | SIGCHLD;
	pid_t pid = clone(birth->main, stack + sizeof(stack), flags, birth->arg);

	if (pid > 0 && (birth->flags & CLONE_VM))
		wait_in_place(pid, WNOWAIT);
	return pid;
}

/* Nobody will be born: say so in the child's place. */
static void stillborn_by(const struct birth *birth, const struct err *e)
{
	if (report_send_error(birth->inside_fd, e) < 0)
		_exit(1); /* our own socket takes no message: the launcher cannot go on */
}

static void stillborn(const struct birth *birth, int code)
{
	struct err err = { 0 };

	(void)ns_clone_failed(code, &err); /* fills err: the result is err */
	stillborn_by(birth, &err);
}

/*
 * Ids before all else: what the kernel shows of a network belongs to user 0 if that is mapped when
 * the network is made, and so it does not depend on who is faster.
 */
static int begin_beside(const struct plan *plan, struct net_beside *net, struct err *e)
{
	auto_close_ int proc_fd = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct ctx ctx = ctx_new(plan);

	if (proc_fd < 0)
		return err_set(e, errno, "open", "/proc");
	ctx.proc_fd = proc_fd;
	ctx.net = net;
	int r = ns_set_up(&ctx, e);
	return r < 0 ? r : net_begin_beside(net, e);
}

static int maker_main(void *arg)
{
	struct birth *birth = arg;
	int flags = (int)(birth->flags & ~(unsigned)(CLONE_NEWUSER | CLONE_NEWNET)) | CLONE_FILES |
		    CLONE_PARENT | CLONE_PARENT_SETTID;

	if (begin_beside(birth->plan, birth->net, &birth->net->err) < 0)
		stillborn_by(birth, &birth->net->err);
	else if (clone(birth->main, birth->stack, flags, birth->arg, &birth->pid) < 0)
		stillborn(birth, errno);
	else
		net_make_beside(birth->net);
	return 0;
}

/* Both have their stacks here, since this returns when both have ended. */
static void clone_both(struct birth *birth)
{
	char stack[INSIDE_STACK] __attribute__((aligned(16)));
	char maker_stack[MAKER_STACK] __attribute__((aligned(16)));
	int flags = CLONE_NEWUSER | CLONE_VM | SIGCHLD;

	birth->stack = stack + sizeof(stack);
	pid_t maker = clone(maker_main, maker_stack + sizeof(maker_stack), flags, birth);
	if (maker < 0) {
		stillborn(birth, errno);
		return;
	}
	wait_in_place(maker, 0);
	if (birth->pid > 0)
		wait_in_place(birth->pid, WNOWAIT);
}

static void *share_main(void *arg)
{
	struct birth *birth = arg;

	if (birth->net)
		clone_both(birth);
	else if (clone_child(birth) < 0)
		stillborn(birth, errno);
	close_fd(&birth->inside_fd);
	return NULL;
}

static int clone_sharing(struct birth *birth, struct err *e)
{
	pthread_attr_t attr;
	pthread_t thread;

	birth->flags |= CLONE_VM;
	int r = pthread_attr_init(&attr);
	if (r == 0)
		r = pthread_attr_setstacksize(&attr, INSIDE_STACK + MAKER_STACK + 64 * 1024);
	if (r == 0)
		r = pthread_create(&thread, &attr, share_main, birth);
	return r ? err_set(e, r, "start", "a thread") : 0;
}

static int go_between(void *arg)
{
	struct birth *birth = arg;

	birth->flags |= CLONE_PARENT;
	if (clone_child(birth) < 0)
		stillborn(birth, errno);
	return 0;
}

static int clone_through(struct birth *birth, struct err *e)
{
	const struct birth between = { .flags = 0, .main = go_between, .arg = birth };
	pid_t pid = clone_child(&between);

	if (pid < 0)
		return err_set(e, errno, "start", "a process in the pid namespace of --pidns");
	while (waitpid(pid, NULL, 0) < 0) {
		if (errno != EINTR)
			return err_set(e, errno, "wait for",
				       "the process in the pid namespace of --pidns");
	}
	return 0;
}

int spawn_inside(const struct plan *plan, struct net_beside *net, spawn_main *main, void *arg,
		 int *inside_fd, struct err *e)
{
	static struct birth birth; /* outlives this call: the thread reads it */
	int r;

	birth = (struct birth){
		.flags = ns_clone_flags(plan),
		.main = main,
		.arg = arg,
		.inside_fd = *inside_fd,
		.plan = plan,
		.net = net,
	};
	if (spawn_may_share(plan))
		return clone_sharing(&birth, e);
	if (plan->pidns_fd >= 0 && (plan->unshare & CLONE_NEWPID))
		r = clone_through(&birth, e);
	else
		r = clone_child(&birth) < 0 ? ns_clone_failed(errno, e) : 0;
	close_fd(inside_fd);
	return r;
}

pid_t spawn_program(unsigned flags, spawn_main *main, void *arg)
{
	char stack[PROGRAM_STACK] __attribute__((aligned(16)));
	int all = (int)flags | CLONE_VM | CLONE_VFORK | SIGCHLD;
	pid_t pid = clone(main, stack + sizeof(stack), all, arg);
	int code = errno;

	stack_forget(stack, sizeof(stack));
	return pid < 0 ? -code : pid;
}
