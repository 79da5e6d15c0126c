#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# tree.bats - trees of files where ids are mapped and file systems mounted; the rest is in
# tests/unit/tree*.c

load ../lib

setup_file() {
	export TREE=$BUILDDIR/tests/stage/tree
	[[ -x $TREE ]] || skip "$TREE is not built: make check does"
	unshare --map-auto --map-root-user --mount true 2>/dev/null ||
		skip "there is no user namespace with subordinate ids, or an old unshare"
}

setup() {
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	mkdir from to
}

# What ids of the test have made, the test's user cannot remove.
teardown() {
	[[ ! -d $BATS_TEST_TMPDIR/work ]] || inside rm -rf "$BATS_TEST_TMPDIR/work"
}

# Runs the words of a script as root of a namespace with mounts of its own.
inside() {
	unshare --map-auto --map-root-user --mount "$@"
}

script() {
	inside bash -euc "$1"
}

# All that stat shows, and attributes, of each entry of a folder.
listing='list() { (cd "$1" && find . -printf "%p %y %m %U:%G %T@ %n %s %l\n" | sed "/ d /s/ [0-9]* *$//" |
	sort && { getfattr -R -h -d -m - -e hex . 2>/dev/null || true; }); }'

# --- copying ---

@test "a root file system is copied as cp -a does" {
	run -0 script "$listing"'
		cd from && mkdir -p bin etc var/empty tmp
		echo 1 >bin/su && chown 0:0 bin/su && chmod 4755 bin/su
		echo 2 >bin/wall && chown 0:5 bin/wall && chmod 2755 bin/wall
		ln bin/su bin/sudo && ln -s su bin/link && chown -h 7:8 bin/link
		touch -h -d 2001-02-03 bin/link
		echo 3 >etc/shadow && chown 0:42 etc/shadow && chmod 0 etc/shadow
		chown 100:200 var/empty && chmod 0111 var/empty && chmod 1777 tmp
		mkfifo -m 0640 tmp/pipe && chown 12:13 tmp/pipe && mknod etc/gone c 0 0
		chown 34:56 etc/gone && setfattr -n user.a -v b etc/shadow
		touch -d 1999-01-01 etc bin/su var . && cd ..
		"$TREE" copy from to && mkdir third && cp -a from/. third
		list from >1 && list to >2 && list third >3 && diff 1 2 && diff 1 3 && wc -l <1'
	((output > 15))
}

@test "ids are shifted, those of ACLs as well" {
	command -v setfacl >/dev/null || skip "there is no setfacl"
	run -0 script '
		touch from/a from/b && mkdir from/c && ln -s x from/d
		chown 0:0 from from/a && chown 5:6 from/b && chown 9:9 from/c && chown -h 3:4 from/d
		setfacl -m u:7:r,g:8:w from/b && setfacl -d -m u:9:x from/c
		"$TREE" copy from to 0:1000:100 0:2000:100
		stat -c "%u:%g" to to/a to/b to/c to/d
		getfacl -np to/b to/c | grep ":[0-9][0-9]*:"'
	same "$(flat)" "1000:2000 1000:2000 1005:2006 1009:2009 1003:2004 user:1007:r-- group:2008:-w- default:user:1009:--x"
}

@test "an id without a place is named, with its file" {
	run -1 script 'mkdir from/x && touch from/x/y && chown 5:50 from/x/y
		"$TREE" copy from to 0:0:10 0:0:10'
	says "cannot copy x/y: there is no place for the group id 50"
	run -1 script 'setfacl -m u:77:r from/x/y && chown 5:5 from/x/y && rm -r to && mkdir to
		"$TREE" copy from to 0:0:10 0:0:10'
	says "x/y: there is no place for the id 77"
}

@test "capabilities are those of the new namespace's root" {
	command -v setcap >/dev/null || skip "there is no setcap"
	run -0 script '
		touch from/own from/other
		setcap cap_net_raw+ep from/own
		setcap -n 5 cap_chown+ep from/other
		chown 8:9 from/own && setcap cap_net_raw+ep from/own
		"$TREE" copy from to && cd to && getcap -n own other && stat -c %u:%g own'
	same "$output" $'own cap_net_raw=ep\nother cap_chown=ep\n8:9'
}

