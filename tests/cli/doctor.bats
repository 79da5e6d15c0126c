#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# doctor: what it says of this machine, and of machines that lack something. Those are made here:
# limits by a user namespace of our own, containers by seccomp filters, missing programs by PATH.

load ../lib

# Skips, with the program's own words, where another program cannot make namespaces either.
needs_namespaces() {
	unshare --user --map-root-user --mount --pid --fork --net true 2>/dev/null ||
		skip "$(crannog doctor | grep -m1 '^missing')"
}

# The line of a check, and of what mends it.
line_of() {
	grep -A1 -E "^(ok|missing|not needed) +$1 " <<<"$output" | sed '2{/^  mend:/!d}'
}

# check STATUS NAME [TEXT]
check() {
	local line
	line=$(line_of "$2")
	[[ $line == "$1 "* && $line == *"${3-}"* ]] && return
	printf 'expected %s: %s ... %s\nin: %s\n' "$2" "$1" "${3-}" "$output" >&2
	return 1
}

# with_limit LIMIT COMMAND...: in a user namespace of our own where LIMIT is 0.
with_limit() {
	# shellcheck disable=SC2016  # the inner shell expands it
	unshare --user --map-root-user sh -c 'echo 0 >"/proc/sys/user/$0" && exec "$@"' "$@"
}

# One instruction of classic BPF: CODE IF-TRUE IF-FALSE K; see seccomp(2).
bpf() {
	local k=$4
	# shellcheck disable=SC2059  # the format is the data
	printf "$(printf '\\x%02x\\x00\\x%02x\\x%02x\\x%02x\\x%02x\\x%02x\\x%02x' "$1" "$2" "$3" \
		$((k & 255)) $((k >> 8 & 255)) $((k >> 16 & 255)) $((k >> 24 & 255)))"
}

# A filter that answers system call $1 with errno $2, or only if its first argument has flag $3.
answer() {
	bpf 0x20 0 0 0
	bpf 0x15 0 "$((${3-0} ? 3 : 1))" "$1"
	if ((${3-0})); then
		bpf 0x20 0 0 16
		bpf 0x45 0 1 "$3"
	fi
	bpf 0x06 0 0 $((0x50000 | $2))
	bpf 0x06 0 0 $((0x7fff0000))
}

clone_number() {
	case $(uname -m) in
	x86_64) echo 56 ;;
	aarch64 | riscv64) echo 220 ;;
	*) skip "the number of clone on $(uname -m) is not known to this test" ;;
	esac
}

# In a sandbox with the filter in the file "filter".
filtered() {
	"$OURS" --dev-bind / / "${fakes[@]}" --seccomp 9 "$CRANNOG" doctor 9<filter
}

forbid_clone() {
	answer "$(clone_number)" 1 0x10000000 >filter
}

@test "where the main job can run it says so and exits 0" {
	needs_namespaces
	run -0 crannog doctor
	says "Programs can be run in sandboxes here."
	check ok kernel Linux
	check ok "user namespaces"
	check ok "other namespaces"
	check ok "mount calls" open_tree
	check ok "new root"
	check ok procfs
	check ok loopback
	check ok "a launch"
}

@test "what is ok has nothing to mend" {
	run crannog doctor
	check ok kernel
	same "$(grep -A1 -E '^(ok|not needed) ' <<<"$output" | grep '^  mend:')" ""
}

@test "the columns are aligned" {
	run crannog doctor
	check ok kernel
	local places
	places=$(awk '/^(ok|missing|not needed) / { print index($0, "  for ") }' <<<"$output" | sort -u)
	same "$(wc -l <<<"$places")" 1
}

@test "user namespaces limited to 0" {
	needs_namespaces
	run -1 with_limit max_user_namespaces "$CRANNOG" doctor
	check missing "user namespaces" "user.max_user_namespaces is 0"
	check missing "user namespaces" "  mend: sudo sysctl -w user.max_user_namespaces="
	check missing "a launch"
	says "No program can be run in a sandbox here."
}

@test "another kind of namespace limited to 0" {
	needs_namespaces
	for kind in mnt pid net ipc uts cgroup; do
		run -1 with_limit "max_${kind}_namespaces" "$CRANNOG" doctor
		check ok "user namespaces"
		check missing "other namespaces" "user.max_${kind}_namespaces is 0"
		check missing "other namespaces" "  mend: sudo sysctl -w user.max_${kind}_namespaces="
	done
}

@test "a limit of a user namespace above" {
	needs_namespaces
	local script="echo 1 >/proc/sys/user/max_user_namespaces; exec unshare --user --map-root-user \"\$0\" doctor"
	run -1 unshare --user --map-root-user sh -c "$script" "$CRANNOG"
	check missing "user namespaces" "no more user namespaces"
	check missing "user namespaces" "  mend: raise user.max_user_namespaces"
}

@test "a container's filter that forbids user namespaces" {
	needs_namespaces
	forbid_clone
	run -1 filtered
	check missing "user namespaces" "seccomp filter"
	check missing "user namespaces" "  mend: start the container with --security-opt seccomp=unconfined"
}

@test "Debian's setting is named" {
	needs_namespaces
	forbid_clone
	echo 0 >off
	fakes=(--tmpfs /proc/sys/kernel --file 8 /proc/sys/kernel/unprivileged_userns_clone)
	run -1 filtered 8<off
	check missing "user namespaces" "kernel.unprivileged_userns_clone is 0"
	check missing "user namespaces" "  mend: sudo sysctl -w kernel.unprivileged_userns_clone=1"
}

