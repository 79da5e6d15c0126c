/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe_tools.h - what probes are written with
 */
#pragma once

#include <limits.h>
#include <sys/types.h>

#include "base/err.h"
#include "cmd/probe.h"

typedef void probe_function(const struct probe *probe, struct finding *ret);

/* probe_ns.c */
probe_function probe_user_namespaces, probe_other_namespaces, probe_loopback, probe_procfs,
	probe_new_root, probe_launch;
/* probe_kernel.c */
probe_function probe_version, probe_mount_api, probe_tree_attr, probe_seccomp, probe_landlock,
	probe_keyring, probe_selinux, probe_terminal;
/* probe_fs.c */
probe_function probe_overlayfs, probe_cgroup;
/* probe_dev.c */
probe_function probe_fuse, probe_tun;
/* probe_ids.c */
probe_function probe_subuid, probe_subgid, probe_newuidmap, probe_newgidmap;
/* probe_run.c */
probe_function probe_helper;

/* --- what was found --- */

void probe_ok(struct finding *ret, const char *format, ...) _printf_(2, 3);
void probe_missing(struct finding *ret, const char *format, ...) _printf_(2, 3);
void probe_not_needed(struct finding *ret, const char *format, ...) _printf_(2, 3);

/* PROBE_MISSING, with the failure as text. */
void probe_failed(struct finding *ret, const struct err *e);

/**
 * probe_name_cause: the same, with EPERM and EACCES explained and mended.
 * @made: a user namespace could be made, what it should allow was refused
 */
void probe_name_cause(struct finding *ret, bool made, const struct err *e);

/* What mends it; as_root puts probe_sudo() in front. */
void probe_mend(struct finding *ret, const char *format, ...) _printf_(2, 3);
void probe_mend_as_root(struct finding *ret, const char *format, ...) _printf_(2, 3);

/* "sudo ", or nothing for root of the whole machine. */
const char *probe_sudo(void);

/* The command of this machine's package manager that brings the program @name. */
void probe_mend_install(struct finding *ret, const char *name);

/* --- trying --- */

/* How far probe_try() came. */
enum tried {
	TRIED_WELL,
	TRIED_AND_FAILED,
	TRIED_NOTHING, /* the namespaces could not be made: e->code says why */
};

/**
 * probe_try: run @run in a child in new namespaces.
 * @flags: CLONE_NEW…; with CLONE_NEWUSER the child keeps the caller's ids, as `run` has it
 *
 * The child ends when @run returns, and when we end. @e is filled unless all went well.
 */
enum tried probe_try(int flags, int (*run)(struct err *e), struct err *e);

/* A child in a new user namespace without ids, until *ret_fd is closed. Its pid, or -errno. */
pid_t probe_hold(int *ret_fd);

/* Waits for it. */
void probe_release(pid_t pid, int fd);

/* --- other programs --- */

/* Looks the program up on PATH, as we do when we need it. */
bool probe_find(const char *name, char path[PATH_MAX]);

/**
 * probe_run: run @words[0], a path, with nothing to read, for ten seconds at most.
 * @text: the start of what it prints
 *
 * Returns its exit code, 128 + the signal that ended it, or -errno.
 */
int probe_run(const char *const *words, char *text, size_t size);

/* --- looking --- */

/* The number in a file below /proc/sys; -1 if there is none. */
long probe_sysctl(const char *path);

/* How many ids the caller's user namespace has; all of them: 4294967295. */
unsigned long probe_id_count(void);
