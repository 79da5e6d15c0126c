/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * process.c - see process.h
 *
 * An assertion of cmocka's would jump back into the runner, so in a child it must not be used.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

#include "base/io.h"
#include "process.h"

static int saved_fd = -1, caught_fd = -1;

void stderr_catch(void)
{
	saved_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	caught_fd = memfd_create("stderr", MFD_CLOEXEC);
	assert_true(saved_fd >= 0 && caught_fd >= 0);
	assert_return_code(dup2(caught_fd, STDERR_FILENO), errno);
}

char *stderr_caught(void)
{
	size_t size;
	char *text;

	assert_return_code(dup2(saved_fd, STDERR_FILENO), errno);
	close_fd(&saved_fd);
	assert_int_equal(lseek(caught_fd, 0, SEEK_SET), 0);
	assert_int_equal(read_all(caught_fd, &text, &size), 0);
	close_fd(&caught_fd);
	return text;
}

bool in_child(bool (*check)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(check() ? 0 : 1);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
