#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# exit_codes.bats - the program's own, 128 and a signal, and 125 to 127 for what we could not do

load ../lib

@test "the program's exit code" {
	for code in 0 1 2 42 124 125 126 127 128 255; do
		run "-$code" crannog run -- sh -c 'exit "$1"' sh "$code"
	done
}

@test "the program's exit code without a reaper" {
	for code in 0 42 255; do
		run "-$code" crannog run --as-pid-1 -- sh -c 'exit "$1"' sh "$code"
	done
}

@test "128 and the signal that ended the program" {
	for signal in HUP:1 INT:2 ABRT:6 KILL:9 SEGV:11 PIPE:13 TERM:15; do
		run "-$((128 + ${signal#*:}))" crannog run -- sh -c 'ulimit -c 0; kill -"$1" $$' sh "${signal%:*}"
	done
}

@test "the exit code of the program counts, not that of what it leaves" {
	run -3 crannog run -- sh -c 'sh -c "sleep 0.1; exit 9" & exit 3'
}

@test "125: the command line is wrong" {
	run -125 crannog run --nope
	run -125 crannog run --bind
	run -125 crannog nope
	run -125 crannog
}

@test "125: the sandbox cannot be made" {
	run -125 crannog run --bind /not/there /x -- true
	run -125 crannog run --chdir /not/there -- true
	run -125 crannog run --lock-file /not/there -- true
	run -125 crannog run --seccomp 9 -- true 9</dev/null
}

@test "126: the program cannot be executed" {
	echo text >file
	echo text >script
	chmod +x script
	run -126 crannog run --bind . /w -- /w/file
	run -126 crannog run --bind . /w -- /w/script
	run -126 crannog run -- /usr
}

@test "126: the loader of the program is missing" {
	run -126 crannog run --bare --ro-bind "$(type -P true)" /true -- /true
}

@test "127: there is no such program" {
	run -127 crannog run -- no-such-program
	run -127 crannog run -- /no/such/program
	run -127 crannog run --bare -- sh
}

@test "126 and 127 without a reaper" {
	run -126 crannog run --as-pid-1 -- /usr
	run -127 crannog run --as-pid-1 -- no-such-program
}

@test "126 and 127 as user 0 and with capabilities" {
	run -126 crannog run --uid 0 --gid 0 --cap-add ALL -- /usr
	run -127 crannog run --uid 0 --gid 0 --cap-add ALL -- no-such-program
}

@test "as bwrap: 1 for all that" {
	run -1 "$OURS" --nope
	run -1 "$OURS"
	run -1 "$OURS" --ro-bind / / /usr
	run -1 "$OURS" --ro-bind / / no-such-program
	run -1 "$OURS" --ro-bind / / --bind /not/there /x true
}

@test "0: help and version" {
	run -0 crannog --help
	run -0 crannog --version
	run -0 crannog run --help
	run -0 crannog run --version
	run -0 "$OURS" --help
	run -0 "$OURS" --version
}
