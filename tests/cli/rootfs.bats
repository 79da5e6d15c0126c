#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016,SC2154 # the text is for the shell inside; run sets stderr
#
# rootfs.bats - `crannog rootfs`: messages, and what is there after a kill or on a full disk
#
# Real distributions are in tests/roots.

load ../lib
load ../roots/roots
load kept

# Runs in the root of that name.
in_root() {
	local name=$1
	shift
	crannog run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs "$name" -- "$@"
}

# What an archive needs; a program without libarchive says so itself.
needs_archives() {
	tar --owner=0 --group=0 -C tiny -cf tiny.tar .
	run crannog rootfs import tiny.tar probe
	[[ $output != *"without libarchive"* ]] || skip "crannog was built without libarchive"
	[[ $output != *"libarchive"* ]] || skip "libarchive is not installed"
	same "$status" 0
	crannog rootfs rm probe
}

# --- names and words ---

@test "words that are too few or too many, and those that are no command" {
	run -125 crannog rootfs
	says "usage: crannog rootfs"
	run -125 crannog rootfs list
	says "crannog: rootfs has no command list"
	run -125 crannog rootfs import ./tiny
	same "$output" "crannog: rootfs import takes SOURCE NEW"
	run -125 crannog rootfs rm
	same "$output" "crannog: rootfs rm takes NAME..."
	run -125 crannog rootfs import ./tiny a --map-ids some
	says "crannog: --map-ids: "
	test ! -e "$ROOTS/a"
}

@test "names that are none are refused" {
	local name

	for name in '' . .. .new-1 -a a/b 'a b' ä "$(printf 'a%.0s' {1..65})"; do
		run -125 crannog rootfs import -- ./tiny "$name"
		says "crannog: \"$name\" cannot be the name of a root"
		run -125 crannog rootfs rm -- "$name"
		says "cannot be the name of a root"
		run -125 crannog rootfs export -- "$name" x.tar
		says "cannot be the name of a root"
	done
	same "$(ls -A "$ROOTS")" ""
}

@test "a root that is not there" {
	run -125 crannog rootfs rm x
	same "$output" "crannog: there is no root x"
	run -125 crannog rootfs export x -
	same "$output" "crannog: there is no root x"
	run -125 in_root x true
	same "$output" "crannog: --rootfs: there is no root x
  hint: crannog rootfs ls lists the roots there are"
	mkdir x
	run -125 in_root x true
	says "hint: a path has a slash in it: ./NAME is the one here"
}

# --- import of folders ---

@test "a folder of the caller's" {
	ln tiny/data/one tiny/data/link
	chmod 4755 tiny/data/two
	touch -d @1000000000 tiny/data/three
	run -0 crannog rootfs import ./tiny first
	same "$output" ""
	run -0 in_root first sh -c 'cd /data; stat -c "%n %u:%g %a %h" one two link; stat -c %Y three'
	same "$output" "one 0:0 644 2
two 0:0 4755 1
link 0:0 644 2
1000000000"
	run -0 crannog rootfs ls --json
	same "$(jq -c '.[] | [.name, .path, .map, .source]' <<<"$output")" \
		"[\"first\",\"$ROOTS/first/root\",\"auto\",\"./tiny\"]"
	jq -e '.[0].made | test("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T")' <<<"$output"
}

@test "a folder with ids of the range, to each convention and back" {
	crannog run "${ROOT[@]}" "${HOST_USR[@]}" --rw-rootfs ./tiny -- sh -euc '
		cd /data; chown 5:60 one; chmod 2755 one; chown 1234:77 two; chmod 4750 two'
	crannog rootfs import ./tiny a
	crannog rootfs import "$ROOTS/a/root" b --map-ids=subid
	crannog rootfs import --map-ids auto "$ROOTS/b/root" c
	same "$(stat -c %u "$ROOTS/a/root")" "$(id -u)"
	same "$(stat -c %u "$ROOTS/b/root")" "$(awk -F: -v me="$(id -un)" '$1 == me { print $2; exit }' /etc/subuid)"
	for name in "auto a" "subid b" "auto c"; do
		run -0 crannog run --map-ids "${name% *}" "${HOST_USR[@]}" --rootfs "${name#* }" -- \
			stat -c '%u:%g %a' /data/one /data/two /data/three
		same "$output" "5:60 2755
1234:77 4750
0:0 644"
	done
}

