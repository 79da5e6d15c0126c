#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016,SC2030,SC2031 # the text is for the shell inside; tests are subshells
#
# signals.bats - a signal sent to the launcher is one sent to the program

load ../lib
load life

teardown() {
	life_teardown
}

# Perl: catches every signal and writes its number on 9, the word "up" first.
RECORD='use POSIX; open O, ">&=9"; syswrite O, "up\n" if 64 == grep {
		my $n = $_;
		$n =~ /^(9|19|32|33)$/ || sigaction($n, POSIX::SigAction->new(sub { syswrite O, "$n\n" }))
	} 1 .. 64;
	pause while 1'

# Sends every signal that can be caught to the launcher; each must reach the program once.
every_signal_arrives() {
	local line missing=
	for n in {1..64}; do
		case $n in 9 | 19 | 32 | 33) continue ;; esac
		kill "-$n" "$LAUNCHER"
		read -r -t 3 -u 7 line || line=nothing
		[[ $line == "$n" ]] || missing+="$n: $line; "
	done
	same "$missing" ""
	lives_on
}

@test "every signal reaches the program" {
	start run -- perl -e "$RECORD"
	every_signal_arrives
}

@test "every signal reaches the program, with --keep-session" {
	start run --keep-session -- perl -e "$RECORD"
	every_signal_arrives
}

@test "every signal reaches the program, with --as-pid-1" {
	start run --as-pid-1 -- perl -e "$RECORD"
	every_signal_arrives
}

@test "every signal reaches the program, as user 0 with capabilities" {
	start run --uid 0 --gid 0 --cap-add ALL -- perl -e "$RECORD"
	every_signal_arrives
}

@test "a signal that ends the program gives 128 and its number" {
	for n in 1 2 3 6 8 10 12 13 14 15 34 64; do
		start run -- sh -c 'echo up >&9; exec sleep 30'
		kill "-$n" "$LAUNCHER"
		ended_with "$((128 + n))"
	done
}

@test "a program that catches a signal decides itself" {
	start run -- sh -c 'trap "exit 5" TERM; echo up >&9; while :; do sleep 0.05; done'
	kill -TERM "$LAUNCHER"
	ended_with 5
	all_gone
}

@test "a signal that the caller ignores does nothing" {
	trap '' HUP
	start run -- sh -c 'echo up >&9; exec sleep 30'
	trap - HUP
	kill -HUP "$LAUNCHER"
	lives_on
}

@test "a signal does not reach what else runs inside" {
	start run -- bash -c 'bash -c "trap \"echo child >&9\" USR1; while :; do sleep 0.05; done" &
		trap "echo program >&9" USR1; echo up >&9; while :; do sleep 0.05; done'
	kill -USR1 "$LAUNCHER"
	read -r -t 5 -u 7 line
	same "$line" program
	run ! timeout 0.3 grep child <&7
}

# Holds the program back with --block-fd.
start_blocked() {
	mkfifo alive go
	env --default-signal=INT "$CRANNOG" run --block-fd 8 --keep-fd 9 "$@" -- sleep 30 8<>go 9>alive 3>&- &
	LAUNCHER=$!
	exec 7<alive
	sleep 0.2
}

@test "SIGUSR1 before the program starts ends the launch, and nothing is left" {
	start_blocked
	kill -USR1 "$LAUNCHER"
	ended_with 138
	timeout 5 cat <&7
}

@test "SIGTERM before the program starts ends the launch, and nothing is left" {
	start_blocked --uid 0 --gid 0
	kill -TERM "$LAUNCHER"
	ended_with 143
	timeout 5 cat <&7
}

@test "SIGINT before the program starts ends the launch, and nothing is left" {
	start_blocked --as-pid-1
	kill -INT "$LAUNCHER"
	ended_with 130
	timeout 5 cat <&7
}

@test "SIGCHLD and SIGWINCH before the program starts do nothing" {
	start_blocked
	kill -CHLD "$LAUNCHER"
	kill -WINCH "$LAUNCHER"
	kill -CONT "$LAUNCHER"
	lives_on
	kill -TERM "$LAUNCHER"
}

@test "a signal at any moment of the start never gets lost" {
	mkfifo alive
	for n in {1..25}; do
		"$CRANNOG" run --keep-fd 9 -- sleep 30 9>alive 3>&- &
		LAUNCHER=$!
		exec 7<alive
		sleep "0.00$n"
		kill -TERM "$LAUNCHER"
		ended_with 143
		timeout 5 cat <&7
		exec 7<&-
	done
}

@test "SIGSTOP of the program stops the launcher, SIGCONT of the launcher resumes it" {
	start run --keep-session -- bash -c 'trap "echo resumed >&9" CONT
		echo up >&9; kill -STOP $$; echo after >&9; sleep 30'
	for _ in {1..100}; do
		[[ $(ps -o stat= -p "$LAUNCHER") != T* ]] || break
		sleep 0.05
	done
	same "$(ps -o stat= -p "$LAUNCHER" | cut -c1)" T
	kill -CONT "$LAUNCHER"
	read -r -t 5 -u 7 line
	[[ $line == resumed || $line == after ]]
}

@test "the exit status comes through" {
	for code in 0 1 2 77 125 126 127 255; do
		run "-$code" crannog run -- sh -c 'exit "$1"' sh "$code"
	done
}
