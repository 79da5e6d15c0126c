/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * caps.c - see caps.h
 */
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/caps.h"

uint64_t caps_effective(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &head, data) < 0)
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

bool caps_may_map_ids(void)
{
	const uint64_t needed = UINT64_C(1) << CAP_SETUID | UINT64_C(1) << CAP_SETGID;

	return (caps_effective() & needed) == needed;
}