@test "file capabilities are kept" {
	needs_program setcap
	chmod 755 tiny/data/one
	in_layer work setcap cap_net_raw+ep /data/one || skip "no file capabilities here"
	crannog layer commit work a
	crannog rootfs import "$ROOTS/a/root" b --map-ids subid
	crannog rootfs import "$ROOTS/b/root" c
	same "$(unshare --user --map-root-user --map-auto getcap "$ROOTS/c/root/data/one" | sed 's/.* //')" "cap_net_raw=ep"
}

@test "one id is enough for a folder of one's own" {
	crannog rootfs import ./tiny one --map-ids root
	run -0 crannog run --map-ids root "${HOST_USR[@]}" --rootfs one -- stat -c %u:%g /data/one
	same "$output" 0:0
	run -0 crannog rootfs ls --json
	same "$(jq -r '.[].map' <<<"$output")" root
}

@test "a folder of somebody else's" {
	run -125 crannog rootfs import /usr sys
	says "crannog: cannot import /usr: it belongs to the user 0"
	same "$(ls -A "$ROOTS")" ""
}

@test "a folder that is no root" {
	mkdir -p wrapped
	mv tiny wrapped/
	run -125 crannog rootfs import ./wrapped a
	says "crannog: cannot import ./wrapped: there is no usr, bin or etc at its top"
	same "$(ls -A "$ROOTS")" ""
}

@test "nothing is replaced" {
	crannog rootfs import ./tiny a
	run -125 crannog rootfs import ./tiny a
	same "$output" "crannog: there is a root a already"
	in_root a test -e /data/one
}

@test "what is not there" {
	run -125 crannog rootfs import ./none a
	same "$output" "crannog: cannot open ./none: No such file or directory"
	same "$(ls -A "$ROOTS")" ""
}

# --- mmdebstrap ---

# A program that stands for it and does what the words of the test say.
fake_debstrap() {
	mkdir -p bin
	printf '#!/bin/sh\necho "$@" >%q/said\n%s\n' "$PWD" "$1" >bin/mmdebstrap
	chmod 755 bin/mmdebstrap
}

@test "mmdebstrap that is not installed" {
	mkdir bin
	ln -s "$(command -v newuidmap)" "$(command -v newgidmap)" bin/
	run -125 env PATH="$PWD/bin" "$CRANNOG" rootfs import mmdebstrap:stable a
	same "$output" "crannog: cannot start mmdebstrap: No such file or directory
  hint: install the package mmdebstrap"
	same "$(ls -A "$ROOTS")" ""
}

@test "mmdebstrap that fails" {
	fake_debstrap 'echo E: no such suite >&2; exit 25'
	PATH=$PWD/bin:$PATH run -125 crannog rootfs import mmdebstrap:none a
	says "E: no such suite"
	says "crannog: cannot "
	says "25"
	same "$(ls -A "$ROOTS")" ""
}

@test "mmdebstrap on a full disk: the disk is to blame" {
	needs_archives
	head -c 900000 /dev/urandom >tiny/data/random
	fake_debstrap 'exec tar --owner=0 --group=0 -C tiny -c .'
	mkdir disk
	run -0 unshare --user --map-root-user --mount bash -euc '
		mount -t tmpfs -o size=500k small disk
		export XDG_DATA_HOME=$PWD/disk/data PATH=$PWD/bin:$PATH
		r=0
		"$CRANNOG" rootfs import mmdebstrap:some a --map-ids root || r=$?
		echo "code $r"
		find disk/data/crannog -mindepth 2'
	says "No space left on device"
	same "${output##*$'\n'}" "code 125"
}

