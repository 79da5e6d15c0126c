#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# ids.bats - ranges of ids: who is who, what is made by whom, and what is said where there are none

load ../lib
load roots

# Owned by others outside: the folder for what is made inside, open to all.
setup() {
	needs_ranges
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	mkdir out
	chmod 777 out
	chmod 755 . "$BATS_TEST_TMPDIR"
	UID_FIRST=$(first_of /etc/subuid)
	GID_FIRST=$(first_of /etc/subgid)
}

first_of() {
	awk -F: -v name="$(id -un)" -v number="$(id -u)" '$1 == name || $1 == number { print $2; exit }' "$1"
}

map() {
	crannog run --map-ids "$1" --bind out /out "${@:2}"
}

owner() {
	stat -c '%u:%g' "$1"
}

MAP='tr -s " " </proc/self/uid_map | sed "s/^ //"'

# --- the kinds ---

@test "single, the default: one id, the own one" {
	run -0 map single -- sh -c 'id -u; id -g; touch /out/file; wc -l </proc/self/uid_map'
	same "$output" "$(id -u)"$'\n'"$(id -g)"$'\n1'
	same "$(owner out/file)" "$(id -u):$(id -g)"
}

@test "root: one id, as 0" {
	run -0 map root -- sh -c "id -u; id -g; touch /out/file; $MAP"
	same "$output" $'0\n0\n'"0 $(id -u) 1"
	same "$(owner out/file)" "$(id -u):$(id -g)"
	run ! map root -- chown 1 /out/file
	says "Invalid argument"
}

@test "auto: 0 is the caller, the others are the range" {
	run -0 map auto -- sh -c "id -u; id -g; cd /out; touch root bin; chown 2:3 bin; $MAP"
	says $'0\n0\n'"0 $(id -u) 1"$'\n'"1 $UID_FIRST "
	same "$(owner out/root)" "$(id -u):$(id -g)"
	same "$(owner out/bin)" "$((UID_FIRST + 1)):$((GID_FIRST + 2))"
}

@test "subid: 0 is the start of the range" {
	run -0 map subid -- sh -c "id -u; id -g; cd /out; touch root bin; chown 2:3 bin; $MAP"
	says $'0\n0\n'"0 $UID_FIRST "
	same "$(owner out/root)" "$UID_FIRST:$GID_FIRST"
	same "$(owner out/bin)" "$((UID_FIRST + 2)):$((GID_FIRST + 3))"
}

@test "keep: the own number, and the range around it" {
	run -0 map keep -- sh -c "id -u; id -g; touch /out/mine; $MAP"
	says "$(id -u)"$'\n'"$(id -g)"$'\n'"0 $UID_FIRST $(id -u)"$'\n'"$(id -u) $(id -u) 1"
	same "$(owner out/mine)" "$(id -u):$(id -g)"
	run -0 map keep --user 0 -- sh -c 'id -u; touch /out/root'
	same "$output" 0
	same "$(owner out/root)" "$UID_FIRST:$GID_FIRST"
}

@test "maps of one's own" {
	run -0 crannog run --uid-map "0:$(id -u):1" --uid-map "100:$UID_FIRST:10" --gid-map "0:$(id -g):1" \
		--bind out /out -- sh -c "id -u; id -g; $MAP; wc -l </proc/self/gid_map; touch /out/x; chown 101 /out/x"
	same "$output" $'0\n0\n'"0 $(id -u) 1"$'\n'"100 $UID_FIRST 10"$'\n1'
	same "$(owner out/x)" "$((UID_FIRST + 1)):$(id -g)"
}

@test "maps of one's own without 0 need a view without a /dev" {
	other=(--uid-map "7:$(id -u):1" --gid-map "8:$(id -g):1")
	run -125 crannog run "${other[@]}" -- echo started
	same "$output" "crannog: a /dev needs the ids 0 inside, for its terminals
  hint: map 0 too, in --uid-map and in --gid-map"
	run -0 crannog run "${other[@]}" --bare --ro-bind / / -- sh -c 'id -u; id -g'
	same "$output" $'7\n8'
}

@test "nobody is there" {
	run -0 map auto -- sh -c 'touch /out/x && chown nobody:nogroup /out/x && stat -c %u:%g /out/x'
	same "$output" 65534:65534
}

# --- capabilities ---

@test "root by a map has the capabilities that Docker gives" {
	for kind in root auto subid; do
		run -0 map $kind -- sh -c 'grep -E "Cap(Eff|Bnd)" /proc/self/status | cut -f2'
		same "$output" $'00000000a80425fb\n00000000a80425fb'
	done
}

@test "who is not root has none" {
	for words in "--map-ids keep" "--map-ids auto --user games" "--map-ids auto --caps none"; do
		# shellcheck disable=SC2086 # words
		run -0 crannog run $words -- sh -c 'grep CapEff /proc/self/status | cut -f2'
		same "$output" 0000000000000000
	done
}

