/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * io.c - whole reads and writes, in whatever portions the other side gives or takes them
 */
#define _GNU_SOURCE
#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "base/io.h"
#include "base/mem.h"
#include "process.h"

enum { LARGE = 300 * 1000 }; /* more than a pipe holds */

static void pipe_open(int fds[2])
{
	assert_return_code(pipe2(fds, O_CLOEXEC), errno);
}

static char *pattern(size_t size)
{
	char *data = xrealloc(NULL, size);

	for (size_t i = 0; i < size; i++)
		data[i] = (char)(i * 7 % 253);
	return data;
}

/* --- read_all --- */

static void expect_read(int fd, const char *data, size_t size)
{
	size_t got_size;
	char *got;

	assert_int_equal(read_all(fd, &got, &got_size), 0);
	assert_int_equal(got_size, size);
	assert_memory_equal(got, data, size);
	assert_int_equal(got[size], '\0');
	free(got);
}

static void files_of_every_size_are_read_whole(void **state _unused_)
{
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 8192, LARGE };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		auto_free_ char *data = pattern(sizes[i] + 1);
		auto_close_ int fd = fd_from_data("test", data, sizes[i]);

		assert_true(fd >= 0);
		expect_read(fd, data, sizes[i]);
	}
}

static void reading_starts_where_the_descriptor_stands(void **state _unused_)
{
	auto_close_ int fd = fd_from_data("test", "0123456789", 10);

	assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
	expect_read(fd, "456789", 6);
	expect_read(fd, "", 0);
}

static void a_file_that_tells_no_size_is_read_whole(void **state _unused_)
{
	auto_close_ int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	auto_free_ char *text = NULL;
	size_t size;

	assert_int_equal(read_all(fd, &text, &size), 0);
	assert_true(size > 100);
	assert_int_equal(strlen(text), size);
	assert_int_equal(text[size - 1], '\n');
}

struct writer {
	int fd;
	const char *data;
	size_t size, portion;
	int result;
};

static void *write_in_portions(void *arg)
{
	struct writer *writer = arg;

	for (size_t at = 0; at < writer->size && writer->result == 0; at += writer->portion)
		writer->result = write_all(writer->fd, writer->data + at,
					   MIN(writer->portion, writer->size - at));
	close_fd(&writer->fd);
	return NULL;
}

static void through_a_pipe(size_t portion)
{
	auto_free_ char *data = pattern(LARGE);
	pthread_t thread;
	int fds[2];

	pipe_open(fds);
	struct writer writer = { .fd = fds[1], .data = data, .size = LARGE, .portion = portion };
	assert_int_equal(pthread_create(&thread, NULL, write_in_portions, &writer), 0);
	expect_read(fds[0], data, LARGE);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(writer.result, 0);
	close(fds[0]);
}

static void a_pipe_is_read_whole_in_any_portions(void **state _unused_)
{
	through_a_pipe(1000);
	through_a_pipe(4096);
	through_a_pipe(LARGE);
}

static void a_failed_read_leaves_the_results_alone(void **state _unused_)
{
	char untouched[] = "untouched", *data = untouched;
	size_t size = 7;
	auto_close_ int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(read_all(-1, &data, &size), -EBADF);
	assert_int_equal(read_all(folder, &data, &size), -EISDIR);
	assert_ptr_equal(data, untouched);
	assert_int_equal(size, 7);
}

/* --- writes --- */

static void writing_nothing_succeeds(void **state _unused_)
{
	assert_int_equal(write_all(-1, "", 0), 0);
}

static void a_failed_write_says_why(void **state _unused_)
{
	int fds[2];

	pipe_open(fds);
	close(fds[0]);
	void (*before)(int) = signal(SIGPIPE, SIG_IGN);
	assert_int_equal(write_all(fds[1], "x", 1), -EPIPE);
	assert_int_equal(write_once(fds[1], "x", 1), -EPIPE);
	signal(SIGPIPE, before);
	close(fds[1]);
	assert_int_equal(write_all(-1, "x", 1), -EBADF);
}

static void a_full_device_is_an_error(void **state _unused_)
{
	auto_close_ int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		skip();
	assert_int_equal(write_all(fd, "x", 1), -ENOSPC);
}

static void one_write_that_is_short_is_an_error(void **state _unused_)
{
	auto_free_ char *data = pattern(LARGE);
	int fds[2];

	assert_return_code(pipe2(fds, O_CLOEXEC | O_NONBLOCK), errno);
	assert_int_equal(write_once(fds[1], data, LARGE), -EIO);
	assert_int_equal(write_once(fds[1], data, 1), -EAGAIN);
	close(fds[0]);
	close(fds[1]);
}

static void copying_moves_every_byte(void **state _unused_)
{
	auto_free_ char *data = pattern(LARGE);
	auto_close_ int from = fd_from_data("from", data, LARGE);
	auto_close_ int to = memfd_create("to", MFD_CLOEXEC);

	assert_int_equal(copy_all(from, to), 0);
	assert_int_equal(lseek(to, 0, SEEK_SET), 0);
	expect_read(to, data, LARGE);
	assert_int_equal(copy_all(from, -1), 0); /* nothing left to write */
	assert_int_equal(copy_all(-1, to), -EBADF);
	assert_int_equal(lseek(from, 0, SEEK_SET), 0);
	assert_int_equal(copy_all(from, -1), -EBADF);
}

