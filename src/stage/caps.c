/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * caps.c - see caps.h
 *
 * capset(2) is called directly: libcap's functions take memory, and this runs between clone and
 * exec.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/prctl.h>

#include "base/sys.h"
#include "stage/caps.h"

/*
 * What pid 1 keeps. A user namespace may map the 0 above it only if its maker had CAP_SETFCAP in
 * effect (user_namespaces(7)), so that is it where the program gets a second one.
 */
static uint64_t guard(const struct plan *plan)
{
	return UINT64_C(1) << (plan->second_userns ? CAP_SETFCAP : CAP_WAKE_ALARM);
}

static int set_caps(uint64_t effective, uint64_t permitted, uint64_t inheritable)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	for (int half = 0; half < 2; half++) {
		data[half].effective = (uint32_t)(effective >> (32 * half));
		data[half].permitted = (uint32_t)(permitted >> (32 * half));
		data[half].inheritable = (uint32_t)(inheritable >> (32 * half));
	}
	return syscall(SYS_capset, &head, data) < 0 ? -errno : 0;
}

/* Is it in the bounding set? -1: this kernel does not know it, nor any with a higher number. */
static int is_bounded(unsigned cap)
{
	return prctl(PR_CAPBSET_READ, cap, 0, 0, 0);
}

/*
 * EPERM is fine where nothing is left to take away, and outside of a new user namespace: there we
 * may never have had the power to.
 */
static int limit_bounding(const struct plan *plan, struct err *e)
{
	for (unsigned cap = 0; cap < 64; cap++) {
		if (plan->bounding >> cap & 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
			continue;
		int code = errno, bounded = is_bounded(cap);
		if (bounded < 0)
			return 0;
		if (code == EPERM && (!(plan->unshare & CLONE_NEWUSER) || bounded == 0))
			continue;
		return err_set(e, code, "drop a capability from the bounding set", NULL);
	}
	return 0;
}

static int raise_ambient(uint64_t caps, struct err *e)
{
	for (unsigned cap = 0; cap < 64; cap++) {
		if (!(caps >> cap & 1) ||
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) == 0)
			continue;
		int code = errno;
		if (is_bounded(cap) < 0)
			return 0;
		return err_set(e, code, "raise an ambient capability", NULL);
	}
	return 0;
}

int caps_limit(const struct plan *plan, struct err *e)
{
	return plan->keep_caps ? 0 : limit_bounding(plan, e);
}

int caps_raise(struct err *e)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &head, data) < 0)
		return err_set(e, errno, "look at", "capabilities");
	data[0].effective = data[0].permitted;
	data[1].effective = data[1].permitted;
	return syscall(SYS_capset, &head, data) < 0 ? err_set(e, errno, "raise", "capabilities")
						    : 0;
}

int caps_for_program(const struct plan *plan, struct err *e)
{
	if (plan->keep_caps)
		return 0;
	int r = set_caps(plan->caps, plan->caps, plan->caps);
	if (r < 0)
		return err_set(e, -r, "set capabilities", NULL);
	return raise_ambient(plan->caps, e);
}

/* To be the plan's user, and to load filters without no_new_privs. */
static uint64_t to_start(const struct plan *plan)
{
	uint64_t caps = 0;

	if (plan->maps_outside)
		caps |= UINT64_C(1) << CAP_SETUID | UINT64_C(1) << CAP_SETGID;
	if (plan->suid)
		caps |= UINT64_C(1) << CAP_SYS_ADMIN;
	return caps;
}

int caps_for_init(const struct plan *plan, struct err *e)
{
	uint64_t effective = plan->second_userns ? guard(plan) : 0;
	int r = 0;

	if (plan->keep_caps)
		return 0;
	if (!plan->second_userns) /* else the program has a bounding set of its own to limit */
		r = limit_bounding(plan, e);
	if (r < 0)
		return r;
	r = set_caps(effective, plan->caps | to_start(plan) | guard(plan), 0);
	if (r == -EPERM && !(plan->unshare & CLONE_NEWUSER))
		r = set_caps(0, plan->caps, 0); /* we never had the guard */
	return r < 0 ? err_set(e, -r, "drop the capabilities of", "pid 1") : 0;
}

int caps_end_for_init(const struct plan *plan, struct err *e)
{
	if (to_start(plan) == 0 || plan->keep_caps)
		return 0;
	int r = set_caps(0, guard(plan), 0);
	return r < 0 ? err_set(e, -r, "drop the last capabilities of", "pid 1") : 0;
}
