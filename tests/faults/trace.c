/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trace.c - see trace.h
 *
 * All processes of the launch are seized with the first; new ones are followed from birth. The one
 * that executes the program is let go at once. As a subreaper we inherit whatever outlives its
 * parent, so the launch is over when waitpid(2) has nobody left to wait for: no list of pids can
 * forget one.
 *
 * A timer ends a launch that does not end by itself (hung), or whose processes outlive the
 * launcher for longer than the kernel needs to end them (leaked).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine.h"
#include "trace.h"
#include "verdict.h"

enum { RUN_MS = 10000, GRACE_MS = 5000, LATE_MS = 20, SYSCALL_STOP = SIGTRAP | 0x80 };

struct process {
	pid_t pid;
	bool alive;
	bool held;    /* stopped until the victim is dead */
	bool fails;   /* its present call is to fail */
	bool program; /* let go */
	unsigned calls;
	struct call *call;
	enum { RESUME_FREE, RESUME_CALLS } resume;
};

struct tracer {
	const struct launch *launch;
	const struct wish *wish;
	struct outcome *out;
	struct started started;
	struct process processes[PROCESSES_MAX];
	int count;
	unsigned long entry, entry_word; /* the breakpoint; 0: none */
	unsigned long loader_start, loader_end;
	pid_t victim;     /* being killed; 0: nobody */
	bool kill_is_due; /* when the timer expires */
};

static volatile sig_atomic_t expired;

static void expire(int number)
{
	(void)number;
	expired = 1;
}

static void set_timer(unsigned ms)
{
	/* It repeats, lest a signal that arrives just before waitpid(2) is lost. */
	struct itimerval timer = { .it_value = { ms / 1000, ms % 1000 * 1000 },
				   .it_interval.tv_usec = ms ? 100000 : 0 };

	expired = 0;
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* --- processes --- */

static struct process *find(struct tracer *t, pid_t pid)
{
	for (int i = t->count - 1; i >= 0; i--) {
		if (t->processes[i].pid == pid && t->processes[i].alive)
			return &t->processes[i];
	}
	return NULL;
}

static struct process *find_or_add(struct tracer *t, pid_t pid)
{
	struct process *found = find(t, pid);

	if (found || t->count == PROCESSES_MAX)
		return found;
	found = &t->processes[t->count++];
	*found = (struct process){ .pid = pid,
				   .alive = true,
				   .resume = t->count > 1 ? RESUME_CALLS : RESUME_FREE };
	return found;
}

static void resume(const struct process *p, int number)
{
	/* A failure means that it is dead already, which waitpid(2) will tell. */
	ptrace(p->resume == RESUME_CALLS ? PTRACE_SYSCALL : PTRACE_CONT, p->pid, 0, (long)number);
}

/* The program is not ours to wait for as long as it has a parent: only a look can tell. */
static bool is_alive(const struct process *p)
{
	return p->alive && (!p->program || kill(p->pid, 0) == 0);
}

static void kill_everybody(struct tracer *t)
{
	for (int i = 0; i < t->count; i++) {
		if (is_alive(&t->processes[i]))
			kill(t->processes[i].pid, SIGKILL);
	}
	for (int i = 0; i < STARTED_MAX; i++) {
		if (t->started.pids[i] > 0)
			kill(t->started.pids[i], SIGKILL);
	}
}

/* --- the entry point --- */

static unsigned long auxiliary(pid_t pid, unsigned long key)
{
	unsigned long pair[2] = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/auxv", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (read(fd, pair, sizeof(pair)) == sizeof(pair) && pair[0] != key)
		pair[1] = 0;
	close(fd);
	return pair[1];
}

/* The mappings of the file that the kernel has mapped at AT_BASE; there is none in a static
 * program. */
static void find_loader(struct tracer *t, pid_t pid)
{
	unsigned long base = auxiliary(pid, AT_BASE), start, end;
	char path[64], line[512], name[256], loader[256] = "";

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	FILE *maps = fopen(path, "re");
	t->loader_start = t->loader_end = 0;
	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %255s", &start, &end, name) != 3)
			continue;
		if (start == base && base) {
			t->loader_start = start;
			memcpy(loader, name, sizeof(loader));
		}
		if (strcmp(name, loader) == 0)
			t->loader_end = end;
	}
	if (maps)
		fclose(maps);
}

static void plant_trap(struct tracer *t, struct process *p)
{
	unsigned long where = auxiliary(p->pid, AT_ENTRY);
	long word = ptrace(PTRACE_PEEKTEXT, p->pid, where, 0);

	t->entry = where;
	t->entry_word = (unsigned long)word;
	word = (long)(((unsigned long)word & ~machine_trap_mask) | machine_trap);
	ptrace(PTRACE_POKETEXT, p->pid, where, word);
	p->resume = RESUME_FREE;
}

