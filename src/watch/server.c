/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * server.c - see server.h
 *
 * The server is in the sandbox's user namespace, or it could not give files to the ids of that, in
 * a mount namespace of its own, and else outside, where the program cannot reach it. It asks for
 * the path of each folder. So all of them are mounted there by the descriptors that come with the
 * report: first the file system apart (layers.h) on /sys, where it has no other business, then each
 * layer on the folder that is there for it.
 *
 * It ends by itself when the file system that it serves is mounted nowhere any more.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/sys.h"
#include "stage/layers.h"
#include "watch/server.h"

/* The order of the descriptors of REPORT_SERVE. */
enum {
	AT_FUSE,
	AT_APART,
	AT_LAYERS, /* bottom to top, and the one to write to, if it is not ours */
};

/* Its status, a bit each. */
enum {
	HAS_LAYER = 1 << 0, /* the last descriptor is the layer to write to */
	HAS_UPPER = 1 << 1, /* what is written goes to the file system apart */
	HAS_SEEDS = 1 << 2,
};

#define APART "/sys"

bool server_is_possible(const struct plan *plan)
{
	for (size_t i = 0; i < plan->op_count; i++) {
		if (plan->ops[i].kind == OP_OVERLAY && plan->ops[i].driver != DRIVER_KERNEL)
			return true;
	}
	return false;
}

int server_ask(void *inside_fd, const struct server *server, struct err *e)
{
	const struct layers *layers = server->layers;
	struct report report = { .kind = REPORT_SERVE };
	int fds[REPORT_FDS] = { server->fuse_fd, layers->apart_fd };
	size_t count = layers->count - layers->has_seeds, used = AT_LAYERS;

	if (count >= REPORT_FDS - AT_LAYERS)
		return err_set(e, E2BIG, "serve the layers with", "fuse-overlayfs");
	for (size_t i = 0; i < count; i++)
		fds[used++] = layers->fds[i];
	if (layers->has_seeds)
		report.status |= HAS_SEEDS;
	if (layers->upper_is_ours) {
		report.status |= HAS_UPPER;
	} else if (layers->upper_fd >= 0) {
		report.status |= HAS_LAYER;
		fds[used++] = layers->upper_fd;
	}
	int r = report_send_fds(*(const int *)inside_fd, &report, fds, used);
	return r < 0 ? err_set(e, -r, "reach", "the launcher") : 0;
}

struct text {
	char text[REPORT_FDS * sizeof(APART "/64:") + 128];
	size_t used;
};

static void _printf_(2, 3) put(struct text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text->used += (size_t)vsnprintf(text->text + text->used, sizeof(text->text) - text->used,
					format, args);
	va_end(args);
}

static size_t layer_count(const struct report *report)
{
	return report->fd_count - AT_LAYERS - !!(report->status & HAS_LAYER);
}

/* "lowerdir=/sys/seeds:/sys/0,upperdir=/sys/layer/upper,workdir=/sys/layer/work" */
static void describe(const struct report *report, struct text *text)
{
	const char *colon = "";

	put(text, "lowerdir=");
	if (report->status & HAS_SEEDS) {
		put(text, APART "/" LAYERS_SEEDS);
		colon = ":";
	}
	for (size_t i = layer_count(report); i > 0; i--, colon = ":")
		put(text, "%s" APART "/%zu", colon, i - 1);
	if (report->status & HAS_UPPER)
		put(text, ",upperdir=" APART "/" LAYERS_UPPER ",workdir=" APART "/" LAYERS_WORK);
	if (report->status & HAS_LAYER)
		put(text, ",upperdir=" APART "/" LAYERS_LAYER "/" LAYERS_UPPER ",workdir=" APART
			  "/" LAYERS_LAYER "/" LAYERS_WORK);
}

/* Where the server is to be, and with what. */
struct place {
	int userns_fd;
	bool as_root;
	const struct report *report;
};

static int attach(int fd, const char *where)
{
	return sys_move_mount(fd, "", AT_FDCWD, where, MOVE_MOUNT_F_EMPTY_PATH);
}

static int attach_all(const struct report *report)
{
	size_t count = layer_count(report);
	char where[32];

	if (attach(report->fds[AT_APART], APART) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		snprintf(where, sizeof(where), APART "/%zu", i);
		if (attach(report->fds[AT_LAYERS + i], where) < 0)
			return -1;
	}
	if (!(report->status & HAS_LAYER))
		return 0;
	return attach(report->fds[AT_LAYERS + count], APART "/" LAYERS_LAYER);
}

static int enter(const void *arg)
{
	const struct place *place = arg;

	if (setns(place->userns_fd, CLONE_NEWUSER) < 0)
		return -1;
	if (place->as_root && (sys_setgid(0) < 0 || sys_setuid(0) < 0))
		return -1;
	return unshare(CLONE_NEWNS) < 0 ? -1 : attach_all(place->report);
}

static int start(const struct plan *plan, int userns_fd, const struct report *report,
		 struct helper *ret, struct err *e)
{
	const struct place place = { .userns_fd = userns_fd,
				     .as_root = plan->maps_outside || plan->map_root,
				     .report = report };
	auto_free_ char *path = helper_find("fuse-overlayfs");
	struct text folders = { .used = 0 };
	char target[32];
	const char *const argv[] = { "fuse-overlayfs", "-f", "-o", folders.text, target, NULL };
	const struct helper_start start = { .path = path,
					    .argv = argv,
					    .kept_fds = &report->fds[AT_FUSE],
					    .kept_count = 1,
					    .listens = true,
					    .enter = enter,
					    .enter_arg = &place };

	if (!path) {
		err_refuse(e, "start", "fuse-overlayfs", "it is not installed");
		return err_hint(e, "install the package fuse-overlayfs");
	}
	describe(report, &folders);
	snprintf(target, sizeof(target), "/dev/fd/%d", report->fds[AT_FUSE]);
	return helper_start(&start, ret, e);
}

int server_start(const struct plan *plan, int userns_fd, const struct report *report,
		 struct helper *ret, struct err *e)
{
	int r;

	if (report->fd_count <= AT_LAYERS || layer_count(report) == 0)
		r = err_refuse(e, "understand", "the first process inside", "too few descriptors");
	else
		r = start(plan, userns_fd, report, ret, e);
	for (size_t i = 0; i < report->fd_count; i++) {
		int fd = report->fds[i];

		close_fd(&fd);
	}
	return r;
}
