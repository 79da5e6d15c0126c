#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# dev.bats - the minimal /dev

load ../lib

@test "/dev holds the usual things and nothing of the host's" {
	run -0 crannog run -- ls /dev
	same "$(flat)" "core fd full null ptmx pts random shm stderr stdin stdout tty urandom zero"
}

@test "null, zero and full behave" {
	run -0 crannog run -- sh -c 'echo x >/dev/null; cat /dev/null; head -c 4 /dev/zero | od -An -tx1
		echo x 2>&1 >/dev/full || echo full'
	says " 00 00 00 00"
	says full
}

@test "random and urandom give bytes" {
	run -0 crannog run -- sh -c 'head -c 8 /dev/urandom | wc -c; head -c 8 /dev/random | wc -c'
	same "$output" $'8\n8'
}

@test "/dev/stdout, stderr, stdin and fd lead to the streams" {
	run -0 crannog run -- sh -c 'echo out >/dev/stdout; echo err >/dev/stderr
		read line </dev/stdin; echo $line; cat /dev/fd/0' < <(printf 'one\ntwo\n')
	same "$output" $'out\nerr\none\ntwo'
}

@test "/dev/shm is a writable folder of the sandbox's own" {
	run -0 crannog run -- sh -c 'ls -A /dev/shm; echo hi >/dev/shm/x && cat /dev/shm/x'
	same "$output" hi
}

@test "a program can make terminals, numbered from 0" {
	command -v script >/dev/null || skip "script is not installed"
	run -0 crannog run -- script -qc tty /dev/null </dev/null
	says /dev/pts/0
}

@test "the host's terminals are not in /dev/pts" {
	run -0 crannog run -- ls /dev/pts
	same "$output" ptmx
}

@test "device nodes cannot be made" {
	run ! crannog run --cap-add CAP_MKNOD -- mknod /tmp/disk b 8 0
	says "Operation not permitted"
}

@test "there is no /dev/console where stdout is no terminal" {
	run ! crannog run -- ls /dev/console
}

@test "/dev/console is the terminal on stdout" {
	command -v script >/dev/null || skip "script is not installed"
	run -0 script -qec "$CRANNOG run -- sh -c 'test -t 1 && echo hello >/dev/console'" /dev/null </dev/null
	says hello
}

@test "--dev works anywhere" {
	run -0 "$OURS" --ro-bind / / --tmpfs /tmp --dev /tmp/x/dev sh -c 'echo x >/tmp/x/dev/null; ls /tmp/x/dev'
	says urandom
}

@test "--dev works over a root that was bound" {
	run -0 "$OURS" --ro-bind / / --dev /dev ls /dev
	says_not kmsg
	says urandom
}

@test "a device can be bound over a file that did not exist" {
	run -0 "$OURS" --ro-bind / / --tmpfs /tmp --dev-bind /dev/null /tmp/new sh -c 'echo x >/tmp/new; cat /tmp/new'
	same "$output" ""
}

@test "a device that was bound as a file cannot be opened" {
	run ! "$OURS" --ro-bind / / --tmpfs /tmp --bind /dev/zero /tmp/zero head -c 1 /tmp/zero
	says "Permission denied"
}

@test "/dev/null can be bound read-only over a file that did not exist" {
	run -0 "$OURS" --ro-bind / / --tmpfs /tmp --ro-bind /dev/null /tmp/new ls /tmp/new
}

@test "the devices of a folder work with --dev-bind only" {
	run -0 "$OURS" --ro-bind / / --tmpfs /tmp --dev-bind /dev /tmp/dev head -c 1 /tmp/dev/zero
	run ! "$OURS" --ro-bind / / --tmpfs /tmp --bind /dev /tmp/dev head -c 1 /tmp/dev/zero
}