static void remove_trap(struct tracer *t, struct process *p)
{
	struct user_regs_struct regs;

	ptrace(PTRACE_POKETEXT, p->pid, t->entry, t->entry_word);
	if (TRAP_IS_PAST && machine_get(p->pid, &regs) == 0) {
		*machine_pc(&regs) = t->entry;
		machine_set(p->pid, &regs);
	}
	t->entry = 0;
	p->resume = RESUME_CALLS;
	find_loader(t, p->pid);
}

/* --- what is to go wrong --- */

/* Nothing can be read of a process that has made itself undumpable: no matter. */
static void read_path(pid_t pid, uint64_t where, char *ret)
{
	struct iovec ours = { ret, PATH_SHOWN - 1 },
		     theirs = { (void *)(uintptr_t)where, PATH_SHOWN - 1 };

	if (process_vm_readv(pid, &ours, 1, &theirs, 1, 0) > 0)
		return;
	/* The text may lie at the end of a page. */
	ours.iov_len = theirs.iov_len = 4096 - where % 4096;
	if (ours.iov_len < PATH_SHOWN)
		process_vm_readv(pid, &ours, 1, &theirs, 1, 0);
}

/* The path that the descriptor was opened by, if it was by this process. */
static void find_path(const struct outcome *out, const struct call *call, char *ret)
{
	for (unsigned i = out->call_count; i-- > 0;) {
		const struct call *opened = &out->calls[i];

		if (opened->process != call->process || opened->result != (long)call->args[0])
			continue;
		if (opened->nr != SYS_openat && opened->nr != SYS_openat2)
			continue;
		memcpy(ret, opened->path, PATH_SHOWN);
		return;
	}
}

static void note_path(const struct tracer *t, pid_t pid, struct call *call)
{
	int argument = call_path_argument(call->nr);

	if (argument >= 0)
		read_path(pid, call->args[argument], call->path);
	if (call->nr == SYS_read)
		find_path(t->out, call, call->path);
	bool looks = call->nr == SYS_newfstatat || call->nr == SYS_fstat;
	if (looks && (call->args[0] == FD_ARGS || call->args[0] == FD_SECCOMP))
		snprintf(call->path, sizeof(call->path), "given descriptor");
}

static void call_enters(struct tracer *t, struct process *p,
			const struct __ptrace_syscall_info *info)
{
	struct outcome *out = t->out;
	struct call call = { .process = (int)(p - t->processes),
			     .nth = ++p->calls,
			     .nr = (long)info->entry.nr,
			     .alone = t->count == 1,
			     .before = !out->ran,
			     .main_thread = p == t->processes };
	struct user_regs_struct regs = { 0 };

	for (int i = 0; i < 6; i++)
		call.args[i] = info->entry.args[i];
	note_path(t, p->pid, &call);
	if (out->call_count < CALLS_MAX) {
		p->call = &out->calls[out->call_count++];
		*p->call = call;
	}
	if (!t->wish->nth || t->wish->process != call.process || t->wish->nth != call.nth)
		return;
	if (!t->wish->done &&
	    (machine_get(p->pid, &regs) < 0 || machine_set_call(p->pid, &regs, SYS_getpid) < 0))
		return;
	p->fails = true;
	out->hit = true;
	out->hit_call = call;
}

/* Has the launcher now seen who its parent is? From then on it owes us to notice a change. */
static void note_parent(struct tracer *t, const struct process *p)
{
	if (p != t->processes || t->out->first_kill || !p->call)
		return;
	if (p->call->nr == SYS_getppid ||
	    (p->call->nr == SYS_prctl && p->call->args[0] == PR_SET_PDEATHSIG))
		t->out->first_kill = t->out->stops;
}

static void call_leaves(struct tracer *t, struct process *p,
			const struct __ptrace_syscall_info *info)
{
	struct user_regs_struct regs;

	if (p->call)
		p->call->result = (long)info->exit.rval;
	note_parent(t, p);
	p->call = NULL;
	if (!p->fails)
		return;
	p->fails = false;
	if (machine_get(p->pid, &regs) == 0) {
		machine_set_result(&regs, -t->wish->code);
		machine_set(p->pid, &regs);
	}
}

static void kill_victim(struct tracer *t, struct process *p)
{
	pid_t victim = t->started.pids[t->wish->victim == VICTIM_PARENT ? PARENT : LAUNCHER];

	if (victim <= 0 || t->out->ended || kill(victim, SIGKILL) < 0)
		return; /* it has ended by itself */
	t->out->hit = true;
	t->victim = victim;
	t->kill_is_due = false;
	set_timer(RUN_MS);
	if (p)
		p->held = p->pid != victim;
}

/* The victim is dead: whoever was stopped meanwhile goes on. */
static void release(struct tracer *t)
{
	t->victim = 0;
	for (int i = 0; i < t->count; i++) {
		if (t->processes[i].alive && t->processes[i].held) {
			t->processes[i].held = false;
			resume(&t->processes[i], 0);
		}
	}
}

