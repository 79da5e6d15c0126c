/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * launch.c - see launch.h
 *
 * CRANNOG and OURS in the environment say what is tested: the program, and the same one under the
 * name bwrap. Everything a launch reads is made anew in its own process, so nothing of ours leaks
 * into it, and each launch finds its descriptors unread.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "probe.h"

enum { WORDS_MAX = 128, FAILED = 99, HIGH_FD = 64 };

static void fail(const char *what)
{
	fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	_exit(FAILED);
}

/* --- before the first launch --- */

static const char *path_in(const struct launch *launch, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/%s", launch->dir, name) < 0)
		fail("asprintf");
	return path;
}

static void make_folder(const struct launch *launch, const char *name)
{
	if (mkdir(path_in(launch, name), 0755) < 0 && errno != EEXIST)
		fail(name);
}

static void make_file(const struct launch *launch, const char *name)
{
	int fd = open(path_in(launch, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || dprintf(fd, "this is %s\n", name) < 0)
		fail(name);
	close(fd);
}

static int open_output(void)
{
	int fd = memfd_create("output", MFD_CLOEXEC);

	if (fd < 0)
		fail("memfd_create");
	return fd;
}

static char *word_of(const struct launch *launch, const char *word)
{
	static char self[4096];

	if (word[0] != '@')
		return (char *)word;
	if (strcmp(word, "@self") != 0)
		return (char *)path_in(launch, word + 1);
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (length < 0)
		fail("/proc/self/exe");
	self[length] = '\0';
	return self;
}

static const char *required(const char *variable)
{
	const char *value = getenv(variable);

	if (!value) {
		fprintf(stderr, "inject: set %s to the program under test\n", variable);
		_exit(FAILED);
	}
	return value;
}

static void make_words(struct launch *launch)
{
	static char *words[WORDS_MAX];
	char *all = strdup(launch->plan->words);
	int count = 0;

	if (!all)
		fail("strdup");
	if (launch->plan->traits & PLAN_RUN) {
		words[count++] = (char *)required("CRANNOG");
		words[count++] = (char *)"run";
	} else {
		words[count++] = (char *)required("OURS");
	}
	for (char *word = strtok(all, " "); word; word = strtok(NULL, " "))
		words[count++] = word_of(launch, word);
	words[count++] = (char *)"--";
	words[count++] = (char *)"/inject";
	launch->program_at = count;
	words[count++] = (char *)launch->program;
	words[count++] = probe_host();
	words[count] = NULL;
	launch->argv = words;
}

void launch_set_program(struct launch *launch, const char *program)
{
	launch->program = program;
	launch->argv[launch->program_at] = (char *)program;
}

void launch_prepare(struct launch *launch)
{
	static const char *const folders[] = { "home", "home/project", "tmp",  "low1",       "low2",
					       "up",   "work",         "tree", "tree/folder" };
	static const char *const files[] = { "home/secret", "home/project/mine",
					     "low1/a",      "low1/b",
					     "low2/b",      "low2/c",
					     "tree/file",   "tree/folder/inner" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		make_folder(launch, folders[i]);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		make_file(launch, files[i]);
	launch->out_fd = open_output();
	launch->err_fd = open_output();
	make_words(launch);
}

/* --- in the launcher's process --- */

/* By way of a high number: @fd may be just @number, and close-on-exec. */
static void place(int fd, int number)
{
	int high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);

	close(fd);
	if (high < 0 || dup2(high, number) < 0)
		fail("descriptors of the launch");
	close(high);
}

static void place_data(int number, const void *data, size_t size)
{
	int fd = memfd_create("given", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size || lseek(fd, 0, SEEK_SET) < 0)
		fail("memfd_create");
	place(fd, number);
}

static void place_filter(void)
{
	/* The probe looks for this very answer. */
	const struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_swapon, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOANO),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	place_data(FD_SECCOMP, code, sizeof(code));
}

static void place_byte(int number)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0 || write(ends[1], "x", 1) != 1)
		fail("pipe2");
	close(ends[1]);
	place(ends[0], number);
}

static void place_all(void)
{
	static const char words[] = "--setenv\0FROM_ARGS\0yes";

	for (int number = 3; number < HIGH_FD; number++)
		close(number);
	place_data(FD_DATA, "data\n", 5);
	place_data(FD_DATA2, "more data\n", 10);
	place_data(FD_FILE, "contents\n", 9);
	place_data(FD_ARGS, words, sizeof(words));
	place_filter();
	place_data(FD_INFO, "", 0);
	place_data(FD_JSON, "", 0);
	place_byte(FD_BLOCK);
	place_data(FD_SYNC, "", 0);
	place_data(FD_USERNS_BLOCK, "", 0);
	place_data(FD_KEEP, "kept\n", 5);
}

