/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * report.c - the exit code for a status, and messages between the two sides
 */
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "watch/report.h"

static void a_program_that_exits_gives_its_own_code(void **state _unused_)
{
	for (int code = 0; code < 256; code++)
		assert_int_equal(report_exit_code(code << 8), code);
}

static void a_program_ended_by_a_signal_gives_128_and_its_number(void **state _unused_)
{
	/* 0x80: it left a core dump; see wait(2). */
	for (int number = 1; number <= 64; number++) {
		assert_int_equal(report_exit_code(number), 128 + number);
		assert_int_equal(report_exit_code(number | 0x80), 128 + number);
	}
}

/* --- messages --- */

static struct report_channel channel;

static int open_channel(void **state _unused_)
{
	struct err e = { 0 };

	return report_open(&channel, &e);
}

static int close_channel(void **state _unused_)
{
	close_fd(&channel.inside_fd);
	close_fd(&channel.outside_fd);
	return 0;
}

static void a_message_carries_status_and_sender(void **state _unused_)
{
	struct report report;

	assert_int_equal(report_send_kind(channel.inside_fd, REPORT_EXIT, 0x700), 0);
	assert_int_equal(report_receive(channel.outside_fd, &report), 1);
	assert_int_equal(report.kind, REPORT_EXIT);
	assert_int_equal(report.status, 0x700);
	assert_int_equal(report.pid, getpid());
	assert_int_equal(report.fd, -1);
}

static void a_failure_arrives_as_it_was(void **state _unused_)
{
	struct err sent = { .origin = { .option = "--bind" } };
	struct report report;

	err_refuse(&sent, "bind on", "/x", "because of %d", 5);
	err_hint(&sent, "do not");
	assert_int_equal(report_send_error(channel.inside_fd, &sent), 0);
	assert_int_equal(report_receive(channel.outside_fd, &report), 1);
	assert_int_equal(report.kind, REPORT_ERROR);
	assert_memory_equal(&report.err, &sent, sizeof(sent));
}

static void messages_keep_their_order_and_bounds(void **state _unused_)
{
	struct report report;

	for (int i = 0; i < 10; i++)
		assert_int_equal(report_send_kind(channel.inside_fd, REPORT_EXIT, i), 0);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(report_receive(channel.outside_fd, &report), 1);
		assert_int_equal(report.status, i);
	}
}

static void a_descriptor_arrives_closed_on_exec(void **state _unused_)
{
	const struct report sent = { .kind = REPORT_PROGRAM };
	struct report report;

	assert_int_equal(report_send(channel.inside_fd, &sent, STDERR_FILENO), 0);
	assert_int_equal(report_receive(channel.outside_fd, &report), 1);
	assert_true(report.fd > 2);
	assert_int_equal(fcntl(report.fd, F_GETFD), FD_CLOEXEC);
	close(report.fd);
}

static void the_end_is_noticed_on_both_sides(void **state _unused_)
{
	struct report report;

	assert_false(report_is_orphaned(channel.inside_fd));
	close_fd(&channel.inside_fd);
	assert_int_equal(report_receive(channel.outside_fd, &report), 0);
	close_fd(&channel.outside_fd);
	assert_int_equal(open_channel(NULL), 0);
	close_fd(&channel.outside_fd);
	assert_true(report_is_orphaned(channel.inside_fd));
	assert_int_equal(report_send_kind(channel.inside_fd, REPORT_EXIT, 0), -EPIPE);
	assert_int_equal(report_wait_for_go(channel.inside_fd), -EPIPE);
}

static void the_word_to_go_on_arrives(void **state _unused_)
{
	assert_int_equal(report_go(channel.outside_fd), 0);
	assert_int_equal(report_wait_for_go(channel.inside_fd), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, open_channel, close_channel)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_that_exits_gives_its_own_code),
		cmocka_unit_test(a_program_ended_by_a_signal_gives_128_and_its_number),
		test(a_message_carries_status_and_sender),
		test(a_failure_arrives_as_it_was),
		test(messages_keep_their_order_and_bounds),
		test(a_descriptor_arrives_closed_on_exec),
		test(the_end_is_noticed_on_both_sides),
		test(the_word_to_go_on_arrives),
	};

	return unit_run(tests);
}
