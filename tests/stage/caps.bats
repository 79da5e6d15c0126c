#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# caps.bats - what the program may do, and that it can do nothing to pid 1

load ../lib

# The five capability sets inside, each different value once.
sets() {
	run -0 "$@" grep ^Cap /proc/self/status
	output=$(awk '{ print $2 }' <<<"$output" | sort -u)
}

# pid_1_is_closed COMMAND...: nothing of pid 1 can be looked at from inside.
pid_1_is_closed() {
	run -0 "$@" sh -c 'for file in environ mem maps auxv stack syscall; do
			error=$(head -c 1 /proc/1/$file 2>&1) && echo "$file can be read"
		done
		for link in exe cwd root fd/0 ns/user; do
			readlink /proc/1/$link
		done
		echo looked'
	same "$output" looked
}

@test "the program has no capabilities, and can get none" {
	sets crannog run --
	same "$output" 0000000000000000
}

@test "nor has it as user 0" {
	sets crannog run --uid 0 --gid 0 --
	same "$output" 0000000000000000
}

@test "nor with a root of its own and no /dev" {
	sets "$OURS" --unshare-all --ro-bind / / --proc /proc
	same "$output" 0000000000000000
}

@test "nor in a new pid namespace without a reaper" {
	sets "$OURS" --unshare-all --as-pid-1 --ro-bind / / --proc /proc
	same "$output" 0000000000000000
}

@test "a program that is setuid gains nothing" {
	run -0 crannog run -- grep NoNewPrivs /proc/self/status
	says $'\t1'
}

@test "--cap-add gives one capability, in every set" {
	sets crannog run --cap-add CAP_NET_RAW --
	same "$output" 0000000000002000
}

@test "--cap-add names are read in any case" {
	sets crannog run --cap-add cap_Net_Raw --
	same "$output" 0000000000002000
}

@test "--cap-add and --cap-drop act in order" {
	sets crannog run --cap-add ALL --cap-drop all --cap-add CAP_CHOWN --
	same "$output" 0000000000000001
}

@test "--cap-add works as user 0, too" {
	sets crannog run --uid 0 --gid 0 --cap-add CAP_CHOWN --
	same "$output" 0000000000000001
}

@test "--cap-add works without /dev, too" {
	sets "$OURS" --unshare-user --unshare-pid --cap-add CAP_CHOWN --ro-bind / / --proc /proc
	same "$output" 0000000000000001
}

@test "a capability that was added can be used" {
	run -0 crannog run --cap-add CAP_SYS_CHROOT -- chroot / echo there
	same "$output" there
}

@test "with all capabilities the program still cannot change what it was shown" {
	mkdir hidden
	touch hidden/secret
	run -0 crannog run --cap-add ALL --bind hidden /tmp/hidden --mask /tmp/hidden -- sh -c '
		umount /tmp/hidden || mount -o remount,bind,rw /usr || mount -o remount,rw /usr || echo refused'
	says refused
}

@test "an unknown capability is an error" {
	run -125 crannog run --cap-add CAP_NOPE -- true
	same "$output" "crannog: --cap-add: unknown cap: CAP_NOPE"
}

@test "nothing of pid 1 can be read" {
	pid_1_is_closed crannog run --
}

@test "nothing of pid 1 can be read as user 0" {
	pid_1_is_closed crannog run --uid 0 --gid 0 --
}

@test "nothing of pid 1 can be read with all capabilities" {
	pid_1_is_closed crannog run --cap-add ALL --
}

@test "nothing of pid 1 can be read with all capabilities as user 0" {
	pid_1_is_closed crannog run --uid 0 --gid 0 --cap-add ALL --
}

@test "nothing of pid 1 can be read as bwrap" {
	pid_1_is_closed "$OURS" --unshare-pid --ro-bind / / --proc /proc
}

@test "nothing of pid 1 can be read as bwrap with all capabilities" {
	pid_1_is_closed "$OURS" --unshare-pid --ro-bind / / --proc /proc --dev /dev --cap-add ALL
}

@test "nothing of pid 1 can be read as bwrap with all capabilities and no /dev" {
	pid_1_is_closed "$OURS" --unshare-user --unshare-pid --ro-bind / / --proc /proc --cap-add ALL
}

@test "pid 1 cannot be traced" {
	command -v strace >/dev/null || skip "strace is not installed"
	run ! crannog run -- timeout 5 strace -p 1
	says "Operation not permitted"
}

@test "pid 1 cannot be traced with all capabilities" {
	command -v strace >/dev/null || skip "strace is not installed"
	run ! crannog run --cap-add ALL -- timeout 5 strace -p 1
	says "Operation not permitted"
}

@test "pid 1 cannot be killed from inside" {
	run -0 crannog run -- sh -c 'kill -KILL 1; kill -TERM 1; echo alive'
	says alive
}

@test "the command line of pid 1 does not tell what was bound" {
	mkdir very-private-name
	run -0 crannog run --bind very-private-name /mnt -- cat /proc/1/cmdline
	says_not very-private-name
}

@test "after --clearenv the caller's environment is nowhere inside" {
	export HIDDEN=very-private-value
	run -0 "$OURS" --unshare-pid --ro-bind / / --proc /proc --clearenv sh -c 'cat /proc/*/environ; env'
	says_not very-private-value
}

@test "a process outside cannot be read from a user namespace in the same pid namespace" {
	run -0 "$OURS" --ro-bind / / sh -c 'cat /proc/$PPID/environ && echo read; echo looked'
	says looked
	says_not read
}
