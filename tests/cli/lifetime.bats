#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016,SC2030,SC2031,SC2094 # the text is for the shell inside; tests are subshells
#
# lifetime.bats - what ends with what, and what tells of it

load ../lib
load life

ROOT=(--dev-bind / /)

teardown() {
	life_teardown
}

# --- the program ends ---

@test "what the program leaves running ends with it" {
	start run -- sh -c 'sleep 30 & echo up >&9; exit 3'
	ended_with 3
	all_gone
}

@test "when run returns, everything has ended" {
	start run -- sh -c 'for i in 1 2 3 4 5; do setsid sh -c "trap : TERM HUP; sleep 30" & done; echo up >&9'
	wait "$LAUNCHER"
	run -0 timeout 0.2 cat <&7
	has_ended "$INIT"
}

@test "as bwrap, what the program leaves running goes on" {
	start bwrap --unshare-pid "${ROOT[@]}" -- sh -c '{ sleep 0.5; echo later >&9; } & echo up >&9'
	wait "$LAUNCHER"
	read -r -t 5 -u 7 line
	same "$line" later
	all_gone
}

# --- something is killed ---

@test "run: SIGKILL of the launcher ends everything" {
	start run -- sh -c 'setsid sleep 30 & sleep 30 & echo up >&9; sleep 30'
	kill -KILL "$LAUNCHER"
	all_gone
}

@test "run --as-pid-1: SIGKILL of the launcher ends everything" {
	start run --as-pid-1 -- sh -c 'setsid sleep 30 & echo up >&9; sleep 30'
	kill -KILL "$LAUNCHER"
	all_gone
}

@test "run with all capabilities: SIGKILL of the launcher ends everything" {
	start run --cap-add ALL -- sh -c 'setsid sleep 30 & echo up >&9; sleep 30'
	kill -KILL "$LAUNCHER"
	all_gone
}

@test "run --uid 0 --gid 0: SIGKILL of the launcher ends everything" {
	start run --uid 0 --gid 0 -- sh -c 'setsid sleep 30 & echo up >&9; sleep 30'
	kill -KILL "$LAUNCHER"
	all_gone
}

@test "bwrap --die-with-parent: SIGKILL of the launcher ends everything" {
	start bwrap --die-with-parent --unshare-pid "${ROOT[@]}" -- sh -c 'setsid sleep 30 & echo up >&9; sleep 30'
	kill -KILL "$LAUNCHER"
	all_gone
}

@test "bwrap --die-with-parent --as-pid-1: SIGKILL of the launcher ends everything" {
	start bwrap --die-with-parent --unshare-pid --as-pid-1 "${ROOT[@]}" -- sh -c 'sleep 30 & echo up >&9; sleep 30'
	kill -KILL "$LAUNCHER"
	all_gone
}

@test "bwrap --die-with-parent without a pid namespace: SIGKILL of the launcher ends the program" {
	start bwrap --die-with-parent "${ROOT[@]}" -- sh -c 'echo up >&9; exec sleep 30'
	kill -KILL "$LAUNCHER"
	all_gone
}

@test "bwrap without --die-with-parent: the program goes on without the launcher" {
	start bwrap --unshare-pid "${ROOT[@]}" -- sh -c 'echo up >&9; exec sleep 30'
	kill -KILL "$LAUNCHER"
	lives_on
}

# under_parent VERB OPTION... -- COMMAND...: as start, with a shell, $PARENT, between us and the launcher
under_parent() {
	local verb=$1
	shift
	mkfifo alive
	bash -c '"$@" & echo $! >launcher; wait' bash "$CRANNOG" "$verb" --info-fd 8 "$@" 8>info 9>alive 3>&- &
	PARENT=$!
	exec 7<alive
	read -r -t 10 -u 7 _
	LAUNCHER=$(<launcher)
	INIT=$(sed -n 's/.*"child-pid": \([0-9]*\).*/\1/p' info)
}

@test "run --die-with-parent: SIGKILL of the caller ends everything" {
	under_parent run --die-with-parent --keep-fd 9 -- sh -c 'sleep 30 & echo up >&9; sleep 30'
	kill -KILL "$PARENT"
	all_gone
}

@test "bwrap --die-with-parent: SIGKILL of the caller ends everything" {
	under_parent bwrap --die-with-parent --unshare-pid "${ROOT[@]}" -- sh -c 'sleep 30 & echo up >&9; sleep 30'
	kill -KILL "$PARENT"
	all_gone
}

@test "run: SIGKILL of the launcher at any moment leaves nothing" {
	mkfifo alive
	for n in {1..25}; do
		"$CRANNOG" run --keep-fd 9 -- sleep 30 9>alive 3>&- &
		LAUNCHER=$!
		exec 7<alive
		sleep "0.00$n"
		kill -KILL "$LAUNCHER"
		timeout 5 cat <&7
		exec 7<&-
	done
}

