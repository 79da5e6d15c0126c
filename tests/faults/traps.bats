#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# traps.bats - a folder that is bound read-write may hold what an earlier sandbox has left in it,
# and the program may try what it likes on the processes above it: the host does not notice

# shellcheck disable=SC2030,SC2031 # each test is a subshell of its own

load ../lib
load common

setup_file() {
	ours_make
	injector_find
}

system=(--unshare-all --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib
	--symlink usr/lib64 /lib64)

secret="only for the host"

setup() {
	work=$BATS_TEST_TMPDIR/work
	mkdir -p "$work/host/folder" "$work/shared/real" "$work/source/deep" "$work/low"
	cd "$work" || return 1
	host=$work/host
	echo "$secret" >host/secret
	echo "$secret" >host/folder/secret
	chmod 640 host/secret
	echo data >source/file
	plant_links
	host_before=$(host_state)
}

# What an earlier sandbox may have planted: every way we know to name the host's folder.
plant_links() {
	local up=../../../../../../../../../..

	ln -s "$host" shared/absolute
	ln -s "$host/secret" shared/to-file
	ln -s "$host/new" shared/dangling
	ln -s "$up$host" shared/relative
	ln -s "/oldroot$host" shared/oldroot
	ln -s "/newroot/../oldroot$host" shared/newroot
	ln -s "/proc/self/root$host" shared/self-root
	ln -s "/proc/1/root$host" shared/one-root
	ln -s "/proc/self/cwd/../host" shared/cwd
	ln -s "/proc/self/fd/3" shared/descriptor
	ln -s absolute shared/chain
	ln -s loop shared/loop
}

# Names, modes, sizes, times and contents of all that must stay as it is.
host_state() {
	find "$work/host" "$work/source" -printf '%p %y %m %s %T@ %C@ %l\n' | sort
	find "$work/host" "$work/source" -type f -exec cat {} +
}

host_is_unchanged() {
	same "$(host_state)" "$host_before"
}

# Launches with an option on every planted link and below each; nothing may happen on the host, and
# the link may not lead there either.
tries_each_link() {
	local link dest

	for link in "$work"/shared/*; do
		for dest in "/shared/${link##*/}" "/shared/${link##*/}/new" "/shared/${link##*/}/a/b"; do
			launch_at "$dest" "$@"
		done
		[[ $(host_state) == "$host_before" ]] || { echo "$link changed the host" >&2; return 1; }
	done
	for dest in "/shared/../../..$host/new" "/shared/real/../../$host/secret" "/..$host"; do
		launch_at "$dest" "$@"
	done
	host_is_unchanged
}

# launch_at DEST WORD...: a word DEST stands for the destination.
launch_at() {
	local dest=$1
	shift
	local words=("${@/#DEST/$dest}")

	# shellcheck disable=SC2016,SC2094 # for the shell inside; the files are different ones
	run "${launcher[@]}" "${system[@]}" --bind shared /shared "${words[@]}" \
		/bin/sh -c 'cat "$1" "$1"/* "$2/secret" 2>/dev/null; :' - "$dest" "$host" \
		10<source/file 3<"$host"
	if [[ $status -gt 1 && $status -ne 125 ]]; then
		echo "$dest ${words[*]}: $status $output" >&2
		return 1
	fi
	says_not "$secret"
}

both_try_each_link() {
	launcher=("$OURS")
	tries_each_link "$@"
	launcher=("$CRANNOG" run --bare)
	tries_each_link "$@" --
}

@test "--dir does not follow a planted link to the host" {
	both_try_each_link --dir DEST
}

@test "--tmpfs does not follow a planted link to the host" {
	both_try_each_link --tmpfs DEST
}

@test "--bind of a folder does not follow a planted link to the host" {
	both_try_each_link --bind source DEST
}

@test "--ro-bind of a file does not follow a planted link to the host" {
	both_try_each_link --ro-bind source/file DEST
}