@test "--caps gives those that are named" {
	run -0 map auto --caps chown,net_raw -- sh -c 'grep CapEff /proc/self/status | cut -f2'
	same "$output" 0000000000002001
	run -0 map auto --caps all -- sh -c 'grep CapEff /proc/self/status | cut -f2'
	says 000001ffffffffff
}

@test "--fake-chown lets one id look like many" {
	run -0 crannog run --map-ids root --fake-chown --bind out /out -- \
		sh -c 'touch /out/x && chown 5:60 /out/x && chown -h games /out/x; echo $?'
	same "$output" 0
	same "$(owner out/x)" "$(id -u):$(id -g)"
}

# --- --user and --groups ---

@test "--user by name takes group, home and groups from the inside" {
	tiny_root root
	run -0 crannog run --map-ids auto --rootfs ./root "${HOST_USR[@]}" --user marie -- \
		sh -c 'id -u; id -g; id -G; echo $HOME $USER $LOGNAME'
	same "$output" $'1234\n1234\n1234 77 78\n/tmp marie marie'
}

@test "--user by number needs no line" {
	run -0 map auto --user 4321:99 -- sh -c 'id -u; id -g; touch /out/x'
	same "$output" $'4321\n99'
	same "$(owner out/x)" "$((UID_FIRST + 4320)):$((GID_FIRST + 98))"
}

@test "--user takes a group by name" {
	run -0 map auto --user games:mail -- id -gn
	same "$output" mail
}

@test "--groups gives none, or those in the list" {
	run -0 map auto --groups none -- id -G
	same "$output" 0
	run -0 map auto --groups audio,1234 -- id -G
	same "$output" "0 29 1234"
}

# tells TEXT OPTION...: these options are refused with the text, and nothing else.
tells() {
	local text=$1
	shift
	run -125 crannog run "$@" -- echo started
	same "$output" "$text"
}

@test "names that are not inside" {
	tells "crannog: --user: cannot be the user no-such: no line of the inside's /etc/passwd has that name
  hint: a number needs no line" --map-ids auto --user no-such
	tells "crannog: --groups: cannot be in the group no-such: no line of the inside's /etc/group has that name
  hint: a number needs no line" --map-ids auto --groups audio,no-such
}

@test "--user and --groups need more than one id" {
	tells "crannog: --user: users are looked up where ids are mapped
  hint: --map-ids auto, subid or keep; or --uid for one number" --user games
	tells "crannog: --groups: the kernel lets nobody change groups with one id
  hint: --map-ids auto maps more" --groups none
}

@test "--suid needs more than one id" {
	tells "crannog: --suid: with one id there is nobody that a setuid bit could lead to
  hint: --map-ids auto maps more" --suid
}

# --- maps that are wrong ---

@test "a kind that is none" {
	tells "crannog: --map-ids: unknown kind own: it is single, root, auto, subid or keep" --map-ids own
}

@test "a map of users alone" {
	tells "crannog: --uid-map and --gid-map go together: --gid-map is missing
  hint: --gid-map 0:$(id -g):1 maps your own" --uid-map "0:$(id -u):1"
}

@test "a map without the own id" {
	tells "crannog: --uid-map leaves out your own uid $(id -u), which makes the sandbox
  hint: give it a number: --uid-map NUMBER:$(id -u):1" --uid-map "0:$UID_FIRST:10" --gid-map "0:$(id -g):1"
}

@test "a map that overlaps" {
	tells "crannog: --uid-map: the uid maps 0:$(id -u):1 and 0:$UID_FIRST:10 overlap inside" \
		--uid-map "0:$(id -u):1" --uid-map "0:$UID_FIRST:10" --gid-map "0:$(id -g):1"
}

@test "a map of ids that are not the caller's" {
	run -125 crannog run --uid-map "0:$(id -u):1" --uid-map 1:1:1 --gid-map "0:$(id -g):1" -- echo started
	says "crannog: --uid-map: cannot set up uid map: newuidmap: uid range [1-2) -> [1-2) not allowed"
}

# --- machines where something is missing ---

@test "without newuidmap" {
	PATH=/nowhere run -125 "$CRANNOG" run --map-ids auto -- echo started
	same "$output" "crannog: --map-ids: cannot set up uid map: newuidmap is not installed
  hint: install the package uidmap (Debian, Ubuntu), shadow-utils (Fedora) or shadow (Arch, Alpine)"
}

# with_subuid LINE... - sets ELSEWHERE to a command for a place where /etc/subuid has these lines.
with_subuid() {
	printf '%s\n' "$@" >subuid
	ELSEWHERE=("$OURS" --dev-bind / / --ro-bind subuid /etc/subuid --)
}

@test "without a range, root is told what to add" {
	local name
	name=$(id -un)
	with_subuid "# none" "other:100000:65536"
	run -125 "${ELSEWHERE[@]}" "$CRANNOG" run --map-ids auto -- echo started
	same "$output" "crannog: --map-ids: cannot find a range of ids for $name: no line in /etc/subuid gives this user any
  hint: as root: usermod --add-subuids 100000-165535 $name (or add the line $name:100000:65536 to /etc/subuid); --map-ids root needs no range"
}

