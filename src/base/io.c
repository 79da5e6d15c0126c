/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * io.c - see io.h
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/sys.h"

int write_all(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t done = write(fd, at, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done < 0 ? -errno : -EIO;
		at += done;
		size -= (size_t)done;
	}
	return 0;
}

int write_once(int fd, const void *data, size_t size)
{
	ssize_t done;

	do
		done = write(fd, data, size);
	while (done < 0 && errno == EINTR);
	if (done < 0)
		return -errno;
	return (size_t)done == size ? 0 : -EIO;
}

/* The most that a file given by descriptor is likely to hold, plus one to see its end. */
static size_t first_guess(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		return (size_t)st.st_size + 1;
	return 4096;
}

int read_all(int fd, char **ret_data, size_t *ret_size)
{
	size_t room = first_guess(fd), used = 0;
	auto_free_ char *data = xrealloc(NULL, room + 1);

	for (;;) {
		ssize_t done = read(fd, data + used, room - used);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		if (done == 0)
			break;
		used += (size_t)done;
		if (used == room) {
			room *= 2;
			data = xrealloc(data, room + 1);
		}
	}
	data[used] = '\0';
	*ret_data = data;
	*ret_size = used;
	data = NULL;
	return 0;
}

int copy_all(int from, int to)
{
	char buffer[16 * 1024];

	for (;;) {
		ssize_t got = read(from, buffer, sizeof(buffer));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		int r = write_all(to, buffer, (size_t)got);
		if (r < 0)
			return r;
	}
}

int write_file_at(int dirfd, const char *path, const char *text)
{
	auto_close_ int fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write_once(fd, text, strlen(text));
}

int read_line_at(int dirfd, const char *path, char *line, size_t size)
{
	auto_close_ int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	ssize_t got = read(fd, line, size - 1);
	if (got < 0)
		return -errno;
	line[got] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return 0;
}

static void close_between(unsigned first, unsigned last)
{
	if (first > last || sys_close_range(first, last, 0) == 0)
		return;
	for (unsigned fd = first; fd <= MIN(last, 65536u); fd++)
		close((int)fd); /* a container forbids close_range(2); most are not open */
}

/* The lowest of those that are at least @least, or INT_MAX. */
static int next_kept(const int *kept, size_t count, int least)
{
	int lowest = INT_MAX;

	for (size_t i = 0; i < count; i++) {
		if (kept[i] >= least && kept[i] < lowest)
			lowest = kept[i];
	}
	return lowest;
}

void close_all_but(const int *kept, size_t count)
{
	int first = 3, next;

	while ((next = next_kept(kept, count, first)) < INT_MAX) {
		close_between((unsigned)first, (unsigned)next - 1);
		first = next + 1;
	}
	close_between((unsigned)first, ~0u);
}

bool fd_is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

int fd_from_data(const char *name, const void *data, size_t size)
{
	auto_close_ int fd = memfd_create(name, MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	int r = write_all(fd, data, size);
	if (r < 0)
		return r;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	return take_fd(&fd);
}