static void call_stops(struct tracer *t, struct process *p)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, sizeof(info), &info) < 0)
		return;
	if (info.instruction_pointer >= t->loader_start && info.instruction_pointer < t->loader_end)
		return;
	t->out->stops++;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		call_enters(t, p, &info);
	if (info.op == PTRACE_SYSCALL_INFO_EXIT)
		call_leaves(t, p, &info);
	if (t->wish->victim && t->wish->kill_at == t->out->stops)
		kill_victim(t, p);
}

/* --- the loop --- */

static void executes(struct tracer *t, struct process *p)
{
	if (p == t->processes) {
		plant_trap(t, p);
		resume(p, 0);
		return;
	}
	t->out->ran = true;
	t->out->stops_before = t->out->stops;
	p->program = true;
	p->call = NULL;
	ptrace(PTRACE_DETACH, p->pid, 0, 0);
	t->kill_is_due = t->wish->victim && !t->out->hit;
	if (t->kill_is_due)
		set_timer(LATE_MS);
}

static void give_birth(struct tracer *t, const struct process *p)
{
	unsigned long child;

	if (ptrace(PTRACE_GETEVENTMSG, p->pid, 0, &child) == 0)
		find_or_add(t, (pid_t)child);
}

static void stops(struct tracer *t, pid_t pid, int status)
{
	struct process *p = find_or_add(t, pid);
	int event = status >> 16, number = WSTOPSIG(status);

	if (!p)
		return;
	switch (event) {
	case PTRACE_EVENT_EXEC:
		executes(t, p);
		return;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		give_birth(t, p);
		break;
	case PTRACE_EVENT_STOP:
		if (number != SIGTRAP) {
			ptrace(PTRACE_LISTEN, pid, 0, 0);
			return;
		}
		break;
	default:
		if (number == SYSCALL_STOP) {
			call_stops(t, p);
			break;
		}
		if (number != SIGTRAP || !t->entry) {
			resume(p, number);
			return;
		}
		remove_trap(t, p);
	}
	if (!p->held)
		resume(p, 0);
}

static void ends(struct tracer *t, pid_t pid, int status)
{
	struct process *p = find(t, pid);

	if (p)
		p->alive = false;
	if (pid == t->victim)
		release(t);
	for (int i = 0; i < STARTED_MAX; i++) {
		if (t->started.pids[i] != pid)
			continue;
		t->started.pids[i] = 0;
		if (i != LAUNCHER)
			continue;
		t->out->ended = true;
		t->out->status = status;
		t->kill_is_due = false;
		set_timer(GRACE_MS);
	}
}

static void too_late(struct tracer *t)
{
	for (int i = 0; i < t->count; i++)
		t->out->leaked += t->out->ended && !t->out->hung && is_alive(&t->processes[i]);
	if (!t->out->ended)
		t->out->hung = true;
	kill_everybody(t);
	set_timer(GRACE_MS);
}

static void follow(struct tracer *t)
{
	/* Three deadlines at most: one to end, one for the rest, one for the dead to be buried. */
	for (int late = 0; late < 3;) {
		int status;
		pid_t pid = waitpid(-1, &status, __WALL);

		if (pid > 0 && WIFSTOPPED(status))
			stops(t, pid, status);
		else if (pid > 0)
			ends(t, pid, status);
		else if (errno == ECHILD)
			return;
		if (pid > 0 || !expired)
			continue;
		if (t->kill_is_due) {
			kill_victim(t, NULL);
			continue;
		}
		too_late(t);
		late++;
	}
}

void trace_run(const struct launch *launch, const struct wish *wish, struct outcome *ret)
{
	struct tracer t = { .launch = launch, .wish = wish, .out = ret };
	struct sigaction action = { .sa_handler = expire };
	long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
		       PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;

	memset(ret, 0, offsetof(struct outcome, calls));
	sigaction(SIGALRM, &action, NULL);
	launch_start(launch, wish->victim == VICTIM_PARENT, &t.started);
	find_or_add(&t, t.started.pids[LAUNCHER]);
	if (ptrace(PTRACE_SEIZE, t.started.pids[LAUNCHER], 0, options) < 0)
		kill_everybody(&t);
	launch_go(&t.started);
	set_timer(RUN_MS);
	follow(&t);
	set_timer(0);
}

const char *trace_why_not(void)
{
	int status;

	if (!MACHINE_KNOWN)
		return "the fault tests do not know this machine's registers";
	pid_t pid = fork();
	if (pid == 0) {
		pause();
		_exit(0);
	}
	long seized = ptrace(PTRACE_SEIZE, pid, 0, 0);
	kill(pid, SIGKILL);
	waitpid(pid, &status, __WALL);
	return seized < 0 ? "ptrace(2) is forbidden here" : NULL;
}
