#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# faults.bats - a launch fails closed: whichever system call of it fails, and whenever its launcher
# is killed; see inject.c

load ../lib
load common

setup_file() {
	ours_make
	injector_find
}

# Why the injector cannot work here, if so.
needs_injector() {
	local reason

	reason=$("$INJECT" check) || skip "$reason"
	! grep -q __asan_init "$CRANNOG" || skip "sanitizers do not work under ptrace"
}

# All trials of a kind for a plan; the sums are shown whatever comes.
trials() {
	needs_injector
	run "$INJECT" "$1" "$2"
	echo "# $1: ${lines[-1]}" >&3
	[[ $status -eq 0 ]] && return
	printf '%s\n' "${lines[@]}" >&2
	return 1
}

@test "every plan has its tests" {
	for plan in $("$INJECT" plans); do
		grep -q "trials faults $plan\$" "$BATS_TEST_FILENAME"
		grep -q "trials kills $plan\$" "$BATS_TEST_FILENAME"
	done
}

@test "a failing call stops the launch: standard" {
	trials faults standard
}

@test "a failing call stops the launch: everything" {
	trials faults everything
}

@test "a failing call stops the launch: as-pid-1" {
	trials faults as-pid-1
}

@test "a failing call stops the launch: no-pid-namespace" {
	trials faults no-pid-namespace
}

@test "a failing call stops the launch: capable" {
	trials faults capable
}

@test "a failing call stops the launch: capable-in-second" {
	trials faults capable-in-second
}

@test "a failing call stops the launch: maps-from-outside" {
	trials faults maps-from-outside
}

@test "a failing call stops the launch: last-userns" {
	trials faults last-userns
}

@test "a failing call stops the launch: run" {
	trials faults run
}

@test "a failing call stops the launch: run-bare" {
	trials faults run-bare
}

@test "the launcher is killed at any moment: standard" {
	trials kills standard
}

@test "the launcher is killed at any moment: everything" {
	trials kills everything
}

@test "the launcher is killed at any moment: as-pid-1" {
	trials kills as-pid-1
}

@test "the launcher is killed at any moment: no-pid-namespace" {
	trials kills no-pid-namespace
}

@test "the launcher is killed at any moment: capable" {
	trials kills capable
}

@test "the launcher is killed at any moment: capable-in-second" {
	trials kills capable-in-second
}

@test "the launcher is killed at any moment: maps-from-outside" {
	trials kills maps-from-outside
}

@test "the launcher is killed at any moment: last-userns" {
	trials kills last-userns
}

@test "the launcher is killed at any moment: run" {
	trials kills run
}

@test "the launcher is killed at any moment: run-bare" {
	trials kills run-bare
}
