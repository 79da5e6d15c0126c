/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe.c - see probe.h
 *
 * Two launches of one plan must give the same text, so numbers that the kernel hands out (pids,
 * inodes, mount ids, devices) are left out or compared with the host's.
 *
 * The text is written with one write(2) at the end: it is there as a whole or not at all.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <ifaddrs.h>
#include <linux/keyctl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

static char text[512 * 1024];
static size_t text_length;

static __attribute__((format(printf, 1, 2))) void say(const char *format, ...)
{
	size_t left = sizeof(text) - text_length;
	va_list args;

	va_start(args, format);
	int length = vsnprintf(text + text_length, left, format, args);
	va_end(args);
	text_length += length < 0 || (size_t)length >= left ? 0 : (size_t)length;
}

static const char *outcome(long result)
{
	return result < 0 ? strerror(errno) : "possible";
}

/* Reads a whole small file; an empty text when it cannot be read. */
static size_t read_file(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t done = 0;

	while (fd >= 0 && length < size - 1 &&
	       (done = read(fd, buffer + length, size - 1 - length)) > 0)
		length += (size_t)done;
	if (fd >= 0)
		close(fd);
	buffer[length] = '\0';
	return length;
}

static const char *const namespaces[] = { "user", "mnt", "pid", "net", "ipc", "uts", "cgroup" };

enum { NAMESPACES = sizeof(namespaces) / sizeof(namespaces[0]) };

static unsigned long inode_of_namespace(const char *name)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	return stat(path, &st) < 0 ? 0 : (unsigned long)st.st_ino;
}

static long keyring(void)
{
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0);
}

char *probe_host(void)
{
	static char word[512];
	int length = snprintf(word, sizeof(word), "%ld", keyring());

	for (int i = 0; i < NAMESPACES; i++)
		length += snprintf(word + length, sizeof(word) - (size_t)length, ",%lu",
				   inode_of_namespace(namespaces[i]));
	return word;
}

/* --- who we are --- */

static void say_namespaces(const char *host)
{
	char *at;

	say("session keyring: %s\n", strtol(host, &at, 10) == keyring() ? "the host's" : "other");
	for (int i = 0; i < NAMESPACES && *at == ','; i++) {
		unsigned long theirs = strtoul(at + 1, &at, 10),
			      ours = inode_of_namespace(namespaces[i]);

		say("%s namespace: %s\n", namespaces[i],
		    !ours            ? "unknown"
		    : ours == theirs ? "the host's"
				     : "new");
	}
}

static const char *relation(pid_t pid)
{
	return pid == 0 ? "outside" : pid == getpid() ? "own" : pid == 1 ? "1" : "other";
}

static void say_ids(void)
{
	uid_t r, e, s;
	gid_t groups[256];

	getresuid(&r, &e, &s);
	say("uids: %u %u %u\n", r, e, s);
	getresgid(&r, &e, &s);
	say("gids: %u %u %u, groups:", r, e, s);
	int count = getgroups(256, groups);
	for (int i = 0; i < count; i++)
		say(" %u", groups[i]);
	say("\npid: %s, parent: %s, session: %s, group: %s\n", relation(getpid()),
	    relation(getppid()), relation(getsid(0)), relation(getpgrp()));
}

static void say_status(const char *path)
{
	static const char *const keys[] = {
		"Uid",    "Gid",    "Groups",     "CapInh",  "CapPrm",          "CapEff",
		"CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters", "SigBlk",
		"SigIgn", "SigCgt", "Umask"
	};
	char buffer[8192], *line, *rest = buffer;

	read_file(path, buffer, sizeof(buffer));
	while ((line = strsep(&rest, "\n"))) {
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			size_t length = strlen(keys[i]);

			if (strncmp(line, keys[i], length) == 0 && line[length] == ':')
				say("%s: %s\n", path, line);
		}
	}
}

static void say_file(const char *path)
{
	char buffer[8192];

	say("%s: %zu bytes: ", path, read_file(path, buffer, sizeof(buffer)));
	say("%s\n", buffer);
}

static void say_process(void)
{
	struct utsname uts;
	char cwd[4096];
	int number = 0;

	prctl(PR_GET_PDEATHSIG, &number);
	say("parent-death signal: %d, dumpable: %d, no new privileges: %d, seccomp: %d\n", number,
	    prctl(PR_GET_DUMPABLE), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_SECCOMP));
	for (unsigned cap = 0; cap < 64; cap++)
		say("%d%d%s", prctl(PR_CAPBSET_READ, cap),
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0),
		    cap == 63 ? "\n" : " ");
	say("filtered call: %s\n", outcome(syscall(SYS_swapon, NULL, 0)));
	say("terminal: %s\n", outcome(open("/dev/tty", O_RDWR | O_CLOEXEC)));
	uname(&uts);
	say("host name: %s, domain: %s\n", uts.nodename, uts.domainname);
	say("folder: %s, umask: %o\n", getcwd(cwd, sizeof(cwd)) ? cwd : "none", umask(0));
	for (char **word = environ; *word; word++)
		say("variable: %s\n", *word);
}

