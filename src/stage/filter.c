/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filter.c - see filter.h
 */
#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "base/io.h"
#include "stage/filter.h"

int filter_read_late(const struct plan *plan, struct late_filter *ret, struct err *e)
{
	int fd = plan->filter_fd;

	if (fd < 0)
		return 0;
	int r = read_all(fd, &ret->code, &ret->size_bytes);
	if (r < 0)
		return err_set(e, -r, "read seccomp data", NULL);
	close_fd(&fd);
	if (ret->size_bytes % sizeof(struct sock_filter))
		return err_usage(e, "Invalid seccomp data, must be multiple of 8");
	return 0;
}

static int load(const void *code, size_t size_bytes, struct err *e)
{
	size_t length = size_bytes / sizeof(struct sock_filter);
	struct sock_fprog program = { .len = (unsigned short)length, .filter = (void *)code };

	if (length > USHRT_MAX)
		return err_set(e, EINVAL, "load the seccomp filter", NULL);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0)
		return err_set(e, errno, "load the seccomp filter", NULL);
	return 0;
}

int filter_load(const struct plan *plan, const struct late_filter *late, struct err *e)
{
	for (size_t i = 0; i < plan->filter_count; i++) {
		int r = load(plan->filters[i].code, plan->filters[i].size_bytes, e);

		if (r < 0)
			return r;
	}
	return late->code ? load(late->code, late->size_bytes, e) : 0;
}
