#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# scratch.bats - what the sandbox keeps for its own use is never seen inside or on the host

load ../lib

@test "data passed by descriptor leaves no file on the host" {
	mkdir tmp
	TMPDIR=$PWD/tmp run -0 crannog run --bind-data 9 /tmp/x --ro-bind-data 8 /tmp/y -- cat /tmp/x /tmp/y 8<<<one 9<<<two
	same "$(find .)" $'.\n./tmp'
}

@test "many files with data, each with its own" {
	options=()
	for n in {1..20}; do
		exec {fd}<<<"data $n"
		options+=(--ro-bind-data "$fd" "/tmp/x$n")
	done
	run -0 crannog run "${options[@]}" -- cat /tmp/x1 /tmp/x10 /tmp/x20
	same "$output" $'data 1\ndata 10\ndata 20'
}

@test "the place where contents are kept is not mounted inside" {
	mkdir low
	run -0 crannog run --bind-data 9 /tmp/x --overlay-src low --tmp-overlay /tmp/y -- \
		awk '$9 == "tmpfs" || $8 == "tmpfs" { print $4, $5 }' /proc/self/mountinfo 9<<<hello
	same "$(sed -n 's,^/ ,,p' <<<"$output" | sort | xargs)" "/ /dev /home /run /tmp /var/tmp"
}

@test "what one --tmp-overlay holds is found nowhere else" {
	mkdir low
	run -0 crannog run --overlay-src low --tmp-overlay /tmp/y -- sh -c 'touch /tmp/y/very-special-name
		find / -name very-special-name 2>/dev/null || true'
	same "$output" /tmp/y/very-special-name
}

@test "large data" {
	head -c 3000000 /dev/urandom >big
	run -0 crannog run --ro-bind-data 9 /tmp/big -- sha256sum /tmp/big 9<big
	same "${output%% *}" "$(sha256sum <big | cut -d' ' -f1)"
}

@test "as bwrap with a root that is bound" {
	run -0 "$OURS" --ro-bind / / --tmpfs /tmp --ro-bind-data 9 /tmp/x cat /tmp/x 9<<<hello
	same "$output" hello
}