@test "mmdebstrap that fails after a whole archive" {
	needs_archives
	fake_debstrap 'tar --owner=0 --group=0 -C tiny -c .; exit 3'
	PATH=$PWD/bin:$PATH run -125 crannog rootfs import mmdebstrap:some a
	says "3"
	same "$(ls -A "$ROOTS")" ""
}

@test "the words after the suite are options of mmdebstrap" {
	needs_archives
	fake_debstrap 'tar --owner=0 --group=0 -C tiny -c .'
	PATH=$PWD/bin:$PATH crannog rootfs import mmdebstrap:sid,include=a,components=main a
	same "$(<said)" "--mode=unshare --format=tar --quiet --include=a --components=main --variant=minbase sid -"
	PATH=$PWD/bin:$PATH crannog rootfs import mmdebstrap:sid,variant=apt b
	same "$(<said)" "--mode=unshare --format=tar --quiet --variant=apt sid -"
	in_root b test -e /data/one
}

# --- archives ---

@test "an archive, compressed or not, by name or from a pipe" {
	local name=0

	needs_archives
	tar --owner=0 --group=0 -C tiny -czf tiny.tar.gz .
	tar --owner=0 --group=0 -C tiny -cJf tiny.tar.xz .
	for file in tiny.tar tiny.tar.gz tiny.tar.xz; do
		name=$((name + 1))
		crannog rootfs import "$file" "a$name"
		in_root "a$name" test -e /data/full/inner
	done
	crannog rootfs import - piped <tiny.tar.gz
	in_root piped test -e /data/full/inner
}

@test "an archive that has the maker's number for root's" {
	needs_archives
	tar --owner=1001 --group=1001 -C tiny -cf mine.tar .
	run -125 crannog rootfs import mine.tar a
	same "$output" "crannog: cannot import mine.tar: usr in it belongs to the user 1001, and not to root
  hint: tar --owner=0 --group=0 makes an archive where all is root's; a folder of your own can be imported as it is"
	same "$(ls -A "$ROOTS")" ""
}

@test "an archive that is damaged, or none" {
	needs_archives
	head -c 5000 tiny.tar >short.tar
	run -125 crannog rootfs import short.tar a
	echo text >text
	run -125 crannog rootfs import text a
	run -125 crannog rootfs import - a </dev/null
	same "$(ls -A "$ROOTS")" ""
}

@test "an exported root is the same again" {
	needs_archives
	in_layer work sh -euc 'cd /data; chown 5:60 one; chmod 2755 one; mkfifo pipe; ln two hard; ln -s two link'
	crannog layer commit work a
	for file in a.tar a.tar.gz; do
		crannog rootfs export a "$file"
		crannog rootfs import "$file" b
		for name in a b; do
			in_root $name sh -c "$MANIFEST" sh /data >"manifest.$name"
		done
		diff manifest.a manifest.b
		crannog rootfs rm b
	done
	crannog rootfs export a - | tar -t | grep -q '^\(\./\)\?data/one$'
	same "$(find . -maxdepth 1 -name '*partial*')" ""
}

@test "an export that fails leaves no file, and the old one as it was" {
	needs_archives
	crannog rootfs import ./tiny a
	head -c 3000000 /dev/urandom >tiny/data/large
	crannog rootfs import ./tiny b
	echo old >b.tar
	run -125 bash -c 'ulimit -f 1000; trap "" XFSZ; exec "$CRANNOG" rootfs export b b.tar'
	says "crannog: cannot "
	same "$(<b.tar)" old
	same "$(find . -maxdepth 1 -name '*partial*')" ""
	run -125 crannog rootfs export a nowhere/a.tar
	says "No such file or directory"
}

# --- rm ---

@test "a root in use stays" {
	crannog rootfs import ./tiny a
	"$CRANNOG" run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs a -- sh -c 'echo started; sleep 60' >said 3>&- &
	wait_for 10 test -s said
	run -125 crannog rootfs rm a
	says "crannog: cannot use the root: a is in use by"
	run -125 crannog rootfs rm --force a
	says "is in use by"
	run -0 in_root a true
	kill -KILL $!
	run -0 crannog rootfs rm a
	same "$(ls -A "$ROOTS")" ""
}