@test "an ordinary user cannot keep capabilities, and is told" {
	command -v setcap >/dev/null || skip "there is no setcap"
	script 'touch from/a from/b && setcap cap_net_raw+ep from/a && setcap cap_net_raw+ep from/b'
	run -0 --separate-stderr "$TREE" copy from to
	same "$stderr" "crannog: files copied without their capabilities: 2"
	[[ -e to/a && -e to/b ]]
}

@test "a whiteout is copied, other devices are counted" {
	run -0 --separate-stderr script '
		mknod from/whiteout c 0 0
		"$TREE" copy from to && stat -c "%F %t:%T" to/whiteout'
	same "$output" "character special file 0:0"
	same "$stderr" ""
	run -0 --separate-stderr script 'mount -t devpts none from && "$TREE" copy from to && [[ ! -e to/ptmx ]]'
	same "$stderr" "crannog: devices that only root can copy: 1"
}

@test "the merged tree of an overlay is copied without the overlay's attributes" {
	run -0 script "$listing"'
		mkdir low up work merged && mkdir low/a && touch low/a/b low/a/c low/d
		mount -t overlay -o userxattr,lowerdir=low,upperdir=up,workdir=work none merged ||
			{ echo none; exit 0; }
		rm merged/d && rm -r merged/a && mkdir merged/a && echo new >merged/a/e
		"$TREE" plain merged to && list merged >1 && list to >2
		find to && getfattr -R -d -m - to'
	[[ $output != none ]] || skip "no overlay can be mounted in a user namespace"
	same "$(flat)" "to to/a to/a/e"
}

@test "a full disk is one failure that names the file" {
	run -1 --separate-stderr script '
		mount -t tmpfs -o size=200k none to
		mkdir from/x && head -c 1000000 /dev/zero >from/x/big && "$TREE" copy from to'
	same "$stderr" "crannog: cannot copy x/big: No space left on device"
}

# --- mounts inside a tree ---

# A tree with a mount in it; what is mounted must survive.
with_mount() {
	mkdir -p tree/a tree/b/inner outside/inner
	echo safe >outside/inner/file
	touch tree/b/file
	run -1 --separate-stderr script "$1
		$2 || { cat outside/inner/file; exit 1; }"
	same "$output" safe
	same "$stderr" "crannog: $3"
}

readonly bind='mount --bind outside tree/b/inner'
readonly bind_file='mount --bind outside/inner/file tree/b/file'

@test "what is mounted in a tree is not removed" {
	with_mount "$bind" '"$TREE" remove . tree' \
		"cannot open folder b/inner: a file system is mounted there"
	with_mount "$bind_file" '"$TREE" remove . tree' \
		"cannot remove b/file: it is in use, or a file system is mounted there"
	with_mount 'mount --bind outside tree' '"$TREE" remove . tree' \
		"cannot open folder tree: a file system is mounted there"
	[[ -d tree/b/inner ]]
}

@test "what is mounted in a tree is not copied" {
	with_mount "$bind" '"$TREE" copy tree to' \
		"cannot open folder b/inner: a file system is mounted there"
	rm -r to && mkdir to
	with_mount "$bind_file" '"$TREE" copy tree to' \
		"cannot look at b/file: a file system is mounted there"
}

@test "what is mounted in a tree is not measured" {
	with_mount "$bind" '"$TREE" usage tree' \
		"cannot open folder b/inner: a file system is mounted there"
	with_mount 'mount -t tmpfs none tree/a' '"$TREE" usage tree' \
		"cannot open folder a: a file system is mounted there"
}

@test "a tree that is a mount itself is as good as any" {
	run -0 script 'mount -t tmpfs none from && touch from/a && "$TREE" copy from to && ls to'
	same "$output" a
}

# --- removing, measuring ---

@test "what other ids have made is removed" {
	run -0 script 'mkdir -p tree/a/b && touch tree/a/b/c && chown -R 55:66 tree && chmod 0 tree/a/b tree/a
		"$TREE" remove . tree && [[ ! -e tree ]]'
}

@test "usage is that of du" {
	cp -r "$SRCDIR/src/store" from
	ln from/store/tree.h from/again
	run -0 "$TREE" usage from
	same "$output" "$(du -s -B1 from | cut -f1) $(find from | wc -l)"
}
