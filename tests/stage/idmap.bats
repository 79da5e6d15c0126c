#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# idmap.bats - who is who inside

load ../lib

@test "the user keeps its own number and name" {
	run -0 crannog run -- id
	same "${output%% groups=*}" "$(id | sed 's/ groups=.*//')"
}

@test "--uid and --gid give other numbers" {
	run -0 crannog run --uid 0 --gid 77 -- sh -c 'id -u; id -g'
	same "$output" $'0\n77'
}

@test "--uid 0 --gid 0" {
	run -0 crannog run --uid 0 --gid 0 -- sh -c 'id -u; id -g'
	same "$output" $'0\n0'
}

@test "--uid takes large numbers" {
	run -0 crannog run --uid 2147483647 -- id -u
	same "$output" 2147483647
}

@test "the map holds one user and one group" {
	run -0 crannog run -- sh -c 'wc -l </proc/self/uid_map; wc -l </proc/self/gid_map; cat /proc/self/setgroups'
	same "$output" $'1\n1\ndeny'
}

@test "without /dev the map leads to the caller's own id" {
	run -0 "$OURS" --unshare-user --uid 5 --ro-bind / / cat /proc/self/uid_map
	same "$(flat)" "5 $(id -u) 1"
}

@test "files made inside are the caller's, whatever the number" {
	run -0 crannog run --uid 0 --gid 0 --bind . /w -- touch /w/new
	same "$(stat -c '%u %g' new)" "$(id -u) $(id -g)"
}

@test "the caller's files are the program's own" {
	touch have
	run -0 crannog run --uid 5 --gid 6 --bind . /w -- stat -c '%u %g' /w/have
	same "$output" "5 6"
}

@test "files of others belong to nobody" {
	run -0 crannog run -- stat -c %U /etc/passwd
	same "$output" nobody
}

@test "root's secrets stay unreadable as user 0" {
	run ! crannog run --uid 0 --gid 0 -- cat /etc/shadow
	says "Permission denied"
}

@test "the program cannot change ids" {
	run ! crannog run --uid 0 --gid 0 --cap-add ALL -- sh -c 'touch /tmp/x && chown 5 /tmp/x'
	says "Invalid argument"
}

@test "a bad --uid is an error" {
	for bad in -1 x 1x '' 99999999999999999999; do
		run -125 crannog run --uid "$bad" -- true
		same "$output" "crannog: --uid: Invalid uid: $bad"
	done
}

@test "a bad --gid is an error" {
	run -125 crannog run --gid 1.5 -- true
	same "$output" "crannog: --gid: Invalid gid: 1.5"
}

@test "as bwrap, --uid needs a user namespace" {
	run -0 "$OURS" --uid 5 --ro-bind / / id -u
	same "$output" 5
}

@test "--disable-userns keeps the numbers" {
	run -0 crannog run --uid 5 --gid 6 --disable-userns -- sh -c 'id -u; id -g'
	same "$output" $'5\n6'
}

# A user with a supplementary group, in a user namespace of our own with a range of ids: user 1 of
# group 1, and of group 5. Prints what the script says.
as_member_of_5() {
	unshare --user --map-root-user --map-auto true 2>/dev/null ||
		skip "no range of subordinate ids for this user, or no newuidmap"
	PLACE=$(mktemp -d)
	chmod 755 "$PLACE"
	cp "$CRANNOG" "$PLACE/crannog"
	echo shared >"$PLACE/file"
	unshare --user --map-root-user --map-auto sh -c '
		cd "$1" && chown 0:5 file && chmod 040 file &&
		exec setpriv --reuid 1 --regid 1 --groups 5 sh -c "$2"' sh "$PLACE" "$1"
}

teardown() {
	[[ ! ${PLACE-} ]] || unshare --user --map-root-user --map-auto rm -rf "$PLACE"
}

@test "supplementary groups keep their effect" {
	output=$(as_member_of_5 'HOME=/nowhere ./crannog run --ro-bind . /w -- cat /w/file')
	same "$output" shared
}

@test "supplementary groups keep their effect as bwrap with all namespaces" {
	output=$(as_member_of_5 './crannog bwrap --unshare-all --dev /dev --ro-bind /usr /usr \
		--symlink usr/lib /lib --symlink usr/lib64 /lib64 --ro-bind . /w /usr/bin/cat /w/file')
	same "$output" shared
}