@test "a root below layers stays, and they are named" {
	crannog rootfs import ./tiny a
	for layer in x y; do
		crannog run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs a --layer $layer -- touch /data/new
	done
	run -125 crannog rootfs rm a
	same "$output" "crannog: cannot remove the root a: layers lie over it: x y
  hint: commit or discard them first, or use --force"
	crannog layer discard x
	run -125 crannog rootfs rm a
	says "cannot remove the root a: layers lie over it: y"
	crannog rootfs rm a --force
	run -125 crannog layer diff y
	says "it was moved or removed since"
	crannog layer discard y
}

# --- kills ---

# Old: there is no such root; new: all of it is there.
imported_or_not() {
	if [[ -e $ROOTS/a ]]; then
		same "$(find "$ROOTS/a/root/data/many" -type f | wc -l)" 1500
	fi
	crannog rootfs ls >/dev/null
	same "$(unfinished)" ""
	same "$(find tiny/data/many -type f | wc -l)" 1500
}

@test "import of a folder, killed at any moment" {
	crannog run "${ROOT[@]}" "${HOST_USR[@]}" --rw-rootfs ./tiny -- \
		sh -euc 'mkdir /data/many; cd /data/many; seq 1500 | xargs touch; chown -R 1234 .'
	kills 9 imported_or_not rootfs import ./tiny a
	((KILLS > 10))
	test -e "$ROOTS/a"
}

# Old: all is there; new: nothing is.
removed_or_not() {
	[[ ! -e $ROOTS/a ]] || same "$(find "$ROOTS/a/root/data/many" -type f | wc -l)" 1500
	crannog rootfs ls >/dev/null
	same "$(unfinished)" ""
	[[ -e $ROOTS/a ]] || crannog rootfs import ./tiny a
}

@test "rm, killed at any moment" {
	mkdir tiny/data/many
	(cd tiny/data/many && seq 1500 | xargs touch)
	crannog rootfs import ./tiny a
	kills 9 removed_or_not rootfs rm a
	((KILLS > 2))
}

# --- a full disk ---

@test "import on a full disk: an error, and nothing is left of it" {
	head -c 900000 /dev/urandom >tiny/data/random
	mkdir disk
	run -0 unshare --user --map-root-user --mount bash -euc '
		mount -t tmpfs -o size=500k small disk
		export XDG_DATA_HOME=$PWD/disk/data
		r=0
		"$CRANNOG" rootfs import ./tiny a --map-ids root || r=$?
		echo "code $r"
		find disk/data/crannog -mindepth 2
		"$CRANNOG" rootfs ls'
	says "No space left on device"
	same "${output##*$'\n'}" "code 125"
}

@test "two imports of one name at a time: one of them is there" {
	for name in 1 2; do
		{ crannog rootfs import ./tiny a && touch ready; } >>said 2>&1 3>&- &
	done
	wait
	test -e ready
	in_root a test -e /data/one
	same "$(unfinished)" ""
}

@test "many commands at a time do not sweep one another's" {
	local pids=()

	for name in a b c d e f; do
		crannog rootfs import ./tiny "$name" 3>&- &
		pids+=($!)
		crannog rootfs ls >/dev/null 3>&- &
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	wait
	run -0 crannog rootfs ls --json
	same "$(jq -r '.[].name' <<<"$output" | tr -d '\n')" abcdef
}

@test "an ACL that the home hands down is not for what is in a root" {
	command -v setfacl >/dev/null || skip "no setfacl"
	tar --owner=0 --group=0 -C tiny -cf tiny.tar .
	mkdir -p "$XDG_DATA_HOME/crannog/roots"
	setfacl -d -m "u:$(id -u):rwx" "$XDG_DATA_HOME/crannog/roots" || skip "no ACLs on this file system"
	crannog rootfs import ./tiny.tar a
	run -0 getfacl -cp "$XDG_DATA_HOME/crannog/roots/a/root/etc"
	says_not "user:$(id -un)"
	setfacl -b "$XDG_DATA_HOME/crannog/roots"
}
