/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reach.c - see reach.h
 *
 * Everything is tried twice: as the program is, and with all capabilities of a user namespace of
 * its own. The ancestors are those that /proc shows: pid 1, or, without a pid namespace, the
 * reaper, the launcher and whoever has started it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reach.h"

static pid_t parent_of(pid_t pid)
{
	char path[64], text[1024];
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t length = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[length < 0 ? 0 : length] = '\0';
	const char *name_end = strrchr(text, ')');
	if (!name_end || sscanf(name_end, ") %*c %d", &parent) != 1)
		return 0;
	return parent;
}

static int possible(pid_t pid, const char *what, int is)
{
	if (is)
		printf("process %d: %s\n", pid, what);
	return is;
}

static int try_files(pid_t pid)
{
	static const struct {
		const char *name;
		int flags;
	} files[] = {
		{ "environ", O_RDONLY }, { "mem", O_RDONLY },     { "mem", O_WRONLY },
		{ "maps", O_RDONLY },    { "cwd/.", O_RDONLY },   { "root/.", O_RDONLY },
		{ "fd", O_RDONLY },      { "fd/0", O_RDONLY },    { "exe", O_RDONLY },
		{ "exe", O_WRONLY },     { "ns/user", O_RDONLY }, { "ns/mnt", O_RDONLY },
	};
	char path[64], what[64];
	int count = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i].name);
		snprintf(what, sizeof(what), "%s %s", files[i].flags == O_WRONLY ? "write" : "read",
			 files[i].name);
		int fd = open(path, files[i].flags | O_CLOEXEC);
		/* A folder of descriptors may be opened by anybody, to find nothing in it. */
		int is = strcmp(files[i].name, "fd") == 0
				 ? fd >= 0 && faccessat(fd, "0", F_OK, 0) == 0
				 : fd >= 0;
		count += possible(pid, what, is);
		if (fd >= 0)
			close(fd);
	}
	return count;
}

static int try_calls(pid_t pid)
{
	char byte = 0;
	struct iovec ours = { &byte, 1 }, theirs = { NULL, 1 };
	int count = 0, pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	/* Permission is looked at before the address. */
	count += possible(pid, "process_vm_readv",
			  process_vm_readv(pid, &ours, 1, &theirs, 1, 0) >= 0 || errno == EFAULT);
	count += possible(pid, "process_vm_writev",
			  process_vm_writev(pid, &ours, 1, &theirs, 1, 0) >= 0 || errno == EFAULT);
	count += possible(pid, "pidfd_getfd", syscall(SYS_pidfd_getfd, pidfd, 0, 0) >= 0);
	count += possible(pid, "kcmp", syscall(SYS_kcmp, pid, pid, 1, 0, 0) >= 0);
	int seized = ptrace(PTRACE_SEIZE, pid, 0, 0) == 0;
	count += possible(pid, "ptrace", seized);
	if (seized)
		ptrace(PTRACE_DETACH, pid, 0, 0);
	close(pidfd);
	return count;
}

static int try_all(pid_t self)
{
	int count = 0;

	for (pid_t pid = parent_of(self); pid > 0; pid = parent_of(pid))
		count += try_files(pid) + try_calls(pid);
	return count;
}

int reach_up(void)
{
	pid_t self = getpid();
	int status = 0, count = try_all(self);

	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		/* It may be forbidden: then there is one way less. */
		exit(unshare(CLONE_NEWUSER) == 0 && try_all(self) > 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 2;
	printf("tried ancestors: %s\n", parent_of(self) > 0 ? "some" : "none");
	return count || status ? 1 : 0;
}

int reach_swap(const char *a, const char *b)
{
	pid_t parent = getppid();

	while (getppid() == parent) {
		if (syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2 /* RENAME_EXCHANGE */) < 0)
			return 1;
	}
	return 0;
}
