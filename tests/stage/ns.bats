#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# ns.bats - namespaces: all new in run, those asked for as bwrap, none more where forbidden

load ../lib

KINDS=(cgroup ipc mnt net pid user uts)

# The kinds of namespace that differ inside.
new_kinds() {
	local kind
	run -0 "$@" sh -c 'cd /proc/self/ns && for kind; do echo "$(readlink $kind)"; done' sh "${KINDS[@]}"
	local -a inside
	mapfile -t inside <<<"$output"
	output=
	for n in "${!KINDS[@]}"; do
		kind=${KINDS[n]}
		[[ ${inside[n]} == "$(readlink "/proc/self/ns/$kind")" ]] || output+="$kind "
	done
}

@test "run makes namespaces of every kind" {
	new_kinds crannog run --
	same "$output" "cgroup ipc mnt net pid user uts "
}

@test "run --share-net leaves the network alone" {
	new_kinds crannog run --share-net --
	same "$output" "cgroup ipc mnt pid user uts "
}

@test "bwrap makes those it must" {
	new_kinds "$OURS" --ro-bind / / --proc /proc
	same "$output" "mnt user "
}

@test "bwrap makes those asked for" {
	new_kinds "$OURS" --ro-bind / / --proc /proc --unshare-ipc --unshare-uts
	same "$output" "ipc mnt user uts "
	new_kinds "$OURS" --ro-bind / / --proc /proc --unshare-pid --unshare-cgroup
	same "$output" "cgroup mnt pid user "
	new_kinds "$OURS" --ro-bind / / --proc /proc --unshare-all
	same "$output" "cgroup ipc mnt net pid user uts "
}

@test "bwrap: --unshare-all --share-net, in this order" {
	new_kinds "$OURS" --ro-bind / / --proc /proc --unshare-all --share-net
	same "$output" "cgroup ipc mnt pid user uts "
}

@test "the host name is kept" {
	run -0 crannog run -- uname -n
	same "$output" "$(uname -n)"
}

@test "--hostname changes it inside only" {
	before=$(uname -n)
	run -0 crannog run --hostname inside -- uname -n
	same "$output" inside
	same "$(uname -n)" "$before"
}

@test "--hostname that is too long is an error" {
	run -125 crannog run --hostname "$(printf '%080d' 0)" -- true
	says "crannog: --hostname: cannot set the host name to 0"
}

@test "shared memory of the caller is not there" {
	command -v ipcmk >/dev/null || skip "ipcmk is not installed"
	id=$(ipcmk -M 4096 | grep -o '[0-9]*$')
	run -0 crannog run -- ipcs -m
	ipcrm -m "$id"
	says_not "$id"
}

@test "the program sees no process of the host" {
	run -0 crannog run -- sh -c 'kill -0 "$1" 2>&1 || echo none' sh $$
	says none
}

@test "user namespaces can be made inside" {
	run -0 crannog run -- unshare --user --map-root-user id -u
	same "$output" 0
}

@test "mounts can be made in a user namespace inside" {
	run -0 crannog run -- unshare --user --map-root-user --mount --pid --fork sh -c '
		mount -t tmpfs x /tmp && mount -t proc x /proc && echo mounted'
	same "$output" mounted
}

@test "a sandbox in a sandbox" {
	run -0 crannog run --ro-bind "$CRANNOG" /tmp/crannog -- \
		/tmp/crannog run --no-cwd --ro-bind /tmp/crannog /tmp/crannog -- \
		/tmp/crannog run --no-cwd -- id -u
	same "$output" "$(id -u)"
}

@test "--disable-userns forbids more of them" {
	run ! crannog run --disable-userns -- unshare --user true
	says "unshare failed"
}

@test "--disable-userns cannot be undone" {
	try='echo 9 >/proc/sys/user/max_user_namespaces; unshare --user true'
	run ! crannog run --disable-userns --cap-add ALL -- sh -c "$try"
	run ! crannog run --disable-userns --uid 0 --gid 0 --cap-add ALL -- sh -c "$try"
}

@test "--disable-userns works without /dev" {
	run -0 "$OURS" --unshare-user --disable-userns --ro-bind / / sh -c 'unshare --user true || echo forbidden'
	says forbidden
}

@test "--assert-userns-disabled fails where they can be made" {
	run -125 crannog run --assert-userns-disabled -- echo started
	same "$output" "crannog: creation of new user namespaces was not disabled as requested"
}

@test "--assert-userns-disabled is content with --disable-userns" {
	run -0 crannog run --disable-userns --assert-userns-disabled -- true
}

# hold OPTION...: a process in namespaces of unshare(1); its pid namespace is open as 8, its user
# namespace as 9.
hold() {
	coproc HELD { exec unshare --user --map-root-user "$@" sh -c 'echo ready; read line' 3>&-; }
	read -r _ <&"${HELD[0]}"
	exec 8<"/proc/$HELD_PID/ns/pid_for_children" 9<"/proc/$HELD_PID/ns/user"
}

@test "--userns enters a namespace that was given" {
	hold
	given=$(readlink "/proc/$HELD_PID/ns/user")
	run -0 "$OURS" --userns 9 --ro-bind / / readlink /proc/self/ns/user
	same "$output" "$given"
}

@test "--userns2 enters one when all is set up" {
	hold
	run ! "$OURS" --unshare-user --userns2 9 --ro-bind / / true
	says "userns2"
}

@test "--pidns enters a pid namespace that was given" {
	hold --pid --fork
	given=$(readlink "/proc/$HELD_PID/ns/pid_for_children")
	run -0 "$OURS" --userns 9 --pidns 8 --ro-bind / / --proc /proc readlink /proc/self/ns/pid
	same "$output" "$given"
}

@test "--pidns and --unshare-pid make one below it" {
	hold --pid --fork
	given=$(readlink "/proc/$HELD_PID/ns/pid_for_children")
	run -0 "$OURS" --userns 9 --pidns 8 --unshare-pid --ro-bind / / --proc /proc \
		sh -c 'readlink /proc/self/ns/pid; echo $$'
	says_not "$given"
	same "${lines[1]}" 2
}

@test "--userns of a descriptor that is none is an error" {
	run -1 "$OURS" --userns 9 --ro-bind / / true 9</dev/null
	says "bwrap: Joining the specified user namespace failed"
}

teardown() {
	exec 8<&- 9<&-
	[[ ! ${HELD_PID-} ]] || kill "$HELD_PID" 2>/dev/null || true
}

# no_namespaces COMMAND...: where the limit of user namespaces is reached.
no_namespaces() {
	unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"' sh "$@"
}

@test "where no user namespace can be had, nothing runs" {
	run -125 no_namespaces "$CRANNOG" run -- echo started
	says "crannog: cannot make the namespaces: No space left on device"
	says "hint: a limit in /proc/sys/user/max_*_namespaces"
	says_not started
}

@test "where one kind cannot be had, nothing runs" {
	for kind in cgroup ipc mnt net pid uts; do
		run -125 unshare --user --map-root-user sh -c 'echo 0 >"/proc/sys/user/max_${0}_namespaces" && exec "$@"' \
			"$kind" "$CRANNOG" run -- echo started
		says "cannot make the namespaces: No space left on device"
		says_not started
	done
}
