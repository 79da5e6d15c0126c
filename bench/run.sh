#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# run.sh - what `make bench` prints: crannog, bubblewrap and the floor side by side
#
# CRANNOG, FLOOR, INTERLEAVE  the programs (the build tree's by default)
# BWRAP                       bubblewrap; without it its columns stay empty
# RUNS                        rounds of the first table
#
# All of it runs as an ordinary user. Within a table the programs take turns, so the ratios mean
# more than the times; nothing is judged here and the exit code is 0.

set -euo pipefail

: "${CRANNOG:=./crannog}" "${FLOOR:=bench/floor}" "${INTERLEAVE:=bench/interleave}"
: "${BWRAP:=/usr/bin/bwrap}" "${RUNS:=300}"

# Both programs get these words: the view that floor.c has built in.
STANDARD="--unshare-all --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib
	--symlink usr/lib64 /lib64 --proc /proc --dev /dev --tmpfs /tmp"

prepare() {
	local name

	for name in CRANNOG FLOOR INTERLEAVE; do
		[[ -x ${!name} ]] || { echo "run.sh: no program at $name=${!name}" >&2; exit 1; }
		printf -v "$name" %s "$(realpath "${!name}")"
	done
	[[ -x $BWRAP ]] || BWRAP=
	DIR=$(mktemp -d)
	trap 'rm -rf "$DIR"' EXIT
	cd "$DIR"
	mkdir source
	ln -s "$CRANNOG" bwrap
	AS_BWRAP=$DIR/bwrap
}

# words PROGRAM OPTION... - a command line for interleave, which splits at blanks.
words() {
	tr -s '\t\n ' ' ' <<<"$*"
}

# measure ROUNDS COMMAND... - sets MEDIAN and FASTEST, arrays in microseconds, in that order.
measure() {
	local line lines

	MEDIAN=() FASTEST=()
	lines=$("$INTERLEAVE" "$@")
	while read -ra line; do
		MEDIAN+=("${line[0]}") FASTEST+=("${line[3]}")
	done <<<"$lines"
}

# ratio A B - A / B with two digits.
ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

ms() {
	awk -v us="$1" 'BEGIN { printf "%.2f", us / 1000 }'
}

start_times() {
	local names=(floor "crannog as bwrap" "crannog run") i
	local commands=("$FLOOR true" "$(words "$AS_BWRAP" "$STANDARD" true)" "$CRANNOG run -- true")

	if [[ $BWRAP ]]; then
		names+=(bwrap)
		commands+=("$(words "$BWRAP" "$STANDARD" true)")
	fi
	measure "$RUNS" "${commands[@]}"
	echo "Start and end of the standard sandbox, $RUNS rounds (targets: 0.60 of bwrap, 1.25 of floor)"
	echo
	printf '%-18s %12s %12s %9s %9s\n' "" "median ms" "fastest ms" "of bwrap" "of floor"
	for i in "${!names[@]}"; do
		printf '%-18s %12s %12s %9s %9s\n' "${names[i]}" "$(ms "${MEDIAN[i]}")" \
			"$(ms "${FASTEST[i]}")" "$([[ ! $BWRAP ]] || ratio "${MEDIAN[i]}" "${MEDIAN[3]}")" \
			"$(ratio "${MEDIAN[i]}" "${MEDIAN[0]}")"
	done
	echo
}

# binds PROGRAM COUNT - the standard sandbox and so many binds more.
binds() {
	local i all=

	for ((i = 0; i < $2; i++)); do
		all+=" --ro-bind source /b/$i"
	done
	words "$1" "$STANDARD" "$all" true
}

