/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * plans.c - the launches that are put to the test; see launch.h
 *
 * Together they use every mechanism and every arrangement of processes: with and without a pid
 * namespace, a reaper, a second user namespace, memory shared with the launcher.
 */
#include "launch.h"

/* The descriptors are those of enum test_fd. */
#define SYSTEM                                                                                     \
	"--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib "                       \
	"--symlink usr/lib64 /lib64 --ro-bind @self /inject "
#define DATA                                                                                       \
	"--perms 0700 --dir /data --perms 0640 --file 12 /data/file "                              \
	"--bind-data 10 /data/bind --ro-bind-data 11 /data/ro "                                    \
	"--symlink file /data/link --chmod 0600 /data/file "
#define REPORTS                                                                                    \
	"--args 13 --seccomp 14 --info-fd 15 --json-status-fd 16 --block-fd 17 --sync-fd 18 "      \
	"--lock-file /data/file "
#define PROC "--proc /proc "
#define DEV "--dev /dev "

static const char standard[] = "--unshare-all " SYSTEM PROC DEV "--tmpfs /tmp";

static const char everything[] =
	"--unshare-all --die-with-parent --new-session " SYSTEM DATA REPORTS
	"--uid 7 --gid 8 --hostname island --cap-drop ALL " PROC DEV "--mqueue /dev/mqueue "
	"--bind @tree /tree --remount-ro /tree --ro-bind-try /no/such/folder /try "
	"--perms 1777 --size 1048576 --tmpfs /tmp "
	"--chdir /data --clearenv --setenv WHERE inside";

static const char first_process[] = "--unshare-all --as-pid-1 --die-with-parent " SYSTEM PROC;

static const char no_pid_namespace[] =
	"--unshare-user --unshare-net --unshare-ipc --die-with-parent "
	"--sync-fd 18 " SYSTEM DEV;

static const char capable[] = "--unshare-all --uid 0 --gid 0 --cap-add CAP_NET_ADMIN "
			      "--cap-add CAP_SYS_PTRACE " SYSTEM PROC "--tmpfs /tmp";

static const char capable_in_second[] = "--unshare-all --cap-add ALL " SYSTEM PROC DEV;

static const char maps_from_outside[] =
	"--unshare-user --unshare-pid --userns-block-fd 19 --info-fd 15 " SYSTEM PROC;

static const char last_userns[] = "--unshare-all --unshare-user --disable-userns " SYSTEM PROC DEV;

static const char base_view[] = "--ro-bind @self /inject";

static const char bare[] =
	"--bare --die-with-parent --hostname island " SYSTEM DATA REPORTS PROC DEV
	"--overlay-src @low1 --overlay-src @low2 --tmp-overlay /tmp-overlay "
	"--overlay-src @low1 --overlay-src @low2 --ro-overlay /ro-overlay "
	"--overlay-src @low1 --overlay @up @work /overlay "
	"--bind @tree /tree --mask /tree/file --mask /tree/folder "
	"--keep-fd 20 --keep-env SECRET";

const struct test_plan test_plans[] = {
	{ "standard", 0, standard },
	{ "everything", PLAN_DIES | PLAN_DIES_EARLY, everything },
	{ "as-pid-1", PLAN_DIES | PLAN_DIES_EARLY, first_process },
	{ "no-pid-namespace", PLAN_DIES | PLAN_DIES_EARLY, no_pid_namespace },
	{ "capable", 0, capable },
	{ "capable-in-second", 0, capable_in_second },
	{ "maps-from-outside", PLAN_MAPS, maps_from_outside },
	{ "last-userns", 0, last_userns },
	{ "run", PLAN_RUN | PLAN_DIES, base_view },
	{ "run-bare", PLAN_RUN | PLAN_DIES | PLAN_DIES_EARLY, bare },
	{ 0 },
};
