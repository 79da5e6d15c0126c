/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * machine.h - registers of a traced process, on the machines that the fault tests know
 *
 * To make a system call fail, its number is replaced at entry by that of getpid(2), which does
 * nothing, and its result at exit by the error. Number -1 would do as well, but a seccomp filter
 * sees it, and may kill for it.
 */
#pragma once

#include <elf.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>

#if defined(__x86_64__)

enum { MACHINE_KNOWN = 1, TRAP_IS_PAST = 1 };

static const unsigned long machine_trap = 0xcc, machine_trap_mask = 0xff;

static inline unsigned long long *machine_pc(struct user_regs_struct *regs)
{
	return (unsigned long long *)&regs->rip;
}

static inline void machine_set_result(struct user_regs_struct *regs, long result)
{
	regs->rax = (unsigned long long)result;
}

static inline int machine_set_call(pid_t pid, struct user_regs_struct *regs, int nr)
{
	struct iovec data = { regs, sizeof(*regs) };

	regs->orig_rax = (unsigned long long)nr;
	return (int)ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &data);
}

#elif defined(__aarch64__)

enum { MACHINE_KNOWN = 1, TRAP_IS_PAST = 0 };

static const unsigned long machine_trap = 0xd4200000, machine_trap_mask = 0xffffffff;

static inline unsigned long long *machine_pc(struct user_regs_struct *regs)
{
	return &regs->pc;
}

static inline void machine_set_result(struct user_regs_struct *regs, long result)
{
	regs->regs[0] = (unsigned long long)result;
}

static inline int machine_set_call(pid_t pid, struct user_regs_struct *regs, int nr)
{
	struct iovec data = { &nr, sizeof(nr) };

	(void)regs; /* the number is not among them */
	return (int)ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &data);
}

#else

enum { MACHINE_KNOWN = 0, TRAP_IS_PAST = 0 };

static const unsigned long machine_trap = 0, machine_trap_mask = 0;
static unsigned long long machine_no_pc;

static inline unsigned long long *machine_pc(struct user_regs_struct *regs)
{
	(void)regs;
	return &machine_no_pc;
}

static inline void machine_set_result(struct user_regs_struct *regs, long result)
{
	(void)regs;
	(void)result;
}

static inline int machine_set_call(pid_t pid, struct user_regs_struct *regs, int nr)
{
	(void)pid;
	(void)regs;
	(void)nr;
	errno = ENOSYS;
	return -1;
}

#endif

static inline int machine_get(pid_t pid, struct user_regs_struct *ret)
{
	struct iovec data = { ret, sizeof(*ret) };

	return (int)ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &data);
}

static inline int machine_set(pid_t pid, struct user_regs_struct *regs)
{
	struct iovec data = { regs, sizeof(*regs) };

	return (int)ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &data);
}
