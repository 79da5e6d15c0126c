/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * folder.c - see folder.h
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

#include "base/io.h"
#include "folder.h"
#include "store/tree.h"

static char here[256];

int folder_enter(void **state _unused_)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(here, sizeof(here), "%s/unit-XXXXXX", tmp && strlen(tmp) < 200 ? tmp : "/tmp");
	return mkdtemp(here) && chdir(here) == 0 ? 0 : -1;
}

int folder_leave(void **state _unused_)
{
	auto_close_ int parent_fd = open("..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err e = { 0 };

	if (chdir("/") < 0)
		return -1;
	if (tree_remove(parent_fd, strrchr(here, '/') + 1, &e) == 0)
		return 0;
	err_print(&e);
	return -1;
}

int folder_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_return_code(fd, errno);
	return fd;
}

void folder_file(const char *path, const char *text)
{
	auto_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_return_code(fd, errno);
	assert_int_equal(write_all(fd, text, strlen(text)), 0);
}

void folder_dir(const char *path)
{
	assert_return_code(mkdir(path, 0755), errno);
}

void folder_expect(const char *path, const char *text)
{
	auto_close_ int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	auto_free_ char *data = NULL;
	size_t size;

	assert_return_code(fd, errno);
	assert_int_equal(read_all(fd, &data, &size), 0);
	assert_string_equal(data, text);
}

struct stat folder_stat(const char *path)
{
	struct stat st;

	assert_return_code(lstat(path, &st), errno);
	return st;
}

void folder_deep(const char *path, const char *name, size_t depth)
{
	int fd = folder_open(path);

	for (size_t i = 0; i < depth; i++) {
		assert_return_code(mkdirat(fd, name, 0755), errno);
		int next = openat(fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_return_code(next, errno);
		close(fd);
		fd = next;
	}
	auto_close_ int file = openat(fd, "bottom", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	close(fd);
	assert_return_code(file, errno);
}

rlim_t folder_limit_fds(rlim_t count)
{
	struct rlimit limit;

	assert_return_code(getrlimit(RLIMIT_NOFILE, &limit), errno);
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = count;
	assert_return_code(setrlimit(RLIMIT_NOFILE, &limit), errno);
	return before;
}
