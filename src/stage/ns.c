/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ns.c - see ns.h
 *
 * devpts can only be mounted where user id 0 is mapped. With --dev the first user namespace
 * therefore maps 0, and the program gets a second one, with its own number, below it. That second
 * one has another use: its capabilities have no power over the mounts, which the first owns.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "stage/net.h"
#include "stage/ns.h"

int ns_enter_given(const struct plan *plan, struct err *e)
{
	int userns_fd = plan->userns_fd, pidns_fd = plan->pidns_fd;

	if (userns_fd >= 0 && setns(userns_fd, CLONE_NEWUSER) < 0) {
		err_set(e, errno, "enter the user namespace of --userns", NULL);
		if (errno == EINVAL)
			return err_hint(e, "it must be a descendant of the current one");
		return -e->code;
	}
	if (pidns_fd >= 0 && setns(pidns_fd, CLONE_NEWPID) < 0)
		return err_set(e, errno, "enter the pid namespace of --pidns", NULL);
	close_fd(&userns_fd);
	close_fd(&pidns_fd);
	return 0;
}

unsigned ns_clone_flags(const struct plan *plan)
{
	return plan->unshare | CLONE_NEWNS;
}

int ns_clone_failed(int code, struct err *e)
{
	err_set(e, code, "make the namespaces", NULL);
	switch (code) {
	case EINVAL:
		return err_hint(e, "the kernel lacks one of them: crannog doctor says which");
	case EPERM:
	case EACCES:
		return err_hint(
			e,
			"ordinary users may not make user namespaces here (a sysctl, AppArmor, a "
			"chroot or a container forbids it): crannog doctor says what mends it");
	case ENOSPC:
	case EUSERS:
		return err_hint(
			e, "a limit in /proc/sys/user/max_*_namespaces or the nesting depth is "
			   "reached: crannog doctor says which");
	default:
		return -code;
	}
}

static int switch_failed(const char *what, unsigned id, struct err *e)
{
	char number[16];
	int code = errno;

	snprintf(number, sizeof(number), "%u", id);
	return err_set(e, code, what, number);
}

static int switch_ids(const struct plan *plan, struct err *e)
{
	if (plan->gid_given && getgid() != plan->gid &&
	    setresgid(plan->gid, plan->gid, plan->gid) < 0)
		return switch_failed("switch to the group id", plan->gid, e);
	if (plan->uid_given && getuid() != plan->uid &&
	    setresuid(plan->uid, plan->uid, plan->uid) < 0)
		return switch_failed("switch to the user id", plan->uid, e);
	return 0;
}

int ns_set_up(const struct ctx *ctx, struct err *e)
{
	const struct plan *plan = ctx->plan;
	struct idmap map = { .uid = plan->uid,
			     .gid = plan->gid,
			     .host_uid = plan->host_uid,
			     .host_gid = plan->host_gid };
	int r = 0;

	if (plan->map_root)
		map.uid = map.gid = 0;
	if (plan->maps_outside)
		r = idmap_make_as(plan, true, e);
	else if ((plan->unshare & CLONE_NEWUSER) && plan->userns_block_fd < 0)
		r = idmap_write(ctx->proc_fd, &map, e);
	else if (plan->userns_fd >= 0 || plan->userns_block_fd >= 0)
		r = switch_ids(plan, e);
	if (r < 0)
		return r;
	return plan->unshare & CLONE_NEWNET && !ctx->net ? net_loopback_up(e) : 0;
}

int ns_finish(const struct ctx *ctx, struct err *e)
{
	int userns2_fd = ctx->plan->userns2_fd, r = 0;
	bool second = ctx->plan->second_userns;

	if (userns2_fd >= 0 && setns(userns2_fd, CLONE_NEWUSER) < 0)
		return err_set(e, errno, "enter the user namespace of --userns2", NULL);
	close_fd(&userns2_fd);
	if (ctx->plan->disable_userns)
		r = write_file_at(ctx->proc_fd, "sys/user/max_user_namespaces",
				  second ? "1\n" : "0\n");
	if (r < 0)
		return err_set(e, -r, "set user.max_user_namespaces to", second ? "1" : "0");
	return ctx->plan->disable_userns && !second ? ns_assert_no_userns(e) : 0;
}

int ns_second_user(const struct ctx *ctx, bool is_new, const struct idmap *map, struct err *e)
{
	if (!is_new && unshare(CLONE_NEWUSER) < 0)
		return err_set(e, errno, "make the second user namespace", NULL);
	int r = idmap_write(ctx->proc_fd, map, e);
	if (r < 0)
		return r;
	return ctx->plan->disable_userns ? ns_assert_no_userns(e) : 0;
}

static int end_at_once(void *unused _unused_)
{
	_exit(0);
}

/*
 * A process of its own tries, since one that shares its memory is refused for that reason alone,
 * which would prove nothing.
 */
int ns_assert_no_userns(struct err *e)
{
	char stack[4096] __attribute__((aligned(16)));
	pid_t pid = clone(end_at_once, stack + sizeof(stack), CLONE_NEWUSER | SIGCHLD, NULL);

	if (pid < 0 && (errno == ENOSPC || errno == EPERM || errno == EUSERS || errno == ENOSYS))
		return 0;
	if (pid < 0)
		return err_set(e, errno, "prove that no user namespace can be made", NULL);
	waitpid(pid, NULL, 0); /* ours, and it ends at once */
	return err_usage(e, "creation of new user namespaces was not disabled as requested");
}
