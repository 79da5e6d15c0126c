# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2034
#
# kept.bash - what the tests of `crannog rootfs` and `crannog layer` share: after ../lib and
# ../roots/roots, whose tiny root and drivers they use. Each test has data of its own.

setup() {
	needs_ranges
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	export XDG_DATA_HOME=$PWD/data XDG_CACHE_HOME=$PWD/cache
	ROOTS=$XDG_DATA_HOME/crannog/roots
	LAYERS=$XDG_DATA_HOME/crannog/layers
	tiny_root tiny
	mkdir tiny/data
	for name in one two three; do
		echo "$name" >"tiny/data/$name"
	done
	mkdir tiny/data/full
	echo inner >tiny/data/full/inner
	chmod 755 . "$BATS_TEST_TMPDIR"
}

teardown() {
	remove_as_root "$BATS_TEST_TMPDIR/work"
}

# in_layer NAME COMMAND...: over the root tiny, a folder, in that layer.
in_layer() {
	local name=$1
	shift
	crannog run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs ./tiny --layer "$name" -- "$@"
}

# background COMMAND...: the same in the layer work, with the launcher as $!, and what it says in
# the file `said`, where this waits for something.
background() {
	"$CRANNOG" run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs ./tiny --layer work -- "$@" >said 3>&- &
	wait_for 10 test -s said
}

# What of a shelf nobody is to see: begun or half removed.
unfinished() {
	find "$XDG_DATA_HOME/crannog" -mindepth 2 -maxdepth 2 -name '.*' 2>/dev/null
}

# kills SECONDS CHECK WORD...: kills crannog with these words at ever later moments, until it was
# fast enough to end; CHECK, a function, is called after each. Sets KILLS.
kills() {
	local limit=$1 check=$2 delay=0 pid code
	shift 2

	KILLS=0
	for ((;;)); do
		"$CRANNOG" "$@" 3>&- >/dev/null 2>&1 &
		pid=$!
		sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
		kill -KILL $pid 2>/dev/null || true
		code=0
		wait $pid 2>/dev/null || code=$?
		((code == 137)) || break # it was done, or found that an earlier one had been
		KILLS=$((KILLS + 1))
		"$check"
		delay=$((delay + 1 + delay / 12))
		((delay < limit * 1000)) || { echo "never done in $limit s" >&2 && return 1; }
	done
	"$check"
	echo "# killed $KILLS times: crannog $1 $2" >&3
}
