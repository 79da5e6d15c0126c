#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# overlay.bats - what a layer over a root does, with either driver
#
# The root is a small one of our own, with the host's /usr; the folder /data in it is played with.

load ../lib
load roots

setup() {
	needs_ranges
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	tiny_root root
	mkdir root/data
	chmod 755 . "$BATS_TEST_TMPDIR"
	inside --rw-rootfs root -- sh -euc "$FILL" >/dev/null
}

teardown() {
	[[ ! -d $XDG_DATA_HOME/crannog/layers ]] ||
		remove_as_root "$XDG_DATA_HOME/crannog/layers" "$BATS_TEST_TMPDIR"/disk* "$BATS_TEST_TMPDIR/work"
	remove_as_root "$BATS_TEST_TMPDIR/work" ${SHM:+"$SHM"}
}

# What the root has in /data, made as root inside.
FILL='
	cd /data
	for folder in plain moved removed opaque shared; do
		mkdir $folder
		for name in a b c; do echo $folder $name >$folder/$name; done
	done
	mkdir moved/deep && echo deep >moved/deep/file
	echo linked >link1 && ln link1 link2 && ln -s plain/a symbolic
	chown 5:60 plain plain/a && chmod 775 plain && chmod 750 plain/b
	chown 1234:77 shared/a && chmod 600 shared/a && chmod 1777 shared
	mkdir bits && cp plain/* bits && chown 5:60 bits && chmod 2775 bits && chmod 4755 bits/b
	mkfifo pipe
'

inside() {
	crannog run "${ROOT[@]}" "${HOST_USR[@]}" "$@"
}

# layered DRIVER OPTION... - over the root, with the layer that is named after the driver.
layered() {
	local driver=$1
	shift

	inside --rootfs ./root --layer "$driver" --overlay-driver "$driver" "$@"
}

# The same in the background; its pid is that of $launcher.
background() {
	local driver=$1
	shift

	"$CRANNOG" run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs ./root --layer "$driver" \
		--overlay-driver "$driver" "$@" 3>&- &
	launcher=$!
}

# --- what can be done ---

# Each is a shell's text that works in /data and prints what came of it.

RENAME='
	mv moved renamed && ls . renamed renamed/deep && cat renamed/deep/file
	mv renamed moved2 && mv plain/a plain/z && cat plain/z
	stat -c "%U:%G %a" plain plain/z
'

REMOVE='
	rm -r removed && ls && mkdir removed && ls -A removed
	rm plain/a && echo new >plain/a && cat plain/a
	rm -r opaque && mkdir opaque && echo fresh >opaque/fresh && ls opaque
	rm -r shared && echo file >shared && cat shared && rm symbolic && mkdir symbolic
	rm pipe && test ! -e pipe && ls
'

LINKS='
	echo one >hard1 && ln hard1 hard2 && ln plain/a hard3
	echo more >>hard2 && cat hard1 && stat -c %h hard1
	ln -s nowhere dangling && ln -sfn removed symbolic && readlink dangling symbolic
	cp -l plain/b copied && stat -c "%U %a" copied
'

OWNERS='
	chown 1234:78 plain/a && chown -R 7:7 moved && chown -h 1234 symbolic
	chmod 2750 shared && chmod 4711 plain/c && touch made && chown 65534:65534 made
	stat -c "%n %u:%g %a" plain/* moved/* symbolic shared shared/* made
'

CONTENTS='
	truncate -s 1G sparse && echo end >>sparse && test $(du -k sparse | cut -f1) -lt 1024
	stat -c %s sparse && tail -c 4 sparse
	echo more >>plain/a && cat plain/a && : >plain/b && stat -c "%s %a" plain/b
	dd if=/dev/zero of=plain/c bs=1 seek=3 count=2 conv=notrunc status=none && od -An -c plain/c
	mkfifo fifo && { echo through >fifo & cat fifo; }
	touch -d "2001-02-03 04:05:06 UTC" plain/a && stat -c %Y plain/a
'

MANY='
	mkdir many && cd many && seq 10000 | xargs touch && ls | wc -l && ls | sort -n | tail -n 1
	seq 1 2 10000 | xargs rm && ls | wc -l && test -e 2 && test ! -e 1
'

ATTRIBUTES='
	setfattr -n user.colour -v green plain/a && getfattr --only-values -n user.colour plain/a && echo
	touch new && setfattr -n user.empty new && getfattr -d new
	setfattr -x user.colour plain/a && getfattr -d plain/a
	getfattr -d -m- -h moved/a symbolic
'

ACLS='
	setfacl -m u:1234:rw,g:paint:r plain/a && getfacl -n plain/a
	setfacl -d -m g:clay:rwx shared && getfacl -n shared
	setfacl -b plain/a && getfacl -n plain/a && cp -p plain/b copied && getfacl -n copied
'

# both SCRIPT: it does the same in a layer of either driver as in a folder that is written directly.
# What it prints is compared, then all of /data with owners, modes and contents, in the next run.
both() {
	local driver

	needs_driver kernel
	needs_driver fuse
	tiny_root plain
	mkdir plain/data
	inside --rw-rootfs plain -- sh -euc "$FILL"
	inside --rw-rootfs plain -- sh -euc "cd /data; $1" >plain.said
	inside --rootfs ./plain -- sh -c "$LOOK" >plain.list
	for driver in kernel fuse; do
		layered $driver -- sh -euc "cd /data; $1" >$driver.said
		diff -u plain.said $driver.said
		layered $driver -- sh -c "$LOOK" >$driver.list
		diff -u plain.list $driver.list
	done
	same "$(inside --rootfs ./root -- ls /data/removed)" $'a\nb\nc'
}

LOOK="set -e; $MANIFEST; cd /data; find . -type f -size -10k -exec md5sum {} + | sort -k2"
LOOK=${LOOK/'$1'/\/data}

@test "folders and files are renamed as without a layer" {
	both "$RENAME"
}

@test "what is removed stays away, and what takes its place is new" {
	both "$REMOVE"
}

@test "links are as without a layer" {
	both "$LINKS"
}

@test "owners and modes are as without a layer" {
	both "$OWNERS"
}

@test "contents, holes, pipes and times are as without a layer" {
	both "$CONTENTS"
}

@test "a folder of ten thousand is as without a layer" {
	both "$MANY"
}

@test "extended attributes are as without a layer" {
	needs_program setfattr
	both "$ATTRIBUTES"
}

@test "access control lists are as without a layer" {
	needs_program setfacl
	both "$ACLS"
}

# What fuse-overlayfs is known to lose, as version 1.10 does, is no fault of ours.
loses() {
	[[ $1 == "$2" ]] || skip "$(fuse-overlayfs --version | sed -n 's/^fuse-overlayfs: version/this fuse-overlayfs,/p'), loses $3"
}

SET_BITS='cd /data; echo more >>bits/a; cp -l bits/b bits/d; stat -c %a bits bits/b bits/d'

@test "setuid and setgid bits of the root stay when something beside them changes" {
	needs_driver kernel
	run -0 layered kernel -- sh -euc "$SET_BITS"
	same "$output" $'2775\n4755\n4755'
}

@test "setuid and setgid bits of the root stay with fuse-overlayfs" {
	needs_driver fuse
	run -0 layered fuse -- sh -euc "$SET_BITS"
	loses "$output" $'2775\n4755\n4755' "bits when it copies"
}

DEFAULT_ACL='cd /data; setfacl -d -m g:clay:rwx shared; mkdir shared/below; getfacl -n shared/below | grep -c ^group:78'

@test "default access control lists are handed down" {
	needs_program setfacl
	needs_driver kernel
	run -0 layered kernel -- sh -euc "$DEFAULT_ACL"
	same "$output" 1
}

@test "default access control lists are handed down with fuse-overlayfs" {
	needs_program setfacl
	needs_driver fuse
	run layered fuse -- sh -euc "$DEFAULT_ACL"
	loses "$output" 1 "default access control lists"
}

@test "a lower file with two names keeps what is written to one" {
	needs_driver kernel
	layered kernel -- sh -c 'echo new >/data/link1; cat /data/link1'
	run -0 layered kernel -- cat /data/link1 /data/link2
	same "$output" $'new\nlinked'
}

@test "a lower file with two names keeps what is written to one, with fuse-overlayfs" {
	needs_driver fuse
	layered fuse -- sh -c 'echo new >/data/link1; cat /data/link1'
	run -0 layered fuse -- cat /data/link1
	loses "$output" new "changes of files with two names"
}

# --- where it may lie ---

@test "a layer in memory" {
	for driver in kernel fuse; do
		needs_driver $driver
		run -0 inside --rootfs ./root --layer tmp --overlay-driver $driver -- \
			sh -euc 'cd /data; rm -r removed; chown 5:60 opaque; ls; stat -c %U:%G opaque'
		says_not removed
		says games:games
		run -0 inside --rootfs ./root --layer tmp --overlay-driver $driver -- ls /data/removed
		same "$output" $'a\nb\nc'
	done
}

@test "a layer in a folder, on a disk and on tmpfs" {
	SHM=$(mktemp -d -p /dev/shm 2>/dev/null) || skip "/dev/shm is not there"
	for place in "$PWD/layer" "$SHM/layer"; do
		for driver in kernel fuse; do
			needs_driver $driver
			inside --rootfs ./root --layer-dir "$place-$driver" --overlay-driver $driver -- \
				sh -euc 'cd /data; rm -r removed; echo new >plain/a; chown 1234 plain/a'
			run -0 inside --rootfs ./root --layer-dir "$place-$driver" --overlay-driver $driver -- \
				sh -c 'ls /data; cat /data/plain/a; stat -c %U /data/plain/a'
			says_not removed
			says $'new\nmarie'
		done
	done
}

@test "lower folders lie on top of one another, below the layer" {
	needs_driver kernel
	mkdir -p first/data/plain second/data/plain
	echo first | tee first/data/plain/a >first/data/plain/b
	echo second >second/data/plain/a
	run -0 inside --rootfs ./root --lower first --lower second -- sh -c 'cd /data/plain; cat a b c'
	same "$output" $'second\nfirst\nplain c'
	run ! inside --rootfs ./root --lower first -- touch /data/new
	says "Read-only file system"
	run -0 inside --rootfs ./root --lower first --lower second --layer kernel -- \
		sh -c 'cd /data/plain; echo third >a; cat a b'
	same "$output" $'third\nfirst'
	same "$(<second/data/plain/a)" second
}

@test "a layer over a root that lies in a layer" {
	needs_driver kernel
	layered kernel -- sh -euc '
		mkdir -p /srv/inner/usr /srv/inner/proc /srv/inner/dev /srv/inner/tmp /srv/inner/run
		cp -P /bin /sbin /lib /lib64 /srv/inner
		echo outer >/srv/inner/file'
	run -0 layered kernel --ro-bind "$CRANNOG" /run/crannog -- \
		sh -c '/run/crannog run --map-ids auto --rootfs /srv/inner --layer tmp --ro-bind /usr -- \
			sh -c "cat /file; echo inner >/file; chown 5 /file; stat -c %u /file"
			cat /srv/inner/file'
	same "$output" $'outer\n5\nouter'
}

@test "-v says which driver it is" {
	for driver in kernel fuse; do
		needs_driver $driver
		run -0 layered $driver -v -- true
		says $driver
	done
}

# --- what is refused ---

@test "another driver than the layer's is refused" {
	needs_driver kernel
	needs_driver fuse
	layered kernel -- touch /data/new
	run -125 inside --rootfs ./root --layer kernel --overlay-driver fuse -- echo started
	says "crannog: --layer: "
	says "driver"
	says_not started
	layered fuse -- touch /data/new
	run -125 inside --rootfs ./root --layer fuse --overlay-driver kernel -- echo started
	says "driver"
	says_not started
	run -0 inside --rootfs ./root --layer fuse -- ls /data/new
}

@test "another map of ids than the layer's is refused" {
	needs_driver kernel
	first=$(awk -F: -v me="$(id -un)" '$1 == me { print $2; exit }' /etc/subuid)
	layered kernel -- touch /data/new
	run -125 crannog run --uid-map "0:$(id -u):1" --uid-map "1:$first:2000" --gid-map "0:$(id -g):1" \
		--gid-map "1:$first:2000" "${HOST_USR[@]}" --rootfs ./root --layer kernel -- echo started
	says "crannog: --layer: "
	says "map"
	says_not started
}

@test "a second sandbox on a layer is refused, and told who has it" {
	needs_driver kernel
	background kernel --bind . /mnt -- sh -c 'touch /mnt/started; sleep 60'
	wait_for 10 test -e started
	run -125 layered kernel -- echo second
	same "$output" "crannog: --layer: cannot use the layer: kernel is in use by pid $launcher (sh)"
	run -125 crannog layer discard kernel
	says "in use by"
	kill "$launcher"
	wait "$launcher" || true
	run -0 layered kernel -- echo second
	same "$output" second
}

@test "a layer without a root is refused" {
	run -125 crannog run --layer some -- echo started
	says "crannog: --layer"
	says_not started
	same "$(leftovers)" ""
}

@test "a driver that is none is refused" {
	run -125 inside --rootfs ./root --layer tmp --overlay-driver aufs -- echo started
	same "$output" "crannog: --overlay-driver: unknown driver aufs: it is auto, kernel or fuse"
}

# --- the end ---

is_gone() {
	! kill -0 "$1" 2>/dev/null
}

# No process of this test is there that has the word in its command line.
none_with() {
	! pgrep -u "$(id -u)" -f "$1" >/dev/null
}

killed_without_a_trace() {
	local driver=$1 mark

	needs_driver "$driver"
	mark=98$BATS_ROOT_PID$RANDOM
	background "$driver" --bind . /mnt -- \
		sh -c "rm -r /data/removed; touch /data/on /mnt/started; sleep $mark"
	wait_for 20 test -e started
	server=$(pgrep -P "$launcher" fuse-overlayfs) || server=$launcher
	kill -KILL "$launcher"
	wait "$launcher" || true
	wait_for 10 is_gone "$server"
	wait_for 10 none_with "sleep $mark"
	run ! grep "$XDG_DATA_HOME" /proc/self/mountinfo
	run -0 layered "$driver" -- ls /data
	says_not removed
	says "on"
	crannog layer discard "$driver"
	same "$(leftovers)" ""
}

@test "a killed launcher leaves nothing but the layer" {
	killed_without_a_trace kernel
}

@test "a killed launcher leaves nothing but the layer, with fuse-overlayfs" {
	killed_without_a_trace fuse
}

@test "fuse-overlayfs ends with the sandbox" {
	needs_driver fuse
	background fuse --bind . /mnt -- sh -c 'touch /mnt/started; until test -e /mnt/end; do sleep 0.1; done'
	wait_for 20 test -e started
	server=$(pgrep -P "$launcher" fuse-overlayfs)
	touch end
	wait "$launcher"
	is_gone "$server"
}

@test "a sandbox whose fuse-overlayfs dies ends, and says so" {
	needs_driver fuse
	background fuse --bind . /mnt -- sh -c 'touch /mnt/started; sleep 60' 2>said
	wait_for 20 test -e started
	pkill -KILL -P "$launcher" fuse-overlayfs
	code=0
	wait "$launcher" || code=$? # not by run: a subshell cannot wait for our child
	same "$code" 125
	output=$(<said)
	says "crannog: cannot go on without fuse-overlayfs: it ended"
}

# --- what the layer says of itself ---

@test "layer diff names what was added, changed and removed" {
	needs_driver kernel
	layered kernel -- sh -c 'cd /data; echo new >new; echo x >>plain/a; rm -r removed; chmod 700 shared'
	run -0 crannog layer diff kernel
	for path in /data/new /data/plain/a /data/removed /data/shared; do
		says "$path"
	done
	says_not /data/plain/b
	run -0 crannog layer diff kernel --patch
	says "+x"
}

@test "a layer is committed as a layer, exported and discarded" {
	needs_driver kernel
	layered kernel -- sh -c 'cd /data; echo new >new; chown 5:60 new; rm -r removed'
	crannog layer commit kernel copy --as-layer
	run -0 inside --rootfs ./root --layer copy -- sh -c 'ls /data; stat -c %U:%G /data/new'
	says_not removed
	says games:games
	crannog layer export kernel kernel.tar
	run -0 tar --numeric-owner -tvf kernel.tar
	says data/new
	says 5/60
	for layer in kernel copy; do
		crannog layer rm $layer || crannog layer discard $layer
	done
	same "$(leftovers)" ""
}

@test "fifty files of others are discarded" {
	needs_driver kernel
	layered kernel -- sh -c 'mkdir -m 700 /data/x; cd /data/x; seq 50 | xargs touch; chown -R 1234 /data/x'
	crannog layer discard kernel
	same "$(leftovers)" ""
}
