# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# lib.bash - what every test file loads: `load ../lib`
#
# CRANNOG  the program under test (set by make check; the build tree's by default)
# OURS     the same program under the name `bwrap`
# Each test runs in an empty folder of its own below $BATS_TEST_TMPDIR, as an ordinary user.

bats_require_minimum_version 1.5.0

setup_file() {
	ours_make
}

ours_make() {
	: "${CRANNOG:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/crannog}"
	OURS=$BATS_FILE_TMPDIR/bin/bwrap
	mkdir -p "$BATS_FILE_TMPDIR/bin"
	ln -sf "$CRANNOG" "$OURS"
	ln -sf "$CRANNOG" "$BATS_FILE_TMPDIR/bin/crannog"
	export CRANNOG OURS
}

setup() {
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
}

crannog() {
	"$CRANNOG" "$@"
}

# Fails unless the last output holds the text.
says() {
	[[ $output == *"$1"* ]] && return
	printf 'expected to find: %s\nin: %s\n' "$1" "$output" >&2
	return 1
}

# Fails if the last output holds the text.
says_not() {
	[[ $output != *"$1"* ]] && return
	printf 'expected not to find: %s\nin: %s\n' "$1" "$output" >&2
	return 1
}

# Fails unless both words are the same; prints both when not.
same() {
	[[ $1 == "$2" ]] && return
	printf 'expected: %s\nfound:    %s\n' "$2" "$1" >&2
	return 1
}

# The last output on one line, one blank between the words.
flat() {
	local words
	read -r -d '' -a words <<<"$output" || true
	printf '%s\n' "${words[*]}"
}
