/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * exec.c - see exec.h
 *
 * Order matters. The id map needs the capabilities of the new user namespace, so it comes before
 * they are dropped; the parent-death signal is forgotten by the kernel when credentials change, so
 * it is set after that, and then we look once whether the parent was gone already; the filter may
 * forbid any of it, so it is loaded last.
 *
 * The file is executed with execve(2): what is neither a program nor a script with an interpreter
 * line is an error, not something to hand to a shell.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "base/sys.h"
#include "stage/caps.h"
#include "stage/exec.h"
#include "stage/idmap.h"
#include "stage/label.h"
#include "stage/ns.h"

static int enter_second_userns(const struct exec_start *start, struct err *e)
{
	const struct plan *plan = start->ctx->plan;
	const struct idmap map = { .uid = plan->uid,
				   .gid = plan->gid,
				   .host_uid = plan->map_root ? 0 : plan->uid,
				   .host_gid = plan->map_root ? 0 : plan->gid };

	if (!plan->second_userns)
		return 0;
	return ns_second_user(start->ctx, start->userns_is_new, &map, e);
}

/* Were those that we must not outlive gone before we asked? Then nobody is left to tell. */
static int is_late(const struct exec_start *start)
{
	struct pollfd launcher = { .fd = start->alive_fd };

	if (start->parent_pid && !(start->ctx->plan->unshare & CLONE_NEWPID) &&
	    getppid() != start->parent_pid)
		return true;
	return poll(&launcher, 1, 0);
}

static int follow_launcher(const struct exec_start *start, struct err *e)
{
	if (!start->ctx->plan->die_with_launcher)
		return 0;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return err_set(e, errno, "ask to end with", "the launcher");
	int late = is_late(start);
	if (late > 0)
		_exit(1);
	return late < 0 ? err_set(e, errno, "look after", "the launcher") : 0;
}

/* Can this process, and so the program after it, reach any key? */
static bool has_keys(void)
{
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0) >= 0 ||
	       (errno != ENOSYS && errno != EPERM);
}

/*
 * A keyring of its own, since the session's may hold the user's secrets. There is nothing to hide
 * in a kernel without keys, nor in a container whose filter keeps us all from them.
 */
static int new_keyring(struct err *e)
{
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) >= 0)
		return 0;
	err_set(e, errno, "make", "a session keyring");
	if (!has_keys())
		return 0;
	return e->code == EDQUOT
		       ? err_hint(e, "the user's keys are used up: raise kernel.keys.maxkeys")
		       : -e->code;
}

/*
 * A new session is pid 1's, if there is one. For the launcher to reach the program and its children
 * alone, they are a process group of their own in it.
 */
static int session(const struct plan *plan, struct err *e)
{
	int r = 0;

	if (plan->new_session && !plan->reaper)
		r = setsid() < 0 && getsid(0) != getpid() ? -errno : 0;
	else if (plan->new_session && plan->forward_signals)
		r = setpgid(0, 0) < 0 ? -errno : 0;
	if (r < 0)
		return err_set(e, -r, "start a new session", NULL);
	return plan->new_keyring ? new_keyring(e) : 0;
}

/* The caller's folder if it exists inside, else home, else the root; PWD says which. */
static int change_dir(const struct plan *plan, const char **ret_pwd, struct err *e)
{
	const char *const tries[] = { plan->cwd, env_get(&plan->env, "HOME"), "/" };

	if (plan->chdir) {
		*ret_pwd = plan->chdir;
		e->origin = plan->chdir_origin;
		if (chdir(plan->chdir) < 0)
			return err_set(e, errno, "chdir to", plan->chdir);
		e->origin = (struct origin){ 0 };
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		*ret_pwd = tries[i];
		if (tries[i] && chdir(tries[i]) == 0)
			return 0;
		if (tries[i] && errno != ENOENT && errno != ENOTDIR && errno != EACCES &&
		    errno != ELOOP)
			break;
	}
	return err_set(e, errno, "chdir to", *ret_pwd);
}

static int close_on_exec(int fd, bool on)
{
	return fd < 0 ? 0 : fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0);
}

static int descriptors(const struct plan *plan, struct err *e)
{
	if (plan->reaper && close_on_exec(plan->sync_fd, true) < 0)
		return err_set(e, errno, "close", "the descriptor of --sync-fd");
	if (!plan->close_fds)
		return 0;
	if (sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		return err_set(e, errno, "close", "the caller's descriptors");
	for (size_t i = 0; i < plan->keep_fd_count; i++) {
		if (plan->keep_fds[i] > 2 && close_on_exec(plan->keep_fds[i], false) < 0)
			return err_set(e, errno, "keep", "a descriptor");
	}
	return 0;
}

/* Signals as the caller had them, but SIGCHLD, which the program needs to hear. */
static int signals(const struct exec_start *start, struct err *e)
{
	sigset_t mask = start->signal_mask;

	sigdelset(&mask, SIGCHLD);
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR || sigprocmask(SIG_SETMASK, &mask, NULL) < 0)
		return err_set(e, errno, "reset", "signals");
	return 0;
}