@test "--file does not follow a planted link to the host" {
	both_try_each_link --file 10 DEST
}

@test "--bind-data does not follow a planted link to the host" {
	both_try_each_link --bind-data 10 DEST
}

@test "--ro-bind-data does not follow a planted link to the host" {
	both_try_each_link --ro-bind-data 10 DEST
}

@test "--symlink does not follow a planted link to the host" {
	both_try_each_link --symlink target DEST
}

@test "--chmod does not follow a planted link to the host" {
	both_try_each_link --chmod 0777 DEST
}

@test "--proc does not follow a planted link to the host" {
	both_try_each_link --proc DEST
}

@test "--dev does not follow a planted link to the host" {
	both_try_each_link --dev DEST
}

@test "--mqueue does not follow a planted link to the host" {
	both_try_each_link --mqueue DEST
}

@test "--remount-ro does not follow a planted link to the host" {
	both_try_each_link --remount-ro DEST
}

@test "--tmp-overlay does not follow a planted link to the host" {
	both_try_each_link --overlay-src low --tmp-overlay DEST
}

@test "--chdir does not follow a planted link to the host" {
	both_try_each_link --chdir DEST
}

@test "--lock-file does not follow a planted link to the host" {
	both_try_each_link --lock-file DEST
}

@test "--mask does not follow a planted link to the host" {
	launcher=("$CRANNOG" run --bare)
	tries_each_link --mask DEST --
}

@test "a planted link leads to its place inside when there is one" {
	run -0 "$OURS" "${system[@]}" --bind shared /shared --dir "$host" --bind source /shared/absolute \
		/bin/sh -c "cat $host/file"
	says "data"
	host_is_unchanged
}

# A program of an earlier launch may still run and change the folder under our hands.
@test "a name that changes from folder to link meanwhile does not lead to the host" {
	mkdir shared/swap
	ln -s "$host" shared/swapped
	"$INJECT" swap shared/swap shared/swapped &
	swapper=$!
	for i in {1..60}; do
		run "$OURS" "${system[@]}" --bind shared /shared --dir "/shared/swap/new$i" \
			--file 10 "/shared/swap/file$i" --symlink x "/shared/swap/link$i" \
			--tmpfs "/shared/swap/folder" --chmod 0700 /shared/swap/secret true 10<source/file
		[[ $(host_state) == "$host_before" ]] || break
	done
	kill "$swapper"
	wait "$swapper" || :
	host_is_unchanged
}

# --- the old root ---

