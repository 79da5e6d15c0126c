#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# label.bats - SELinux labels, where there is SELinux

load ../lib

setup() {
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	[[ ! -e /sys/fs/selinux/enforce ]] || skip "SELinux is on: these are for machines without it"
}

@test "--exec-label without SELinux is an error, and the program does not run" {
	run -125 crannog run --exec-label some_label -- echo started
	same "$output" "crannog: --exec-label: labeling not supported on this system"
}

@test "--file-label without SELinux is an error, and the program does not run" {
	run -125 crannog run --file-label some_label -- echo started
	same "$output" "crannog: --file-label: labeling not supported on this system"
}

@test "as bwrap, too" {
	run -1 "$OURS" --exec-label some_label --ro-bind / / echo started
	same "$output" "bwrap: labeling not supported on this system"
	run -1 "$OURS" --file-label some_label --ro-bind / / echo started
	same "$output" "bwrap: labeling not supported on this system"
}