@test "pid 1 killed from outside: 137, and nothing is left" {
	start run -- sh -c 'sleep 30 & echo up >&9; sleep 30'
	kill -KILL "$INIT"
	ended_with 137
	all_gone
}

@test "SIGTERM of the launcher ends everything" {
	start run -- sh -c 'setsid sleep 30 & echo up >&9; exec sleep 30'
	kill -TERM "$LAUNCHER"
	ended_with 143
	all_gone
}

# --- --sync-fd ---

@test "--sync-fd stays open until the last one has ended" {
	mkfifo sync
	"$OURS" --unshare-pid "${ROOT[@]}" --sync-fd 8 sh -c '{ sleep 0.6; touch last; } >&- 2>&- &' 8>sync 3>&- &
	cat sync
	test -e last
}

@test "--sync-fd is not given to the program" {
	run ! "$OURS" --unshare-pid "${ROOT[@]}" --sync-fd 8 sh -c 'echo x >&8' 8>sync
}

# --- --lock-file ---

# Perl: locks the file for writing, if nobody holds a lock on it; see fcntl(2).
LOCK='use Fcntl; open F, "+<", shift or die "$!"; my $lock = pack "s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0;
	my $free = fcntl F, F_SETLK, $lock;'

# Succeeds if nobody holds a lock on the file.
is_free() {
	perl -e "$LOCK"'exit !$free' "$1"
}

@test "--lock-file is locked while the program runs, and free after" {
	touch lock
	start run --bind . /w --lock-file /w/lock -- sh -c 'echo up >&9; sleep 30'
	run ! is_free lock
	kill -TERM "$LAUNCHER"
	all_gone
	is_free lock
}

@test "--lock-file is locked before the program's first instruction" {
	touch lock
	for _ in {1..10}; do
		run ! "$OURS" --unshare-pid "${ROOT[@]}" --lock-file "$PWD/lock" \
			perl -e "$LOCK"'exit !$free' "$PWD/lock"
	done
}

@test "as bwrap, --lock-file is locked until the last one has ended" {
	touch lock
	start bwrap --unshare-pid "${ROOT[@]}" --lock-file "$PWD/lock" -- sh -c 'sleep 1 & echo up >&9'
	wait "$LAUNCHER"
	run ! is_free lock
	all_gone
	is_free lock
}

@test "--lock-file without a pid namespace" {
	touch lock
	start bwrap "${ROOT[@]}" --lock-file "$PWD/lock" -- sh -c 'echo up >&9; exec sleep 0.5'
	run ! is_free lock
	all_gone
	is_free lock
}

@test "several lock files are all locked" {
	touch one two
	start run --bind . /w --lock-file /w/one --lock-file /w/two -- sh -c 'echo up >&9; sleep 30'
	run ! is_free one
	run ! is_free two
}

@test "a lock file that is not there is an error" {
	run -125 crannog run --lock-file /not/there -- echo started
	same "$output" "crannog: --lock-file: cannot open lock file /not/there: No such file or directory" ||
		says "/not/there: No such file or directory"
	says_not started
}

@test "a lock file that somebody has locked for writing is an error" {
	touch lock
	coproc perl -e "$LOCK"'$| = 1; print "$free\n"; sleep 30' lock 3>&-
	PARENT=$COPROC_PID
	read -r _ <&"${COPROC[0]}"
	run -125 timeout 5 "$CRANNOG" run --bind . /w --lock-file /w/lock -- echo started
	says "/w/lock: Resource temporarily unavailable"
	says_not started
}

# --- --block-fd ---

@test "--block-fd holds the program back until there is something to read" {
	mkfifo go
	"$CRANNOG" run --bind . /w --block-fd 8 -- touch /w/started 8<>go 3>&- &
	LAUNCHER=$!
	sleep 0.3
	test ! -e started
	echo >go
	wait "$LAUNCHER"
	test -e started
}

@test "--block-fd lets go at the end of file" {
	run -0 timeout 5 "$CRANNOG" run --block-fd 8 -- echo started 8</dev/null
	same "$output" started
}

@test "a launcher killed while --block-fd holds leaves nothing" {
	mkfifo go alive
	"$OURS" --unshare-pid "${ROOT[@]}" --block-fd 8 sleep 30 8<>go 9>alive 3>&- &
	LAUNCHER=$!
	exec 7<alive
	sleep 0.2
	kill -KILL "$LAUNCHER"
	timeout 5 cat <&7
}

@test "the id maps can be written by the caller" {
	mkfifo go info
	"$OURS" --unshare-user --userns-block-fd 8 --info-fd 9 "${ROOT[@]}" sh -c 'id -u; id -g' >out 8<>go 9>info 3>&- &
	LAUNCHER=$!
	child=$(sed -n 's/.*"child-pid": \([0-9]*\).*/\1/p' info)
	echo deny >"/proc/$child/setgroups"
	echo "7 $(id -u) 1" >"/proc/$child/uid_map"
	echo "8 $(id -g) 1" >"/proc/$child/gid_map"
	echo >go
	wait "$LAUNCHER"
	same "$(<out)" $'7\n8'
}