# No mount of the host's may be left below or above those that were asked for.
only_own_mounts() {
	run -0 "$@" /usr/bin/cut -d " " -f 5 /proc/self/mountinfo
	for path in "${lines[@]}"; do
		case $path in
		/ | /usr | /proc | /proc/* | /dev | /dev/* | /data | /folder | /overlay) ;;
		*) echo "unexpected mount: $path" >&2; return 1 ;;
		esac
	done
	[[ $(grep -cx / <<<"$output") -eq 1 ]]
}

@test "nothing of the host's mounts is left" {
	only_own_mounts "$OURS" "${system[@]}" --proc /proc
	only_own_mounts "$OURS" "${system[@]}" --proc /proc --dev /dev
}

@test "nothing of the host's mounts is left after --bind-data" {
	only_own_mounts "$OURS" "${system[@]}" --proc /proc --bind-data 10 /data 10<source/file
	only_own_mounts "$OURS" "${system[@]}" --proc /proc --dev /dev --bind-data 10 /data 10<source/file
}

@test "nothing of the host's mounts is left after an overlay" {
	only_own_mounts "$OURS" "${system[@]}" --proc /proc --overlay-src low --tmp-overlay /overlay
	only_own_mounts "$OURS" "${system[@]}" --proc /proc --overlay-src low --overlay-src source \
		--ro-overlay /overlay
}

@test "nothing of the host's mounts is left after --mask" {
	only_own_mounts "$CRANNOG" run --bare "${system[@]}" --proc /proc --dir /folder --mask /folder --
	only_own_mounts "$CRANNOG" run --bare "${system[@]}" --proc /proc --file 10 /data --mask /data -- \
		10<source/file
}

@test "with all capabilities the mount namespace's root is still the sandbox's" {
	for more in "" "--overlay-src low --tmp-overlay /overlay" "--bind-data 10 /data"; do
		# shellcheck disable=SC2086 # words
		run "$OURS" "${system[@]}" --proc /proc --uid 0 --gid 0 --cap-add ALL $more \
			/usr/bin/nsenter --mount=/proc/self/ns/mnt /bin/cat "$host/secret" 10<source/file
		[[ $status -ne 0 ]]
		says_not "$secret"
	done
}

# --- the processes above ---

# The program is in the sandbox and tries; see reach.c.
reaches_nothing() {
	run "$@" /inject reach
	same "$status $output" "0 tried ancestors: some"
}

sandbox() {
	"$OURS" "${system[@]}" --ro-bind "$INJECT" /inject --proc /proc "$@"
}

without_pid_namespace() {
	"$OURS" --unshare-user --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
		--ro-bind "$INJECT" /inject --dev-bind /dev /dev --proc /proc "$@"
}

@test "pid 1 is out of the program's reach" {
	reaches_nothing sandbox
	reaches_nothing sandbox --dev /dev
	reaches_nothing sandbox --uid 0 --gid 0
	reaches_nothing "$CRANNOG" run --ro-bind "$INJECT" /inject --
}

@test "pid 1 is out of reach of a program with capabilities" {
	reaches_nothing sandbox --cap-add ALL
	reaches_nothing sandbox --cap-add CAP_SYS_PTRACE
	reaches_nothing sandbox --uid 0 --gid 0 --cap-add ALL
	reaches_nothing sandbox --dev /dev --cap-add ALL
	reaches_nothing sandbox --dev /dev --uid 0 --gid 0 --cap-add ALL
	reaches_nothing sandbox --unshare-user --disable-userns --cap-add ALL
	reaches_nothing "$CRANNOG" run --ro-bind "$INJECT" /inject --cap-add ALL --
}

@test "launcher and reaper are out of reach without a pid namespace" {
	reaches_nothing without_pid_namespace
	reaches_nothing without_pid_namespace --cap-add ALL
	reaches_nothing without_pid_namespace --uid 0 --gid 0 --cap-add ALL
	reaches_nothing without_pid_namespace --sync-fd 10 10<source/file
}

@test "the command line of pid 1 shows nothing of the host" {
	export HOST_VARIABLE=$secret
	run -0 sandbox --ro-bind source "/data" --setenv A B --clearenv /bin/cat /proc/1/cmdline
	says_not "$work"
	says_not "$secret"
	run -0 "$CRANNOG" run --ro-bind source /data -- cat /proc/1/cmdline
	says_not "source"
}

@test "the environment of pid 1 shows nothing of the host" {
	export HOST_VARIABLE=$secret
	for more in "" "--cap-add ALL" "--uid 0 --gid 0" "--as-pid-1" "--dev /dev --cap-add ALL"; do
		# shellcheck disable=SC2086 # words
		run sandbox --clearenv $more /bin/sh -c 'cat /proc/1/environ; :'
		says_not "$secret"
	done
}

@test "the executable of pid 1 cannot be changed" {
	before=$(sha256sum <"$CRANNOG")
	for more in "" "--uid 0 --gid 0 --cap-add ALL" "--dev /dev --cap-add ALL"; do
		# shellcheck disable=SC2086 # words
		run sandbox $more /bin/sh -c 'exec 9>>/proc/1/exe && echo opened'
		says_not "opened"
	done
	same "$(sha256sum <"$CRANNOG")" "$before"
}
