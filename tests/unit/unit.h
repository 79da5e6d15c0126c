/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unit.h - what every unit test starts with
 *
 * cmocka wants its own includes first. Results are TAP, for automake's driver.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The whole of main(): runs an array of struct CMUnitTest. */
#define unit_run(tests)                                                                            \
	(cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests(tests, NULL, NULL))
