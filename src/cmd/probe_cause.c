/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe_cause.c - who forbids user namespaces
 *
 * The kernel answers EPERM or EACCES for everything that forbids one, or that lets it be made and
 * takes away what it should allow (user_namespaces(7)). Who it was is found by looking at each
 * candidate in turn, the certain ones first.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/io.h"
#include "cmd/probe_tools.h"

/* --- looking --- */

long probe_sysctl(const char *path)
{
	char file[128], line[32];
	long value;

	snprintf(file, sizeof(file), "/proc/sys/%s", path);
	if (read_line_at(AT_FDCWD, file, line, sizeof(line)) < 0 ||
	    sscanf(line, "%ld", &value) != 1)
		return -1;
	return value;
}

unsigned long probe_id_count(void)
{
	auto_fclose_ FILE *file = fopen("/proc/self/uid_map", "re");
	unsigned long count, total = 0;

	while (file && fscanf(file, "%*u %*u %lu", &count) == 1)
		total += count;
	return total;
}

static bool own_id_is_mapped(void)
{
	auto_fclose_ FILE *file = fopen("/proc/self/uid_map", "re");
	unsigned long first, count, uid = geteuid();

	if (!file)
		return true;
	while (fscanf(file, "%lu %*u %lu", &first, &count) == 2) {
		if (uid >= first && uid - first < count)
			return true;
	}
	return false;
}

/* Is there no mount at "/"? There always is but after chroot(2) to a folder. */
static bool root_is_no_mount(void)
{
	auto_fclose_ FILE *file = fopen("/proc/self/mountinfo", "re");
	char at[8];

	if (!file)
		return false;
	while (fscanf(file, "%*s %*s %*s %*s %7s%*[^\n]", at) == 1) {
		if (strcmp(at, "/") == 0)
			return false;
	}
	return true;
}

static bool is_filtered(void)
{
	auto_fclose_ FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	int mode = 0;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Seccomp: %d", &mode) == 1)
			break;
	}
	return mode == 2;
}

/* --- who forbids it --- */

struct refusal {
	bool made; /* the namespace was made, what it should allow was refused */
	int code;
};

static bool by_id(const struct refusal *refusal)
{
	return !refusal->made && !own_id_is_mapped();
}

static bool by_debian(const struct refusal *refusal)
{
	return !refusal->made && probe_sysctl("kernel/unprivileged_userns_clone") == 0 &&
	       !(caps_effective() & 1ULL << CAP_SYS_ADMIN);
}

static bool by_chroot(const struct refusal *refusal)
{
	return !refusal->made && root_is_no_mount();
}

/* It lets the namespace be made and takes its powers away, or refuses it with EACCES. */
static bool by_apparmor(const struct refusal *refusal)
{
	return (refusal->made || refusal->code == EACCES) &&
	       probe_sysctl("kernel/apparmor_restrict_unprivileged_userns") == 1;
}

static bool by_selinux(const struct refusal *refusal)
{
	return refusal->code == EACCES && access("/sys/fs/selinux/enforce", F_OK) == 0;
}

static bool by_filter(const struct refusal *refusal _unused_)
{
	return is_filtered();
}

static bool by_apparmor_too(const struct refusal *refusal _unused_)
{
	return probe_sysctl("kernel/apparmor_restrict_unprivileged_userns") == 1;
}

static bool by_chroot_perhaps(const struct refusal *refusal)
{
	return !refusal->made && refusal->code == EPERM;
}

static const char apparmor_text[] =
	"Ubuntu's AppArmor keeps ordinary programs from using them; an AppArmor profile with "
	"\"userns,\" for this program alone mends it too";
static const char apparmor_setting[] = "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
static const char chroot_mend[] =
	"enter that folder by pivot_root(8) or systemd-nspawn(1) instead of chroot(8)";

static const struct cause {
	bool (*holds)(const struct refusal *refusal);
	const char *text;
	const char *setting; /* a command for root */
	const char *advice;  /* where no command does it */
} causes[] = {
	{ by_id, "the caller's user id has no number in the user namespace that we are in", NULL,
	  "map the caller's user id when that namespace is made" },
	{ by_debian, "kernel.unprivileged_userns_clone is 0: only root may make them",
	  "sysctl -w kernel.unprivileged_userns_clone=1", NULL },
	{ by_chroot, "we are in a chroot, where the kernel allows none", NULL, chroot_mend },
	{ by_apparmor, apparmor_text, apparmor_setting, NULL },
	{ by_selinux, "the SELinux policy forbids it", NULL,
	  "allow the permission \"user_namespace create\" to the caller's domain" },
	{ by_filter, "a seccomp filter forbids it, most likely a container's", NULL,
	  "start the container with --security-opt seccomp=unconfined, or with a seccomp profile "
	  "that allows clone, unshare and mount" },
	{ by_apparmor_too, apparmor_text, apparmor_setting, NULL },
	{ by_chroot_perhaps, "no setting forbids it: we must be in a chroot", NULL, chroot_mend },
};

void probe_name_cause(struct finding *ret, bool made, const struct err *e)
{
	const struct refusal refusal = { .made = made, .code = e->code };

	probe_failed(ret, e);
	if (e->code != EPERM && e->code != EACCES)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(causes); i++) {
		if (!causes[i].holds(&refusal))
			continue;
		probe_missing(ret, "%s: %s", strerror(e->code), causes[i].text);
		if (causes[i].setting)
			probe_mend_as_root(ret, "%s", causes[i].setting);
		else
			probe_mend(ret, "%s", causes[i].advice);
		return;
	}
}
