#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# filter.bats - seccomp filters of the caller's

load ../lib

setup() {
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	case $(uname -m) in
	x86_64) uname=63 getsid=124 ;;
	aarch64 | riscv64) uname=160 getsid=156 ;;
	*) skip "the numbers of system calls of $(uname -m) are not known here" ;;
	esac
	answer "$uname" 0x00050001 >no-uname      # EPERM
	answer "$getsid" 0x00050001 >no-getsid    # EPERM
	answer "$uname" 0x80000000 >kill-on-uname # kill the process
}

# A filter that answers system call $1 with $2: two loads and tests, see seccomp(2).
answer() {
	instruction 0x20 0 0 0
	instruction 0x15 0 1 "$1"
	instruction 0x06 0 0 "$2"
	instruction 0x06 0 0 0x7fff0000
}

# One instruction of classic BPF: CODE IF-TRUE IF-FALSE K.
instruction() {
	local k=$(($4))
	# shellcheck disable=SC2059 # the format is the data
	printf "$(printf '\\x%02x\\x00\\x%02x\\x%02x\\x%02x\\x%02x\\x%02x\\x%02x' "$1" "$2" "$3" \
		$((k & 255)) $((k >> 8 & 255)) $((k >> 16 & 255)) $((k >> 24 & 255)))"
}

@test "--seccomp loads a filter" {
	run -1 crannog run --seccomp 9 -- uname 9<no-uname
	says "Operation not permitted"
}

@test "the filter holds for what the program starts" {
	run -1 crannog run --seccomp 9 -- sh -c 'sh -c uname' 9<no-uname
	says "Operation not permitted"
}

@test "--seccomp reads a pipe" {
	run -1 crannog run --seccomp 9 -- uname 9< <(cat no-uname)
	says "Operation not permitted"
}

@test "--seccomp is read after --block-fd lets go" {
	mkfifo go
	: >filter
	timeout 10 "$CRANNOG" run --block-fd 8 --seccomp 9 -- uname 8<>go 9<filter >out 2>&1 3>&- &
	sleep 0.2
	cat no-uname >filter
	echo >go
	wait $! || true
	same "$(<out)" "uname: cannot get system name: Operation not permitted"
}

@test "--add-seccomp-fd loads several, all of which hold" {
	run crannog run --add-seccomp-fd 8 --add-seccomp-fd 9 -- sh -c 'uname; grep Seccomp_filters /proc/self/status' \
		8<no-getsid 9<no-uname
	says "Operation not permitted"
	says $'Seccomp_filters:\t2'
}

@test "a filter that kills ends the program with SIGSYS" {
	run -159 crannog run --seccomp 9 -- uname 9<kill-on-uname
}

@test "--seccomp and --add-seccomp-fd exclude each other" {
	run -125 crannog run --seccomp 8 --add-seccomp-fd 9 -- true 8<no-uname 9<no-uname
	same "$output" "crannog: --add-seccomp-fd cannot be combined with --seccomp"
	run -125 crannog run --add-seccomp-fd 9 --seccomp 8 -- true 8<no-uname 9<no-uname
	same "$output" "crannog: --seccomp cannot be combined with --add-seccomp-fd"
}

@test "a filter cut short is an error, and the program does not run" {
	head -c 13 no-uname >short
	run -125 crannog run --seccomp 9 -- echo started 9<short
	says "Invalid seccomp data, must be multiple of 8"
	says_not started
	run -125 crannog run --add-seccomp-fd 9 -- echo started 9<short
	says "Invalid seccomp data, must be multiple of 8"
	says_not started
}

@test "a filter that the kernel refuses is an error" {
	instruction 0xff 0 0 0 >bad
	run -125 crannog run --seccomp 9 -- echo started 9<bad
	says "cannot load the seccomp filter: Invalid argument"
	says_not started
}

@test "an empty filter is an error, as no filter was loaded" {
	run -125 crannog run --seccomp 9 -- echo started 9</dev/null
	says_not started
}

@test "a filter too long is an error" {
	head -c 600000 /dev/zero >long
	run -125 crannog run --add-seccomp-fd 9 -- echo started 9<long
	says "cannot load the seccomp filter: Invalid argument"
	says_not started
}

@test "a closed descriptor is an error" {
	run -125 crannog run --seccomp 99 -- echo started
	says "cannot read seccomp data: Bad file descriptor"
	says_not started
}