/* --- small files --- */

static void a_line_ends_at_its_newline_or_its_room(void **state _unused_)
{
	char path[] = "/tmp/unit-io-XXXXXX", line[8];
	int fd = mkstemp(path);

	assert_return_code(fd, errno);
	assert_int_equal(write_all(fd, "first\nsecond\n", 13), 0);
	assert_int_equal(read_line_at(AT_FDCWD, path, line, sizeof(line)), 0);
	assert_string_equal(line, "first");
	assert_int_equal(read_line_at(AT_FDCWD, path, line, 4), 0);
	assert_string_equal(line, "fir");
	assert_return_code(ftruncate(fd, 0), errno);
	assert_int_equal(read_line_at(AT_FDCWD, path, line, sizeof(line)), 0);
	assert_string_equal(line, "");
	assert_int_equal(write_file_at(AT_FDCWD, path, "new"), 0);
	assert_int_equal(read_line_at(AT_FDCWD, path, line, sizeof(line)), 0);
	assert_string_equal(line, "new");
	close(fd);
	unlink(path);
	assert_int_equal(read_line_at(AT_FDCWD, path, line, sizeof(line)), -ENOENT);
	assert_int_equal(write_file_at(AT_FDCWD, path, "new"), -ENOENT);
}

/* --- descriptors --- */

static void data_becomes_a_descriptor_that_programs_do_not_inherit(void **state _unused_)
{
	auto_close_ int fd = fd_from_data("test", "abc", 3);

	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	expect_read(fd, "abc", 3);
}

/* Opens 3 to 40, closes all but some of them, and compares. */
static bool keeps_only(const int *kept, size_t count, const int *left, size_t left_count)
{
	enum { LAST = 40 };

	for (int fd = 3; fd <= LAST; fd++) {
		if (dup2(STDERR_FILENO, fd) < 0)
			return false;
	}
	close_all_but(kept, count);
	for (int fd = 0; fd <= LAST; fd++) {
		bool expected = fd <= 2;

		for (size_t i = 0; i < left_count; i++)
			expected |= left[i] == fd;
		if (fd_is_open(fd) != expected)
			return false;
	}
	return true;
}

static bool without_a_list(void)
{
	return keeps_only(NULL, 0, NULL, 0);
}

static bool with_some_out_of_order(void)
{
	return keeps_only((int[]){ 20, 3, 10, 40 }, 4, (int[]){ 3, 10, 20, 40 }, 4);
}

static bool with_neighbours_and_repeats(void)
{
	return keeps_only((int[]){ 8, 7, 8, 9, 7 }, 5, (int[]){ 7, 8, 9 }, 3);
}

static bool with_numbers_that_mean_nothing(void)
{
	return keeps_only((int[]){ -1, 0, 2, 1000, INT32_MIN, INT32_MAX, 5 }, 7, (int[]){ 5 }, 1);
}

static bool with_one_far_away(void)
{
	struct rlimit limit;
	int far;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return false;
	far = (int)MIN(limit.rlim_cur, 100000) - 1;
	if (dup2(STDERR_FILENO, far) < 0 || dup2(STDERR_FILENO, far - 1) < 0)
		return false;
	close_all_but(&far, 1);
	return fd_is_open(far) && !fd_is_open(far - 1) && !fd_is_open(3);
}

static void closing_leaves_the_standard_streams_and_the_list(void **state _unused_)
{
	assert_true(in_child(without_a_list));
	assert_true(in_child(with_some_out_of_order));
	assert_true(in_child(with_neighbours_and_repeats));
	assert_true(in_child(with_numbers_that_mean_nothing));
	assert_true(in_child(with_one_far_away));
}

static void cleaning_up_keeps_errno(void **state _unused_)
{
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3), closed = -1;
	void *memory = xrealloc(NULL, 10);

	errno = ENOTTY;
	close_fd(&fd);
	close_fd(&closed);
	free_ptr(&memory);
	assert_int_equal(errno, ENOTTY);
	assert_int_equal(fd, -1);
}

static void taking_a_descriptor_leaves_none(void **state _unused_)
{
	int fd = 5;

	assert_int_equal(take_fd(&fd), 5);
	assert_int_equal(fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_of_every_size_are_read_whole),
		cmocka_unit_test(reading_starts_where_the_descriptor_stands),
		cmocka_unit_test(a_file_that_tells_no_size_is_read_whole),
		cmocka_unit_test(a_pipe_is_read_whole_in_any_portions),
		cmocka_unit_test(a_failed_read_leaves_the_results_alone),
		cmocka_unit_test(writing_nothing_succeeds),
		cmocka_unit_test(a_failed_write_says_why),
		cmocka_unit_test(a_full_device_is_an_error),
		cmocka_unit_test(one_write_that_is_short_is_an_error),
		cmocka_unit_test(copying_moves_every_byte),
		cmocka_unit_test(a_line_ends_at_its_newline_or_its_room),
		cmocka_unit_test(data_becomes_a_descriptor_that_programs_do_not_inherit),
		cmocka_unit_test(closing_leaves_the_standard_streams_and_the_list),
		cmocka_unit_test(cleaning_up_keeps_errno),
		cmocka_unit_test(taking_a_descriptor_leaves_none),
	};

	return unit_run(tests);
}
