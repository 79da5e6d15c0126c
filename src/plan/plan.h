/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plan.h - everything that will happen, and nothing else
 *
 * Front-ends fill a struct plan, plan_check() holds it against this host once, and from then on it
 * is const: stages read it, `show` prints it. What cannot be said here cannot happen.
 *
 * The plan owns its strings (one arena) and borrows descriptors: the ones the caller passed by
 * number stay the caller's until the stage that uses them closes them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"
#include "plan/env.h"
#include "plan/ids.h"

/* The operations on the new root, in the words of the manual. */
enum op_kind {
	OP_BIND,  /* source or fd on dest, recursively */
	OP_TMPFS, /* perms, size_bytes */
	OP_PROC,  /* new procfs; the caller's where the pid namespace is not new */
	OP_DEV,   /* tmpfs with the usual device nodes and a devpts */
	OP_MQUEUE,
	OP_OVERLAY,  /* layers (bottom to top) and where writes go */
	OP_REMOUNT,  /* the one mount at dest becomes read-only */
	OP_DIR,      /* perms */
	OP_FILE,     /* contents of fd in a file made or overwritten at dest */
	OP_DATA,     /* contents of fd in a file of its own, bound on dest */
	OP_SYMLINK,  /* source is the link's target */
	OP_CHMOD,    /* perms; dest must exist */
	OP_MASK,     /* an empty, unreadable file or folder over dest, if dest exists */
	OP_HOSTNAME, /* source is the name */
};

enum op_flags {
	OP_RO = 1 << 0,        /* read-only, submounts too */
	OP_DEVICES = 1 << 1,   /* device nodes work */
	OP_TRY = 1 << 2,       /* a source that does not exist is skipped */
	OP_SUID = 1 << 3,      /* setuid bits are not switched off */
	OP_PRIVATE = 1 << 4,   /* later mounts of the host do not arrive */
	OP_DEST_KEPT = 1 << 5, /* only if dest exists, or for OP_DIR the folder it is in */
	OP_ROOTFS = 1 << 6, /* the source is a root file system: its owner must be the inside's 0 */
};

/* Where an overlay keeps what is written. */
enum overlay_upper {
	UPPER_NONE, /* read-only */
	UPPER_TMP,  /* memory, gone at the end */
	UPPER_DIR,  /* op.source, with op.work */
};

/* What puts an overlay together. */
enum overlay_driver {
	DRIVER_KERNEL,
	DRIVER_FUSE, /* fuse-overlayfs(1) */
	DRIVER_AUTO, /* the kernel, or where it cannot the other */
};

/* A file that an overlay shows between the layers and what is written: from memory. */
struct seed {
	const char *path; /* below the overlay, without a leading slash */
	const char *text;
	mode_t mode;
};

struct op {
	enum op_kind kind;
	unsigned flags;
	struct origin origin;
	const char *dest;   /* absolute, as written; resolved inside the new root */
	const char *source; /* path in the caller's view, link target, or name; NULL with fd */
	int fd;             /* OP_BIND, OP_FILE, OP_DATA: the caller's descriptor; else -1 */
	const char *missing_hint; /* what to do if the source is not there; NULL: nothing known */
	const char *work;         /* OP_OVERLAY with UPPER_DIR */
	const char **layers;      /* OP_OVERLAY: bottom to top */
	size_t layer_count;
	enum overlay_upper upper;
	enum overlay_driver driver; /* OP_OVERLAY */
	const struct seed *seeds;   /* OP_OVERLAY: where a layer has the folder for them */
	size_t seed_count;
	mode_t perms;        /* OP_DEV: of /dev/shm */
	uint64_t size_bytes; /* OP_TMPFS; 0: the kernel's default */
};

/* Which supplementary groups the program has. */
enum groups_kind {
	GROUPS_KEEP, /* the caller's: those not mapped show as "nogroup" and still have effect */
	GROUPS_NONE,
	GROUPS_USER, /* those that the inside's group file gives plan->user */
	GROUPS_LIST, /* plan->group_list */
};

/* Variables that are only known at the end, a bit each. */
enum late_env { LATE_HOME = 1 << 0, LATE_USER = 1 << 1, LATE_LOGNAME = 1 << 2, LATE_COUNT = 4 };

/* One loadable filter: classic BPF as seccomp(2) takes it. */
struct filter {
	const void *code;
	size_t size_bytes;
};

struct plan {
	struct arena arena;

