/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe.c - what paths are, said from inside a sandbox
 *
 * For each argument one line: the path, and "present" with type, access, device and inode, and the
 * start of a file's contents, or "absent" with the reason. Access is tried, not asked for: in a
 * folder that can be written a file is made and taken away again. Statically linked, it needs
 * nothing of what is around it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "folder";
	case S_IFREG:
		return "file";
	case S_IFCHR:
	case S_IFBLK:
		return "device";
	case S_IFIFO:
		return "pipe";
	case S_IFSOCK:
		return "socket";
	default:
		return "object";
	}
}

static int can_make_in(const char *folder)
{
	int dirfd = open(folder, O_PATH | O_DIRECTORY);
	int fd = openat(dirfd, ".made-by-probe", O_CREAT | O_EXCL | O_WRONLY, 0600);

	if (fd >= 0) {
		close(fd);
		unlinkat(dirfd, ".made-by-probe", 0);
	}
	close(dirfd);
	return fd >= 0;
}

/* A pipe that nobody reads may be written to all the same. */
static int can_open(const char *path, int how)
{
	int fd = open(path, how | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno == ENXIO;
}

static void print_contents(const char *path, mode_t mode)
{
	char text[64] = "";
	int fd = S_ISREG(mode) ? open(path, O_RDONLY) : -1;
	ssize_t size = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	for (ssize_t i = 0; i < size; i++)
		putchar(text[i] > ' ' && text[i] < 127 ? text[i] : '_');
	if (fd >= 0)
		close(fd);
}

static void probe(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		printf("%s|absent|%s\n", path, strerror(errno));
		return;
	}
	int can_write = S_ISDIR(st.st_mode) ? can_make_in(path) : can_open(path, O_WRONLY);

	printf("%s|present|%s|%s|%s|%llu:%llu|", path, type_name(st.st_mode),
	       can_open(path, O_RDONLY) ? "readable" : "-", can_write ? "writable" : "-",
	       (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	print_contents(path, st.st_mode);
	putchar('\n');
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		probe(argv[i]);
	return fflush(stdout) ? 1 : 0;
}