static void say_descriptors(void)
{
	struct stat st;

	for (int fd = 0; fd < 1024; fd++) {
		int flags = fcntl(fd, F_GETFD);

		if (flags < 0 || fstat(fd, &st) < 0)
			continue;
		say("descriptor %d: type %o, flags %o %o\n", fd, st.st_mode & S_IFMT, flags,
		    fcntl(fd, F_GETFL));
	}
}

/* --- what is around us --- */

static void hide_number(char *line, const char *word)
{
	char *found = strstr(line, word);

	if (found)
		memset(found + strlen(word), '#', strcspn(found + strlen(word), " "));
}

/* Without the numbers of mounts, devices and peer groups. */
static void say_mounts(void)
{
	char *buffer = malloc(sizeof(text)), *line, *rest = buffer;

	if (!buffer)
		return;
	read_file("/proc/self/mountinfo", buffer, sizeof(text));
	while ((line = strsep(&rest, "\n"))) {
		for (int i = 0; i < 3 && line; i++) {
			line = strchr(line, ' ');
			line += line != NULL;
		}
		if (!line)
			continue;
		hide_number(line, " master:");
		hide_number(line, " shared:");
		say("mount: %s\n", line);
	}
	free(buffer);
}

static void say_entry(const char *path, const struct stat *st)
{
	char target[4096] = "";

	if (S_ISLNK(st->st_mode) && readlink(path, target, sizeof(target) - 1) < 0)
		snprintf(target, sizeof(target), "unreadable");
	say("entry: %s: %o %u:%u device %u:%u %s access %d%d%d\n", path, st->st_mode, st->st_uid,
	    st->st_gid, major(st->st_rdev), minor(st->st_rdev), target, access(path, R_OK) == 0,
	    access(path, W_OK) == 0, access(path, X_OK) == 0);
}

/* Whole folders of the host's: their contents are not ours to test, and may change meanwhile. */
static int is_given(const char *path)
{
	static const char *const given[] = {
		"/usr", "/etc", "/opt", "/var", "/proc", "/nix", "/gnu"
	};

	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		if (strcmp(path, given[i]) == 0)
			return 1;
	}
	return 0;
}

static void say_tree(const char *dir, int depth)
{
	struct dirent **entries;
	int count = scandir(dir, &entries, NULL, alphasort);
	char path[4096];
	struct stat st;

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		snprintf(path, sizeof(path), "%s/%s", dir[1] ? dir : "", name);
		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && lstat(path, &st) == 0) {
			say_entry(path, &st);
			if (S_ISDIR(st.st_mode) && depth && !is_given(path))
				say_tree(path, depth - 1);
			if (S_ISREG(st.st_mode) && st.st_size < 4096)
				say_file(path);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

static void say_network(void)
{
	struct ifaddrs *list = NULL;
	char address[64];

	if (getifaddrs(&list) < 0)
		say("network: %s\n", outcome(-1));
	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		struct sockaddr_in *in = (struct sockaddr_in *)i->ifa_addr;

		if (in && in->sin_family == AF_INET)
			say("network: %s %x %s\n", i->ifa_name, i->ifa_flags,
			    inet_ntop(AF_INET, &in->sin_addr, address, sizeof(address)));
	}
	freeifaddrs(list);
}

static void say_lock(void)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open("/data/file", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return;
	say("lock: %d\n", fcntl(fd, F_GETLK, &lock) < 0 ? -1 : lock.l_type);
	close(fd);
}

/* Pid 1, or the reaper without a pid namespace: what of it is within reach. */
static void say_parent(void)
{
	static const char *const names[] = { "environ", "mem",  "maps", "cwd/.",
					     "root/.",  "fd/0", "exe" };
	char path[64], byte;
	struct iovec ours = { &byte, 1 }, theirs = { text, 1 };
	pid_t parent = getppid();

	if (!parent)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", parent, names[i]);
		say("parent's %s: %s", names[i], outcome(open(path, O_RDONLY | O_CLOEXEC)));
		say(", %s\n", outcome(open(path, O_WRONLY | O_CLOEXEC)));
	}
	say("parent's memory: %s\n", outcome(process_vm_readv(parent, &ours, 1, &theirs, 1, 0)));
	if (parent != 1)
		return; /* its number would be in the text */
	say_file("/proc/1/cmdline");
	say_status("/proc/1/status");
}

static void say_more_namespaces(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER) < 0 ? errno : 0);
	if (pid > 0 && waitpid(pid, &status, 0) == pid)
		say("another user namespace: %s\n",
		    WEXITSTATUS(status) ? strerror(WEXITSTATUS(status)) : "possible");
}

int probe_look(const char *host)
{
	say_namespaces(host);
	say_ids();
	say_status("/proc/self/status");
	say_file("/proc/self/uid_map");
	say_file("/proc/self/gid_map");
	say_file("/proc/self/setgroups");
	say_descriptors();
	say_process();
	say_mounts();
	say_tree("/", 3);
	say_network();
	say_lock();
	say_parent();
	say_more_namespaces();
	return write(1, text, text_length) == (ssize_t)text_length ? 0 : 1;
}

int probe_wait(void)
{
	sleep(60);
	return 0;
}