static void become_launcher(const struct launch *launch, const int maps[2], int go_fd)
{
	const char *const env[] = { "PATH=/usr/bin:/bin",
				    path_in(launch, "home"),
				    "LANG=C",
				    path_in(launch, "tmp"),
				    "TERM=dumb",
				    "SECRET=of the host",
				    "SHELL=/bin/sh",
				    NULL };
	char home[4096], tmp[4096], byte;
	const char *const real_env[] = { env[0], home, env[2], tmp, env[4], env[5], env[6], NULL };

	snprintf(home, sizeof(home), "HOME=%s", env[1]);
	snprintf(tmp, sizeof(tmp), "TMPDIR=%s", env[3]);
	if (dup2(launch->out_fd, 1) < 0 || dup2(launch->err_fd, 2) < 0)
		fail("dup2");
	place(open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
	int high[2] = { fcntl(maps[0], F_DUPFD_CLOEXEC, HIGH_FD),
			fcntl(maps[1], F_DUPFD_CLOEXEC, HIGH_FD) };
	int go = fcntl(go_fd, F_DUPFD_CLOEXEC, HIGH_FD);
	place_all();
	if (launch->plan->traits & PLAN_MAPS) {
		place(high[0], FD_USERNS_BLOCK);
		place(high[1], FD_INFO);
	}
	if (chdir(path_in(launch, "home/project")) < 0)
		fail("chdir");
	umask(022);
	if (read(go, &byte, 1) != 1)
		_exit(FAILED);
	execve(launch->argv[0], launch->argv, (char *const *)real_env);
	fail(launch->argv[0]);
}

/* --- others around it --- */

static void write_proc(int pid, const char *name, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		_exit(FAILED);
	close(fd);
}

/* The caller of --userns-block-fd: waits for the pid, writes the maps, says so. */
static void write_maps(int info_fd, int block_fd)
{
	static const char key[] = "\"child-pid\": ";
	char text[4096], map[64];
	size_t length = 0;
	ssize_t done;

	while ((done = read(info_fd, text + length, sizeof(text) - 1 - length)) > 0) {
		length += (size_t)done;
		text[length] = '\0';
		if (strchr(text, '}'))
			break;
	}
	const char *found = length ? strstr(text, key) : NULL;
	if (!found)
		_exit(FAILED); /* the launch has failed before that */
	int pid = atoi(found + strlen(key));
	write_proc(pid, "setgroups", "deny");
	snprintf(map, sizeof(map), "5 %u 1\n", getuid());
	write_proc(pid, "uid_map", map);
	snprintf(map, sizeof(map), "6 %u 1\n", getgid());
	write_proc(pid, "gid_map", map);
	_exit(write(block_fd, "x", 1) == 1 ? 0 : FAILED);
}

static pid_t start_process(void)
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid == 0)
		signal(SIGALRM, SIG_DFL);
	return pid;
}

/* The launcher's parent: there to be killed, else it ends with the launcher. */
static void be_parent(const struct launch *launch, const int maps[2], const int go[2], int pid_fd)
{
	pid_t pid = start_process();

	if (pid == 0) {
		close(go[1]);
		become_launcher(launch, maps, go[0]);
	}
	close(go[0]);
	close(go[1]);
	if (write(pid_fd, &pid, sizeof(pid)) != sizeof(pid))
		_exit(FAILED);
	close(pid_fd);
	_exit(waitpid(pid, NULL, 0) == pid ? 0 : FAILED);
}

static void start_parent(const struct launch *launch, const int maps[2], const int go[2],
			 struct started *ret)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		fail("pipe2");
	ret->pids[PARENT] = start_process();
	if (ret->pids[PARENT] == 0)
		be_parent(launch, maps, go, ends[1]);
	close(ends[1]);
	if (read(ends[0], &ret->pids[LAUNCHER], sizeof(pid_t)) != sizeof(pid_t))
		fail("start the launcher's parent");
	close(ends[0]);
}

static void start_helper(const int info[2], const int block[2], struct started *ret)
{
	ret->pids[HELPER] = start_process();
	if (ret->pids[HELPER])
		return;
	close(info[1]);
	close(block[0]);
	write_maps(info[0], block[1]);
}

void launch_start(const struct launch *launch, bool with_parent, struct started *ret)
{
	int go[2], info[2], block[2];

	*ret = (struct started){ 0 };
	if (ftruncate(launch->out_fd, 0) < 0 || ftruncate(launch->err_fd, 0) < 0 ||
	    lseek(launch->out_fd, 0, SEEK_SET) < 0 || lseek(launch->err_fd, 0, SEEK_SET) < 0 ||
	    pipe2(go, O_CLOEXEC) < 0 || pipe2(info, O_CLOEXEC) < 0 || pipe2(block, O_CLOEXEC) < 0)
		fail("prepare a launch");
	const int maps[2] = { block[0], info[1] };
	if (with_parent) {
		start_parent(launch, maps, go, ret);
	} else {
		ret->pids[LAUNCHER] = start_process();
		if (ret->pids[LAUNCHER] == 0) {
			close(go[1]);
			become_launcher(launch, maps, go[0]);
		}
	}
	close(go[0]);
	ret->go_fd = go[1];
	if (launch->plan->traits & PLAN_MAPS)
		start_helper(info, block, ret);
	close(info[0]);
	close(info[1]);
	close(block[0]);
	close(block[1]);
}

void launch_go(struct started *started)
{
	if (write(started->go_fd, "x", 1) != 1)
		fail("start the launcher");
	close(started->go_fd);
}

size_t launch_read(int fd, char *buffer, size_t size)
{
	ssize_t done = pread(fd, buffer, size - 1, 0);

	if (done < 0)
		fail("read the output");
	buffer[done] = '\0';
	return (size_t)done;
}