@test "Ubuntu's setting is named where a namespace lacks its powers" {
	needs_namespaces
	[[ $(uname -m) == x86_64 ]] || skip "the number of ioctl on $(uname -m) is not known to this test"
	answer 16 1 >filter
	echo 1 >on
	fakes=(--tmpfs /proc/sys/kernel --file 8 /proc/sys/kernel/apparmor_restrict_unprivileged_userns)
	run -1 filtered 8<on
	check ok "user namespaces"
	check missing loopback AppArmor
	check missing loopback "  mend: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
}

@test "a chroot is named" {
	needs_namespaces
	mkdir root
	local script="mount --rbind / root && exec chroot root \"\$0\" doctor"
	run -1 unshare --user --map-root-user --mount sh -c "$script" "$CRANNOG"
	check missing "user namespaces" chroot
	check missing "user namespaces" "  mend: enter that folder by pivot_root(8)"
}

@test "a kernel without mount_setattr" {
	needs_namespaces
	answer 442 38 >filter
	run -1 filtered
	check ok "user namespaces"
	check missing "mount calls" "mount_setattr: Function not implemented"
	check missing "mount calls" "  mend: boot Linux 5.12 or later"
}

@test "a covered /proc" {
	needs_namespaces
	run -1 "$OURS" --dev-bind / / --tmpfs /proc/sys/kernel "$CRANNOG" doctor
	check missing procfs "covered"
	check missing procfs "  mend: start the container with --security-opt unmask=ALL"
}

@test "programs that are not on PATH, and the packages that bring them" {
	needs_namespaces
	run -0 env PATH=/nonexistent "$CRANNOG" doctor
	for name in newuidmap newgidmap pasta slirp4netns; do
		check missing "$name" "no $name on PATH"
		check missing "$name" "  mend: "
	done
	[[ $(line_of newuidmap) =~ mend:.*(uidmap|shadow) ]]
	[[ $(line_of pasta) =~ mend:.*(passt|pasta) ]]
	[[ $(line_of slirp4netns) =~ mend:.*slirp4netns ]]
	[[ $(line_of fuse-overlayfs) == *"no fuse-overlayfs on PATH"* ]]
}

@test "of pasta and slirp4netns one is enough" {
	mkdir bin
	printf '#!/bin/sh\necho "slirp4netns version 9.9"\n' >bin/slirp4netns
	chmod +x bin/slirp4netns
	run env PATH="$PWD/bin" "$CRANNOG" doctor
	check ok slirp4netns "bin/slirp4netns: slirp4netns version 9.9"
	check "not needed" pasta "no pasta on PATH; slirp4netns works"
}

@test "a program that does not answer is not waited for, and ends" {
	mkdir bin
	printf '#!/bin/sh\necho $$ >%q/pid\nexec %s 600\n' "$PWD" "$(command -v sleep)" >bin/pasta
	chmod +x bin/pasta
	run env PATH="$PWD/bin" "$CRANNOG" doctor
	check missing pasta "does not end"
	run -1 kill -0 "$(cat pid)"
}

@test "what programs print cannot write to the terminal" {
	mkdir bin
	printf '#!/bin/sh\nprintf "pasta \\033[2Jx\\n"\n' >bin/pasta
	chmod +x bin/pasta
	run env PATH="$PWD/bin" "$CRANNOG" doctor
	check ok pasta "pasta  [2Jx"
}

@test "the JSON says what the text says" {
	command -v jq >/dev/null || skip "jq is not installed"
	crannog doctor | grep -E '^(ok|missing|not needed|  mend)' |
		sed -E '/^  /!{ s/([^ ])  +/\1|/; s/([^ ])  +/\1|/; s/([^ ])  +/\1|/ }' >text
	run crannog doctor --json
	echo "$output" >json
	jq -r '.checks[] | "\(.status)|\(.name)|for \(.needed_for)|\(.detail)",
		(if .mend then "  mend: \(.mend)" else empty end)' json >from_json
	diff text from_json
	needs_namespaces
	same "$(jq .main_job json)" true
}

@test "the JSON of a machine that cannot run anything" {
	command -v jq >/dev/null || skip "jq is not installed"
	needs_namespaces
	run -1 with_limit max_user_namespaces "$CRANNOG" doctor --json
	same "$(jq .main_job <<<"$output")" false
	same "$(jq -r '.checks[] | select(.name == "user namespaces").status' <<<"$output")" missing
}

@test "nothing is left behind" {
	cp /proc/self/mountinfo before
	run crannog doctor
	check ok kernel
	diff before /proc/self/mountinfo
	same "$(ls)" before
}

@test "no process is left behind" {
	needs_namespaces
	# shellcheck disable=SC2016  # the inner shell expands it
	run -0 unshare --user --map-root-user --pid --fork --mount-proc \
		sh -c '"$0" doctor >out 2>&1; set -- /proc/[0-9]*; echo $#' "$CRANNOG"
	same "$output" 1
	grep -q "^ok  *kernel" out
}

@test "words that it does not know" {
	run -125 crannog doctor --nonsense
	says "--nonsense"
	run -125 crannog doctor patient
	says "crannog: doctor takes no words: patient"
}

@test "--help" {
	run -0 crannog doctor --help
	says "doctor"
	says "--json"
}

@test "an output that takes nothing" {
	[[ -w /dev/full ]] || skip "no /dev/full"
	# shellcheck disable=SC2016  # the inner shell expands it
	run -125 sh -c '"$0" doctor >/dev/full' "$CRANNOG"
}
