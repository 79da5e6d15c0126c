/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * status.h - what is told of a sandbox on --info-fd and --json-status-fd
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "plan/plan.h"

/* Tools read these numbers in this form: the keys, blanks and order are bubblewrap's. */

/**
 * status_born: write the pid of the first process inside, and the inode numbers of the namespaces
 * made for it, to plan->info_fd (which is closed) and plan->json_fd.
 * @pid: as a number of the caller's pid namespace; the process must not have been reaped
 */
int status_born(const struct plan *plan, pid_t pid, struct err *e);

/* Writes the program's exit code to plan->json_fd, if there is one. */
int status_exit(const struct plan *plan, int code, struct err *e);
