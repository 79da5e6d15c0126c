/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * server.h - the process that serves an overlay: fuse-overlayfs(1)
 */
#pragma once

#include "base/err.h"
#include "plan/plan.h"
#include "stage/ctx.h"
#include "watch/helper.h"
#include "watch/report.h"

/* Inside: the function for ctx->serve; @inside_fd points to our end of the reports. */
int server_ask(void *inside_fd, const struct server *server, struct err *e);

/**
 * server_start: in the launcher, what REPORT_SERVE asks for; its descriptors are closed.
 * @userns_fd: the sandbox's user namespace, where the ids of the layers exist
 */
_must_check_ int server_start(const struct plan *plan, int userns_fd, const struct report *report,
			      struct helper *ret, struct err *e);

/* Could the plan need a server? */
bool server_is_possible(const struct plan *plan);