bind_times() {
	local count rounds ours=() theirs=()

	echo "More read-only binds (targets: at 1000, 50 times as fast; linear)"
	echo
	printf '%8s %8s %12s %12s %9s\n' binds rounds "crannog ms" "bwrap ms" times
	for count in 10 100 1000 3000; do
		rounds=$((count > 100 ? 5 : 30))
		if [[ $BWRAP ]] && ((count < 3000)); then
			measure $rounds "$(binds "$AS_BWRAP" $count)" "$(binds "$BWRAP" $count)"
			theirs[count]=${MEDIAN[1]}
			printf '%8s %8s %12s %12s %9s\n' $count $rounds "$(ms "${MEDIAN[0]}")" \
				"$(ms "${MEDIAN[1]}")" "$(ratio "${MEDIAN[1]}" "${MEDIAN[0]}")"
		else
			measure $rounds "$(binds "$AS_BWRAP" $count)"
			printf '%8s %8s %12s\n' $count $rounds "$(ms "${MEDIAN[0]}")"
		fi
		ours[count]=${MEDIAN[0]}
	done
	printf '%-17s %12s %12s\n\n' "1000 / 100" "$(ratio "${ours[1000]}" "${ours[100]}")" \
		"$([[ ! $BWRAP ]] || ratio "${theirs[1000]}" "${theirs[100]}")"
	[[ ! $BWRAP ]] || echo "(bwrap takes 9000 words at most, which 3000 binds exceed.)"
	echo
}

# kib private|pss PID - of the process. Where that is not ours to read, as in a pid 1 that is hidden
# from the program inside, the anonymous memory, which anybody may see, stands for both.
kib() {
	local what=^Private

	[[ $1 == private ]] || what=^Pss:
	{ awk -v what=$what '$1 ~ what { sum += $2 } END { print sum }' "/proc/$2/smaps_rollup" ||
		awk '/^RssAnon/ { print $2 "*" }' "/proc/$2/status"; } 2>/dev/null
}

# memory NAME COMMAND... - of the launcher and of pid 1 while the program sleeps.
memory() {
	local name=$1 launcher init tries=0
	shift

	"$@" &
	launcher=$!
	until init=$(pgrep -P $launcher | head -1) && pgrep -P "${init:-0}" sleep >/dev/null; do
		((tries++ < 100)) || { echo "$name: does not start"; break; }
		sleep 0.05
	done
	printf '%-18s %12s %12s %12s %12s\n' "$name" "$(kib private $launcher)" "$(kib pss $launcher)" \
		"$(kib private "${init:-0}")" "$(kib pss "${init:-0}")"
	kill -KILL "${init:-$launcher}" 2>/dev/null || true
	wait $launcher 2>/dev/null || true
}

memories() {
	echo "Memory of the waiting processes, KiB (target: 1536 private for both)"
	echo
	printf '%-18s %12s %12s %12s %12s\n' "" launcher "(pss)" "pid 1" "(pss)"
	# shellcheck disable=SC2086 # options are words
	memory "crannog as bwrap" "$AS_BWRAP" $STANDARD sleep 30
	memory "crannog run" "$CRANNOG" run -- sleep 30
	# shellcheck disable=SC2086
	[[ ! $BWRAP ]] || memory bwrap "$BWRAP" $STANDARD sleep 30
	echo
	echo "(* anonymous memory: the rest is not shown to the user)"
	echo
}

# calls NAME COMMAND... - how many system calls, the program's own included.
calls() {
	local name=$1
	shift

	strace -f -c -o counts "$@"
	printf '%-18s %12s\n' "$name" "$(awk '/^ *[0-9]/ && $NF != "total" { sum += $4 } END { print sum }' counts)"
}

system_calls() {
	echo "System calls of the standard sandbox, those of true(1) included"
	echo
	if ! type -P strace >/dev/null; then
		echo "strace is not installed"
		return
	fi
	calls floor "$FLOOR" true
	# shellcheck disable=SC2086 # options are words
	calls "crannog as bwrap" "$AS_BWRAP" $STANDARD true
	calls "crannog run" "$CRANNOG" run -- true
	# shellcheck disable=SC2086
	[[ ! $BWRAP ]] || calls bwrap "$BWRAP" $STANDARD true
}

prepare
echo "$("$CRANNOG" version), ${BWRAP:+$("$BWRAP" --version), }Linux $(uname -r), $(nproc) CPUs"
echo
start_times
bind_times
memories
system_calls
