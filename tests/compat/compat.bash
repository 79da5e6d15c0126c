# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# compat.bash - the same command under the distribution's bwrap and under ours
#
# A test hands `both` one piece of shell text in which `bwrap` is a command; twice.bash runs it under
# either program and compares everything a user could notice. What the text may use is told there.
#
# BWRAP    the program to compare with (/usr/bin/bwrap)
# CRANNOG  ours; CRANNOG=/usr/bin/bwrap compares bwrap with itself and so tests the battery alone

# shellcheck source=../lib.bash
source "$BATS_TEST_DIRNAME/../lib.bash"

: "${BWRAP:=/usr/bin/bwrap}"
export BWRAP
HERE=$BATS_TEST_DIRNAME

setup_file() {
	ours_make
	MODEL=$BATS_FILE_TMPDIR/model
	HOST_NS=$(stat -c %N /proc/self/ns/* | sed "s/.*-> //; s/'//g" | tr '\n' ' ')
	export MODEL HOST_NS
}

# both [-CODE] TEXT: fails unless both programs did the same, and the distribution's bwrap ended with
# CODE (default 0; so that a typing error in a test is not an equal failure of both). Leaves what the
# distribution's bwrap wrote in $output, for `says`.
both() {
	local want=0
	if [[ $1 == -[0-9]* ]]; then
		want=${1#-}
		shift
	fi
	[[ -x $BWRAP ]] || skip "no bwrap to compare with"
	bash "$HERE/twice.bash" both "$want" "$1" || return 1
	output=$(tr -d '\0' <../said)
}

# both_but_parents [-CODE] TEXT: the same, but folders made on the way to a destination may have mode
# 0700 or 0755: those of bubblewrap 0.8 have the one, those of 0.11 and ours the other.
both_but_parents() {
	PARENTS=1 both "$@"
}

# ours [-CODE] TEXT: the same for our program alone; the test then says what it expects of $output,
# $stdout, $stderr and the folder.
ours() {
	local want=0
	if [[ $1 == -[0-9]* ]]; then
		want=${1#-}
		shift
	fi
	bash "$HERE/twice.bash" ours "$want" "$1" || return 1
	stdout=$(<../out)
	stderr=$(<../err)
	# shellcheck disable=SC2034 # for `says`
	output=$stdout$stderr
}

# mount_line POINT: the line that `probe mounts` printed for a mount point.
mount_line() {
	grep -E "^mount ([^ ]+ ){4}$1 " <<<"$stdout" | tail -n 1
}