	/* file system */
	struct op *ops;
	size_t op_count;
	bool root_ro; /* the root folder itself, once everything is in place */

	/* namespaces: CLONE_NEW… of those to make; the mount namespace is always new */
	unsigned unshare;
	unsigned unshare_try; /* those that may be left out where the kernel has none */
	int userns_fd;        /* -1, or the user namespace to enter instead of a new one */
	int userns2_fd;       /* -1, or the one to enter at the end */
	int pidns_fd; /* -1, or the pid namespace to be in (parent of the new one, if any) */
	bool disable_userns;
	bool assert_userns_disabled;
	bool second_userns; /* set by plan_check(): the program gets a user namespace below ours */
	bool map_root; /* set by plan_check(): the first one maps our id to 0, as devpts needs */

	/* identity */
	uid_t uid, gid;           /* inside */
	uid_t host_uid, host_gid; /* the caller's */
	bool uid_given, gid_given;
	struct ids ids;    /* the convention; its maps are set by plan_check() */
	bool maps_outside; /* set by plan_check(): the launcher writes those maps */
	bool make_as_root; /* set by plan_check(): what is made belongs to 0, not to the caller */
	const char *user;  /* NULL, or who the program is: a name or number of the inside's files */
	const char *group; /* NULL, or its group, likewise */
	struct origin user_origin;
	enum groups_kind groups;
	const char *group_list; /* "audio,1000": names or numbers of the inside's files */
	struct origin groups_origin;
	uint64_t caps;     /* the program's capabilities: bit n is capability n */
	uint64_t bounding; /* the bounding set: also what a setuid program may have */
	bool suid;         /* setuid bits and file capabilities work, within the mapped ids */
	bool keep_caps;    /* leave the capability sets alone: uid 0 without a word about them */
	const char *exec_label, *file_label;

	/* the program */
	const char **argv; /* NULL at the end; argv[0] is what to run */
	size_t argc;
	const char *argv0; /* what it is told it is called, if not argv[0] */
	struct env env;
	const char **env_words; /* set by plan_check(): env, and zeroes for LATE_COUNT more */
	unsigned late_env;      /* of enum late_env: set from the passwd entry of plan->user */
	const char *chdir;      /* inside; NULL: cwd, else $HOME, else / */
	struct origin chdir_origin;
	const char *cwd; /* the caller's working folder, for the above */
	bool new_session;
	bool new_keyring;
	bool fixed_addresses; /* address-space randomisation is off */
	bool has_umask;
	mode_t umask;
	struct filter *filters;
	size_t filter_count;
	int filter_fd; /* -1, or one more filter, read when everything else is done */

	/* descriptors */
	bool close_fds; /* close all above 2 but keep_fds; else only our own and those used up */
	int *keep_fds;
	size_t keep_fd_count;

	/* life */
	bool die_with_parent;   /* when the caller ends, the launcher ends */
	bool die_with_launcher; /* when the launcher ends, all ends; set too by plan_check() */
	bool as_pid_1;
	bool reaper; /* set by plan_check(): a pid 1 of ours between launcher and program */
	bool end_with_program; /* what the program leaves running ends with it */
	bool forward_signals;  /* the launcher passes on what it gets */
	int held_fds[2];       /* of ours, -1 or kept open while anything runs: locks */
	int sync_fd, block_fd, userns_block_fd, info_fd, json_fd; /* -1: none */
	const char **lock_files;
	struct origin *lock_origins;
	size_t lock_count;
};

/* An empty plan: nothing unshared, no operation, no environment, descriptors -1. */
void plan_init(struct plan *plan);
void plan_free(struct plan *plan);

/* Appends an operation with these values; returns it, valid until the next append. */
struct op *plan_add(struct plan *plan, const struct op *op);

/* A word with a leading slash: relative destinations are taken from the root. */
const char *plan_absolute(struct plan *plan, const char *path);

void plan_keep_fd(struct plan *plan, int fd);
void plan_add_filter(struct plan *plan, const void *code, size_t size_bytes);
void plan_add_lock(struct plan *plan, const char *path, struct origin origin);

/* Is there an operation of this kind? */
bool plan_has_op(const struct plan *plan, enum op_kind kind);

/* The mode of folders made on the way to dest: no wider for others than what is made there. */
mode_t op_parent_mode(const struct op *op);

/* "bind", "tmpfs", … */
const char *op_name(enum op_kind kind);