# --- --info-fd and --json-status-fd ---

@test "--info-fd tells the pid of pid 1 and the namespaces" {
	start run -- sh -c 'echo up >&9; sleep 30'
	same "$(jq -r 'keys_unsorted | join(" ")' info)" \
		"child-pid cgroup-namespace ipc-namespace mnt-namespace net-namespace pid-namespace uts-namespace"
	for kind in cgroup ipc mnt net pid uts; do
		same "$(jq ".\"$kind-namespace\"" info)" "$(stat -Lc %i "/proc/$INIT/ns/$kind")"
	done
}

@test "--info-fd tells only of namespaces that are new" {
	start bwrap --unshare-ipc "${ROOT[@]}" -- sh -c 'echo up >&9; sleep 30'
	same "$(jq -r 'keys_unsorted | join(" ")' info)" "child-pid ipc-namespace mnt-namespace"
}

@test "--json-status-fd tells the same, and the exit code at the end" {
	run -7 crannog run --json-status-fd 9 -- sh -c 'exit 7' 9>status
	same "$(wc -l <status)" 2
	same "$(jq -rs '.[0] | keys_unsorted[0]' status)" child-pid
	same "$(tail -1 status)" '{ "exit-code": 7 }'
}

@test "--json-status-fd tells 128 and the signal" {
	run -137 crannog run --json-status-fd 9 -- sh -c 'kill -KILL $$' 9>status
	same "$(tail -1 status)" '{ "exit-code": 137 }'
}

@test "--json-status-fd tells no exit code of a program that did not start" {
	run -127 crannog run --json-status-fd 9 -- /not/there 9>status
	same "$(grep -c exit-code status)" 0
}

# A pipe that nobody reads, as 9.
broken_pipe() {
	mkfifo broken
	exec 6<>broken 9>broken 6<&-
}

# fails_at_once CODE TEXT COMMAND...
fails_at_once() {
	local code=$1 text=$2
	shift 2
	run "-$code" timeout 5 "$@"
	says "$text"
	says_not started
}

@test "--info-fd on a broken pipe is an error, at once" {
	broken_pipe
	fails_at_once 125 "Broken pipe" "$CRANNOG" run --info-fd 9 -- echo started
	fails_at_once 1 "Broken pipe" "$OURS" --info-fd 9 "${ROOT[@]}" echo started
}

@test "--json-status-fd on a broken pipe is an error, at once" {
	broken_pipe
	fails_at_once 125 "Broken pipe" "$CRANNOG" run --json-status-fd 9 -- echo started
	fails_at_once 1 "Broken pipe" "$OURS" --json-status-fd 9 "${ROOT[@]}" echo started
}

@test "--info-fd and --json-status-fd on a closed descriptor are errors" {
	for option in --info-fd --json-status-fd; do
		fails_at_once 125 "Bad file descriptor" "$CRANNOG" run "$option" 99 -- echo started
		fails_at_once 1 "Bad file descriptor" "$OURS" "$option" 99 "${ROOT[@]}" echo started
	done
}

@test "--info-fd and --json-status-fd on a full device are errors" {
	for option in --info-fd --json-status-fd; do
		fails_at_once 125 "No space left on device" "$CRANNOG" run "$option" 9 -- echo started 9>/dev/full
		fails_at_once 1 "No space left on device" "$OURS" "$option" 9 "${ROOT[@]}" echo started 9>/dev/full
	done
}

@test "after a broken status pipe nothing is left" {
	mkfifo alive
	broken_pipe
	"$OURS" --json-status-fd 9 --unshare-pid "${ROOT[@]}" sleep 30 8>alive 3>&- &
	LAUNCHER=$!
	exec 7<alive
	ended_with 1
	timeout 5 cat <&7
}

# --- the host afterwards ---

@test "afterwards the host has the same mounts, files and processes" {
	mounts=$(</proc/self/mountinfo)
	files=$(find . | sort)
	for options in "--tmpfs /tmp/x" "--mask /opt" "--uid 0 --gid 0" "--cap-add ALL" "--disable-userns" "--as-pid-1"; do
		# shellcheck disable=SC2086 # words
		start run $options -- sh -c 'sleep 30 & echo up >&9'
		wait "$LAUNCHER"
		all_gone
	done
	rm -f alive info
	same "$(</proc/self/mountinfo)" "$mounts"
	same "$(find . | sort)" "$files"
}

@test "a hundred sandboxes, many at a time" {
	for _ in {1..10}; do
		for n in {1..10}; do
			"$CRANNOG" run -- true 3>&- || echo "failed" &
		done
		wait
	done >failures 2>&1
	same "$(<failures)" ""
}
