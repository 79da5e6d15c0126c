/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * floor.c - the least that the standard sandbox can cost
 *
 * A bare, static program that makes the view of
 *
 *	--unshare-all --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib
 *	--symlink usr/lib64 /lib64 --proc /proc --dev /dev --tmpfs /tmp  CMD…
 *
 * with as few system calls as the kernel allows: no options, no messages, no plan, no
 * care for hostile trees. `make bench` runs it beside the real thing; the ratio of the
 * two is the price of everything crannog adds. It has the same process tree (launcher,
 * pid 1, program) and the same two user namespaces, since devpts wants an id 0.
 *
 * Every failure ends it with the line it happened on.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MUST(call) must((long)(call), __LINE__)

static long must(long ret, int line)
{
	if (ret >= 0)
		return ret;
	dprintf(2, "floor: line %d: %m\n", line);
	_exit(125);
}

static void put(const char *path, const char *text)
{
	int fd = MUST(open(path, O_WRONLY));

	MUST(write(fd, text, strlen(text)));
	close(fd);
}

static void map(unsigned inside_uid, unsigned outside_uid, unsigned inside_gid,
		unsigned outside_gid)
{
	char line[64];

	snprintf(line, sizeof(line), "%u %u 1", inside_uid, outside_uid);
	put("/proc/self/uid_map", line);
	put("/proc/self/setgroups", "deny");
	snprintf(line, sizeof(line), "%u %u 1", inside_gid, outside_gid);
	put("/proc/self/gid_map", line);
}

static int new_fs(const char *type, unsigned attr, const char *key, const char *value)
{
	int fs = MUST(fsopen(type, FSOPEN_CLOEXEC));

	if (key)
		MUST(fsconfig(fs, FSCONFIG_SET_STRING, key, value, 0));
	MUST(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	int fd = MUST(fsmount(fs, FSMOUNT_CLOEXEC, attr));
	close(fs);
	return fd;
}

static void bind_at(const char *source, int dirfd, const char *dest, uint64_t attr)
{
	struct mount_attr set = { .attr_set = attr };
	int fd = syscall(467 /* open_tree_attr, Linux 6.15 */, AT_FDCWD, source,
			 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE, &set, sizeof(set));

	if (fd < 0) {
		fd = MUST(open_tree(AT_FDCWD, source,
				    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE));
		MUST(mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &set, sizeof(set)));
	}
	MUST(move_mount(fd, "", dirfd, dest, MOVE_MOUNT_F_EMPTY_PATH));
	close(fd);
}

static void make_dev(int root)
{
	static const char *const nodes[] = { "null", "zero", "full", "random", "urandom", "tty" };
	static const char *const links[][2] = {
		{ "/proc/self/fd/0", "stdin" },  { "/proc/self/fd/1", "stdout" },
		{ "/proc/self/fd/2", "stderr" }, { "/proc/self/fd", "fd" },
		{ "/proc/kcore", "core" },       { "pts/ptmx", "ptmx" },
	};
	int dev = new_fs("tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, "mode", "0755");

	MUST(mkdirat(root, "dev", 0755));
	MUST(move_mount(dev, "", root, "dev", MOVE_MOUNT_F_EMPTY_PATH));
	for (size_t i = 0; i < sizeof(nodes) / sizeof(*nodes); i++) {
		char path[32];

		snprintf(path, sizeof(path), "/dev/%s", nodes[i]);
		MUST(mknodat(dev, nodes[i], S_IFREG | 0444, 0));
		bind_at(path, dev, nodes[i], MOUNT_ATTR_NOSUID);
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		MUST(symlinkat(links[i][0], dev, links[i][1]));
	MUST(mkdirat(dev, "shm", 0755));
	MUST(mkdirat(dev, "pts", 0755));
	int fs = MUST(fsopen("devpts", FSOPEN_CLOEXEC));
	MUST(fsconfig(fs, FSCONFIG_SET_STRING, "ptmxmode", "0666", 0));
	MUST(fsconfig(fs, FSCONFIG_SET_STRING, "mode", "620", 0));
	MUST(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	int pts = MUST(fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC));
	MUST(move_mount(pts, "", dev, "pts", MOVE_MOUNT_F_EMPTY_PATH));
}

static void make_root(void)
{
	static const char *const links[][2] = { { "usr/bin", "bin" },
						{ "usr/lib", "lib" },
						{ "usr/lib64", "lib64" } };
	int root = new_fs("tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, "mode", "0755");

	MUST(move_mount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH));
	MUST(mkdirat(root, "usr", 0755));
	bind_at("/usr", root, "usr", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_RDONLY);
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		MUST(symlinkat(links[i][0], root, links[i][1]));
	MUST(mkdirat(root, "proc", 0755));
	int proc = new_fs("proc", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, NULL,
			  NULL);
	MUST(move_mount(proc, "", root, "proc", MOVE_MOUNT_F_EMPTY_PATH));
	make_dev(root);
	MUST(mkdirat(root, "tmp", 0755));
	int tmp = new_fs("tmpfs", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, "mode", "0755");
	MUST(move_mount(tmp, "", root, "tmp", MOVE_MOUNT_F_EMPTY_PATH));
	MUST(fchdir(root));
	MUST(syscall(SYS_pivot_root, ".", "."));
	MUST(umount2(".", MNT_DETACH));
	MUST(chdir("/"));
}

static void drop_caps(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };

	for (int cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0; cap++)
		;
	MUST(syscall(SYS_capset, &head, none));
}

static int inside(char **argv, unsigned uid, unsigned gid)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int status;

	map(0, uid, 0, gid);
	int sock = MUST(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	MUST(ioctl(sock, SIOCSIFFLAGS, &lo));
	make_root();
	MUST(unshare(CLONE_NEWUSER));
	map(uid, 0, gid, 0);
	drop_caps();
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	pid_t pid = MUST(fork());
	if (pid == 0) {
		execvp(argv[0], argv);
		MUST(-1);
	}
	MUST(close_range(3, ~0u, 0));
	while (MUST(wait4(-1, &status, 0, NULL)) != pid)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	struct clone_args args = {
		.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS |
			 CLONE_NEWIPC | CLONE_NEWCGROUP,
		.exit_signal = SIGCHLD,
	};
	unsigned uid = getuid(), gid = getgid();
	int status;

	if (argc < 2)
		return 125;
	pid_t pid = MUST(syscall(SYS_clone3, &args, sizeof(args)));
	if (pid == 0)
		_exit(inside(argv + 1, uid, gid));
	MUST(waitpid(pid, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