# In a sandbox of ours where user 0 has ids 0 to 65535 and is root, so that these exist.
within() {
	crannog run --map-ids auto --bare --dev-bind / / --proc /proc --ro-bind subuid /etc/subuid \
		--ro-bind subuid /etc/subgid -- "$CRANNOG" "$@"
}

@test "a range that is short of nobody is told" {
	printf 'root:2000:500\n' >subuid
	run -0 within run --map-ids auto -- sh -c "$MAP"
	says "crannog: only 500 uids are mapped, and 65534 (nobody) is not among them: programs that use it will fail; a range of 65536 in /etc/subuid has it"
	says "1 2000 500"
}

@test "ranges that overlap" {
	printf 'root:2000:500\nroot:2100:500\n' >subuid
	run -125 within run --map-ids auto -- echo started
	says "crannog: --map-ids: the uid maps 1:2000:500 and 501:2100:500 overlap outside
  hint: look at the lines of root in /etc/subuid"
	says_not started
}

@test "several ranges are used one after the other" {
	printf 'root:2000:500\nother:3000:10\nroot:4000:500\n' >subuid
	run -0 within run --map-ids auto -- sh -c "$MAP"
	says $'0 0 1\n1 2000 500\n501 4000 500'
}

@test "a sandbox in a sandbox has the ids of the outer one" {
	: >subuid
	run -0 within run --map-ids auto --bind out /out -- sh -c 'touch /out/x; chown 9 /out/x; id -u'
	same "$output" 0
	same "$(owner out/x)" "$((UID_FIRST + 8)):$(id -g)"
}

# --- roots of one convention under another ---

@test "a root made under another convention is refused" {
	tiny_root auto
	mkdir -m 777 place
	cp -r auto place/subid
	tar -C place -cf subid.tar subid
	rm -rf place/subid
	run -0 crannog run --map-ids subid --bind place /place --ro-bind subid.tar /subid.tar -- \
		tar -C /place --no-same-owner -xf /subid.tar
	for kind in auto subid; do
		root=$kind
		[[ $kind == auto ]] || root=place/subid
		run -0 crannog run --map-ids $kind --rootfs ./$root "${HOST_USR[@]}" -- stat -c %u /etc
		same "$output" 0
	done
	run -125 crannog run --map-ids auto --rootfs place/subid "${HOST_USR[@]}" -- echo started
	says "crannog: --rootfs: cannot use as the root place/subid: it belongs to the user $UID_FIRST outside"
	says "crannog rootfs import"
	says_not started
	run -125 crannog run --map-ids subid --rootfs ./auto "${HOST_USR[@]}" -- echo started
	says "it belongs to the user $(id -u) outside"
	says "crannog rootfs import"
	says_not started
}

@test "a root is imported under each convention" {
	tiny_root root
	for kind in auto subid keep; do
		crannog rootfs import --map-ids $kind ./root "of-$kind"
		run -0 crannog run --map-ids $kind --rootfs "of-$kind" "${HOST_USR[@]}" -- stat -c %u:%g /etc
		same "$output" 0:0
		crannog rootfs rm "of-$kind"
	done
}

# --- archives as roots ---

# An archive of a tiny root, with the numbers of the inside.
tiny_archive() {
	tiny_root one
	tar -C one --owner=0 --group=0 -czf one.tar.gz .
}

@test "an archive is unpacked once, and found again by what is in it" {
	tiny_archive
	run -0 crannog run -v --rootfs ./one.tar.gz --map-ids auto "${HOST_USR[@]}" -- stat -c %u:%g /etc
	says "the archive is unpacked"
	says 0:0
	run -0 crannog run -v --rootfs ./one.tar.gz --map-ids auto "${HOST_USR[@]}" -- true
	says_not "the archive is unpacked"
	cp one.tar.gz copy.tar.gz
	run -0 crannog run -v --rootfs ./copy.tar.gz "${HOST_USR[@]}" -- true
	says_not "the archive is unpacked"
	tar -C one --owner=0 --group=0 -czf one.tar.gz ./etc ./usr
	run -125 crannog run -v --rootfs ./one.tar.gz --map-ids auto "${HOST_USR[@]}" -- true
	says "the archive is unpacked"
}

@test "an archive under each convention" {
	tiny_archive
	for kind in auto subid keep single root; do
		run -0 crannog run --rootfs ./one.tar.gz --map-ids $kind "${HOST_USR[@]}" -- true
	done
	run -125 crannog run --rootfs ./one.tar.gz --uid-map "0:$(id -u):1" --gid-map "0:$(id -g):1" -- true
	says "crannog: --rootfs: an archive is unpacked by a convention of --map-ids, and not by --uid-map"
}

@test "what is no archive, or half of one, is no root" {
	tiny_archive
	head -c 100 one.tar.gz >half.tar.gz
	echo text >text
	for file in ./half.tar.gz ./text; do
		run -125 crannog run --rootfs $file --map-ids auto -- echo started
		says "crannog: --rootfs: "
		says_not started
	done
	run -0 find "$XDG_CACHE_HOME/crannog/roots" -name '.new-*'
	same "$output" ""
}
