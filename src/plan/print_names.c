/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * print_names.c - see print_names.h
 */
#define _GNU_SOURCE
#include <sched.h>

#include "base/sys.h"
#include "plan/plan.h"
#include "plan/print_names.h"

const struct bit_name namespace_names[] = {
	{ CLONE_NEWUSER, "user" },
	{ CLONE_NEWPID, "pid" },
	{ CLONE_NEWNET, "net" },
	{ CLONE_NEWIPC, "ipc" },
	{ CLONE_NEWUTS, "uts" },
	{ CLONE_NEWCGROUP, "cgroup" },
	{ 0 },
};

const struct bit_name op_flag_names[] = {
	{ OP_RO, "read-only" },    { OP_DEVICES, "devices" },
	{ OP_TRY, "try" },         { OP_SUID, "suid" },
	{ OP_PRIVATE, "private" }, { OP_DEST_KEPT, "if-dest-exists" },
	{ OP_ROOTFS, "rootfs" },   { 0 },
};

/* As --cap-add takes them; see capabilities(7). */
#define CAP(number, name)                                                                          \
	{                                                                                          \
		UINT64_C(1) << (number), name                                                      \
	}
const struct bit_name capability_names[] = {
	CAP(0, "cap_chown"),
	CAP(1, "cap_dac_override"),
	CAP(2, "cap_dac_read_search"),
	CAP(3, "cap_fowner"),
	CAP(4, "cap_fsetid"),
	CAP(5, "cap_kill"),
	CAP(6, "cap_setgid"),
	CAP(7, "cap_setuid"),
	CAP(8, "cap_setpcap"),
	CAP(9, "cap_linux_immutable"),
	CAP(10, "cap_net_bind_service"),
	CAP(11, "cap_net_broadcast"),
	CAP(12, "cap_net_admin"),
	CAP(13, "cap_net_raw"),
	CAP(14, "cap_ipc_lock"),
	CAP(15, "cap_ipc_owner"),
	CAP(16, "cap_sys_module"),
	CAP(17, "cap_sys_rawio"),
	CAP(18, "cap_sys_chroot"),
	CAP(19, "cap_sys_ptrace"),
	CAP(20, "cap_sys_pacct"),
	CAP(21, "cap_sys_admin"),
	CAP(22, "cap_sys_boot"),
	CAP(23, "cap_sys_nice"),
	CAP(24, "cap_sys_resource"),
	CAP(25, "cap_sys_time"),
	CAP(26, "cap_sys_tty_config"),
	CAP(27, "cap_mknod"),
	CAP(28, "cap_lease"),
	CAP(29, "cap_audit_write"),
	CAP(30, "cap_audit_control"),
	CAP(31, "cap_setfcap"),
	CAP(32, "cap_mac_override"),
	CAP(33, "cap_mac_admin"),
	CAP(34, "cap_syslog"),
	CAP(35, "cap_wake_alarm"),
	CAP(36, "cap_block_suspend"),
	CAP(37, "cap_audit_read"),
	CAP(38, "cap_perfmon"),
	CAP(39, "cap_bpf"),
	CAP(40, "cap_checkpoint_restore"),
	{ 0 },
};
#undef CAP

uint64_t print_all_capabilities(void)
{
	uint64_t all = 0;

	for (const struct bit_name *cap = capability_names; cap->name; cap++)
		all |= cap->bit;
	return all;
}
