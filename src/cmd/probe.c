/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe.c - the table of probes, and how their findings are put; see probe.h
 *
 * Order matters to the reader only: what the main job needs comes first, what it stands on before
 * what stands on it, so that the first line with "missing" is the one to mend first.
 */
#include <ctype.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cmd/probe_tools.h"

static const char everything[] = "everything"; /* the main job */
static const char overlays[] = "overlays";
static const char id_ranges[] = "ranges of ids";
static const char network[] = "access to networks";

const struct probe probes[] = {
	{ .name = "kernel", .needed_for = everything, .run = probe_version },
	{ .name = "user namespaces", .needed_for = everything, .run = probe_user_namespaces },
	{ .name = "other namespaces", .needed_for = everything, .run = probe_other_namespaces },
	{ .name = "mount calls", .needed_for = everything, .run = probe_mount_api },
	{ .name = "new root", .needed_for = everything, .run = probe_new_root },
	{ .name = "procfs", .needed_for = everything, .run = probe_procfs },
	{ .name = "loopback", .needed_for = everything, .run = probe_loopback },
	{ .name = "a launch", .needed_for = everything, .run = probe_launch },

	{ .name = "open_tree_attr", .needed_for = "faster binds", .run = probe_tree_attr },
	{ .name = "seccomp", .needed_for = "filters", .run = probe_seccomp },
	{ .name = "Landlock", .needed_for = "defence in depth", .run = probe_landlock },
	{ .name = "session keyring", .needed_for = "hiding keys", .run = probe_keyring },
	{ .name = "SELinux", .needed_for = "labels", .run = probe_selinux },
	{ .name = "TIOCSTI", .needed_for = "terminals", .run = probe_terminal },
	{ .name = "cgroup v2", .needed_for = "limits", .run = probe_cgroup },

	{ .name = "overlayfs", .needed_for = overlays, .run = probe_overlayfs },
	{ .name = "FUSE", .needed_for = overlays, .run = probe_fuse, .instead_of = "overlayfs" },
	{ .name = "fusermount3",
	  .needed_for = overlays,
	  .run = probe_helper,
	  .instead_of = "overlayfs" },
	{ .name = "fuse-overlayfs",
	  .needed_for = overlays,
	  .run = probe_helper,
	  .instead_of = "overlayfs" },

	{ .name = "subordinate uids", .needed_for = id_ranges, .run = probe_subuid },
	{ .name = "subordinate gids", .needed_for = id_ranges, .run = probe_subgid },
	{ .name = "newuidmap", .needed_for = id_ranges, .run = probe_newuidmap },
	{ .name = "newgidmap", .needed_for = id_ranges, .run = probe_newgidmap },

	{ .name = "/dev/net/tun", .needed_for = network, .run = probe_tun },
	{ .name = "pasta",
	  .needed_for = network,
	  .run = probe_helper,
	  .instead_of = "slirp4netns" },
	{ .name = "slirp4netns",
	  .needed_for = network,
	  .run = probe_helper,
	  .instead_of = "pasta" },
};
const size_t probe_count = ARRAY_SIZE(probes);

/* What helpers print ends up here: no control characters on the reader's terminal. */
static void _printf_(3, 0) put(char *text, size_t size, const char *format, va_list args)
{
	vsnprintf(text, size, format, args);
	for (; *text; text++) {
		if (iscntrl((unsigned char)*text))
			*text = ' ';
	}
}

static void _printf_(3, 0) put_more(char *text, size_t size, const char *format, va_list args)
{
	size_t used = strlen(text);

	put(text + used, size - used, format, args);
}

void probe_ok(struct finding *ret, const char *format, ...)
{
	va_list args;

	ret->status = PROBE_OK;
	va_start(args, format);
	put(ret->detail, sizeof(ret->detail), format, args);
	va_end(args);
}

void probe_missing(struct finding *ret, const char *format, ...)
{
	va_list args;

	ret->status = PROBE_MISSING;
	va_start(args, format);
	put(ret->detail, sizeof(ret->detail), format, args);
	va_end(args);
}

void probe_not_needed(struct finding *ret, const char *format, ...)
{
	va_list args;

	ret->status = PROBE_NOT_NEEDED;
	va_start(args, format);
	put(ret->detail, sizeof(ret->detail), format, args);
	va_end(args);
}

void probe_failed(struct finding *ret, const struct err *e)
{
	if (e->what)
		probe_missing(ret, "cannot %s%s%s: %s", e->what, e->object[0] ? " " : "", e->object,
			      err_reason(e));
	else
		probe_missing(ret, "%s", err_reason(e));
}

void probe_mend(struct finding *ret, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put(ret->mend, sizeof(ret->mend), format, args);
	va_end(args);
}

const char *probe_sudo(void)
{
	return geteuid() == 0 && probe_id_count() == UINT_MAX ? "" : "sudo ";
}

void probe_mend_as_root(struct finding *ret, const char *format, ...)
{
	va_list args;

	snprintf(ret->mend, sizeof(ret->mend), "%s", probe_sudo());
	va_start(args, format);
	put_more(ret->mend, sizeof(ret->mend), format, args);
	va_end(args);
}

static bool is_ok(const char *name, const struct finding *findings)
{
	for (size_t i = 0; i < probe_count; i++) {
		if (strcmp(probes[i].name, name) == 0)
			return findings[i].status == PROBE_OK;
	}
	return false;
}

/* One of two helpers is enough. */
static void settle(const struct probe *probe, struct finding *finding,
		   const struct finding *findings)
{
	size_t used = strlen(finding->detail);

	if (finding->status != PROBE_MISSING || !probe->instead_of ||
	    !is_ok(probe->instead_of, findings))
		return;
	finding->status = PROBE_NOT_NEEDED;
	finding->mend[0] = '\0';
	snprintf(finding->detail + used, sizeof(finding->detail) - used, "; %s works",
		 probe->instead_of);
}

/* Children may be ended by a filter: that must leave no core file, and we want to hear of it. */
static void prepare(void)
{
	struct rlimit core;

	if (getrlimit(RLIMIT_CORE, &core) == 0) {
		core.rlim_cur = 0;
		(void)setrlimit(RLIMIT_CORE, &core); /* lowering it cannot fail */
	}
	signal(SIGCHLD, SIG_DFL);
}

void probe_all(struct finding *findings)
{
	prepare();
	for (size_t i = 0; i < probe_count; i++) {
		findings[i] = (struct finding){ .status = PROBE_MISSING };
		probes[i].run(&probes[i], &findings[i]);
	}
	for (size_t i = 0; i < probe_count; i++)
		settle(&probes[i], &findings[i], findings);
}

bool probe_main_job(const struct finding *findings)
{
	for (size_t i = 0; i < probe_count; i++) {
		if (probes[i].needed_for == everything && findings[i].status == PROBE_MISSING)
			return false;
	}
	return true;
}

const char *probe_status_text(enum probe_status status)
{
	static const char *const texts[] = {
		[PROBE_OK] = "ok",
		[PROBE_MISSING] = "missing",
		[PROBE_NOT_NEEDED] = "not needed",
	};

	return texts[status];
}