/*
 * pid 1 shares our memory until we execute. A program with capabilities could have what it takes to
 * trace pid 1, so that memory is closed to everybody. Not before the id maps are written: the files
 * of a process so protected belong to root.
 */
static int protect_init(const struct plan *plan, struct err *e)
{
	if (!plan->reaper || !(plan->caps || plan->keep_caps))
		return 0;
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? err_set(e, errno, "protect", "pid 1") : 0;
}

/* Everything that may still fail, in an order that the text at the top explains. */
static int prepare(const struct exec_start *start, const char **ret_pwd, struct err *e)
{
	const struct plan *plan = start->ctx->plan;
	int r = enter_second_userns(start, e);

	if (r >= 0)
		r = protect_init(plan, e);
	if (r >= 0 && plan->assert_userns_disabled)
		r = ns_assert_no_userns(e);
	if (r >= 0 && !(plan->reaper && !plan->second_userns)) /* else caps_for_init() did */
		r = caps_limit(plan, e);
	if (r >= 0)
		r = user_become(plan, &start->user, e);
	if (r >= 0 && plan->suid) /* with CAP_SYS_ADMIN, in place of no_new_privs */
		r = filter_load(plan, &start->filter, e);
	if (r >= 0)
		r = caps_for_program(plan, e);
	if (r >= 0)
		r = change_dir(plan, ret_pwd, e);
	if (r >= 0)
		r = session(plan, e);
	if (r >= 0 && plan->fixed_addresses && personality(ADDR_NO_RANDOMIZE) < 0)
		r = err_set(e, errno, "switch off", "address-space randomisation");
	if (r >= 0 && plan->exec_label)
		r = label_exec(plan->exec_label, e);
	if (r >= 0)
		r = follow_launcher(start, e);
	if (r >= 0)
		r = descriptors(plan, e);
	if (r >= 0)
		r = signals(start, e);
	return r < 0 || plan->suid ? r : filter_load(plan, &start->filter, e);
}

/* Joins a folder of PATH and a name; an empty folder is the working one. */
static const char *join(const char *dir, size_t length, const char *name, char path[PATH_MAX])
{
	int done = snprintf(path, PATH_MAX, "%.*s%s%s", (int)length, dir, length ? "/" : "", name);

	return done < PATH_MAX ? path : NULL;
}

static bool try_next(int code)
{
	return code == ENOENT || code == ENOTDIR || code == EACCES || code == ESTALE ||
	       code == ENODEV || code == ETIMEDOUT;
}

/* execvp(3) without the shell; returns the errno that says most. */
static int search(const char *name, char *const *argv, char *const *env, const char *path_variable)
{
	char path[PATH_MAX];
	bool denied = false;

	if (strchr(name, '/') || !name[0]) {
		execve(name, argv, env);
		return errno;
	}
	for (const char *dir = path_variable; dir;
	     dir = strchr(dir, ':') ? strchr(dir, ':') + 1 : NULL) {
		const char *file = join(dir, strcspn(dir, ":"), name, path);

		if (!file)
			continue;
		execve(file, argv, env);
		if (!try_next(errno))
			return errno;
		denied |= errno == EACCES;
	}
	return denied ? EACCES : ENOENT;
}

static int exec_failed(const char *name, int code, struct err *e)
{
	err_set(e, code, "execute", name);
	e->kind = code == ENOENT ? ERR_NOT_FOUND : ERR_EXEC;
	if (code == ENOEXEC)
		return err_hint(
			e,
			"a script needs a first line that names its interpreter, like #!/bin/sh");
	if (code == ENOENT && strchr(name, '/') && access(name, F_OK) == 0) {
		e->kind = ERR_EXEC;
		return err_hint(
			e, "the file is there, but the interpreter or loader that it names is not");
	}
	return -code;
}

int exec_program(const struct exec_start *start, struct err *e)
{
	const struct plan *plan = start->ctx->plan;
	const char *path = env_get(&plan->env, "PATH"), *pwd;
	char pwd_word[PATH_MAX + sizeof("PWD=")];
	int r = prepare(start, &pwd, e);

	if (r < 0)
		return r;
	snprintf(pwd_word, sizeof(pwd_word), "PWD=%s", pwd);
	env_put_word(plan->env_words, pwd_word);
	user_put_env(plan, &start->user);
	const char *name = plan->argv[0];
	if (plan->argv0)
		plan->argv[0] = plan->argv0;
	r = search(name, (char *const *)plan->argv, (char *const *)plan->env_words,
		   path ? path : "/bin:/usr/bin");
	return exec_failed(name, r, e);
}
