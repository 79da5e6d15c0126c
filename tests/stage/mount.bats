#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016,SC2030,SC2031 # the text is for the shell inside; tests are subshells
#
# mount.bats - binds, tmpfs, proc, mqueue, and what lies over what

load ../lib

SYS=(--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64)

bare() {
	"$OURS" "${SYS[@]}" "$@"
}

# The options of the mount at a path inside, as the kernel says: the last one there.
flags_of() {
	awk -v path="$1" '$5 == path { flags = $6 } END { print flags }' <<<"$output"
}

mounts() {
	run -0 "$@" cat /proc/self/mountinfo
}

# --- binds ---

@test "a bind can be written, and the host sees it" {
	run -0 crannog run --bind . /w -- sh -c 'echo hi >/w/new'
	same "$(<new)" hi
}

@test "a read-only bind refuses writes" {
	run ! crannog run --ro-bind . /w -- touch /w/new
	says "Read-only file system"
}

@test "a file can be bound" {
	echo mine >file
	run -0 crannog run --ro-bind file /etc/hostname -- cat /etc/hostname
	same "$output" mine
}

@test "a socket can be bound" {
	perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "socket", Listen => 1) or die'
	run -0 crannog run --bind socket /run/socket -- test -S /run/socket
}

@test "nothing that is bound is setuid or a device, unless asked for" {
	mounts crannog run --bind . /tmp/rw --ro-bind . /tmp/ro --dev-bind . /tmp/dev
	same "$(flags_of /tmp/rw)" rw,nosuid,nodev,relatime
	same "$(flags_of /tmp/ro)" ro,nosuid,nodev,relatime
	same "$(flags_of /tmp/dev)" rw,nosuid,relatime
}

@test "a missing source is an error, with a hint" {
	run -125 crannog run --ro-bind /not/there /x -- echo started
	says "crannog: --ro-bind: cannot find source /not/there: No such file or directory"
	says "  hint: "
	says_not started
}

@test "--bind-try passes over a missing source" {
	run -1 crannog run --bind-try /not/there /tmp/x --ro-bind-try /not/there /tmp/x --dev-bind-try /not/there /tmp/x -- \
		test -e /tmp/x
}

@test "--bind-try of what may not be read is an error" {
	[[ ! -x /root ]] || skip "every folder can be read here"
	run -125 crannog run --bind-try /root/x /tmp/x -- true
	says "cannot find source /root/x: Permission denied"
}

@test "mounts below the source come along, read-only as well" {
	mkdir -p src/sub
	run -0 unshare --user --map-root-user --mount sh -c '
		mount -t tmpfs x src/sub && echo deep >src/sub/file &&
		"$1" --dev-bind / / --ro-bind src /mnt sh -c "cat /mnt/sub/file; touch /mnt/sub/new"; true' sh "$OURS"
	says deep
	says "Read-only file system"
}

@test "the source's own restrictions stay" {
	mkdir src
	run -0 unshare --user --map-root-user --mount sh -c '
		mount -t tmpfs -o noexec x src && cp /bin/true src &&
		"$1" --dev-bind / / --bind src /mnt sh -c "/mnt/true || echo refused"' sh "$OURS"
	says refused
}

@test "--bind-fd binds what is open" {
	mkdir src
	echo mine >src/file
	exec 9<src
	mv src moved
	run -0 crannog run --bind-fd 9 /w -- sh -c 'cat /w/file; touch /w/new'
	exec 9<&-
	same "$output" mine
	test -e moved/new
}

@test "--ro-bind-fd binds it read-only" {
	run ! crannog run --ro-bind-fd 9 /w -- touch /w/new 9<.
	says "Read-only file system"
}

@test "a descriptor that is no file or folder cannot be bound" {
	run -125 crannog run --ro-bind-fd 9 /tmp/x -- true 9< <(:)
	says "--ro-bind-fd: cannot bind descriptor 9"
}

# --- one over the other ---

@test "the same destination twice: the later one lies on top" {
	mkdir one two
	touch one/1 two/2
	run -0 bare --bind one /w --bind two /w ls /w
	same "$output" 2
}

@test "a bind below a bind" {
	mkdir -p one/sub
	echo mine >file
	run -0 bare --bind one /tmp --ro-bind file /tmp/sub/file cat /tmp/sub/file
	same "$output" mine
}

@test "a bind over a bind hides what was below it" {
	mkdir -p one/sub two/sub
	touch one/sub/1
	run -0 bare --bind one /w --tmpfs /w/sub --bind two /w ls -A /w/sub
	same "$output" ""
}

@test "a folder inside a read-only bind can be writable" {
	mkdir -p one/sub
	run -0 bare --ro-bind one /w --bind one/sub /w/sub touch /w/sub/new
	test -e one/sub/new
}

@test "mount points that had to be made in a writable folder of the host stay empty" {
	echo mine >file
	run -0 crannog run --bind . /w --ro-bind file /w/point -- cat /w/point
	same "$output" mine
	test ! -s point
}

@test "a relative destination" {
	run -0 bare --dev-bind /dev dev test -c /dev/null
}

@test "a destination with odd characters" {
	mkdir $'a b\\c,d:e\nf'
	run -0 bare --bind $'a b\\c,d:e\nf' $'/x y\\z,w:v\nu' --proc /proc touch $'/x y\\z,w:v\nu/new'
	test -e $'a b\\c,d:e\nf/new'
}

@test "--tmpfs / and what is then built on it" {
	run -0 "$OURS" --ro-bind / / --tmpfs / "${SYS[@]}" --proc /proc ls /
	same "$(flat)" "bin lib lib64 proc usr"
}

@test "--bind of a root on / and more on top" {
	mkdir -p root/usr root/proc
	touch root/mine
	run -0 "$OURS" --bind root / "${SYS[@]}" --proc /proc --dev /dev sh -c 'ls /; touch /new'
	same "$(flat)" "bin dev lib lib64 mine proc usr"
	test -e root/new
}

@test "a root that is a FUSE mount" {
	command -v bindfs >/dev/null || skip "bindfs is not installed"
	mkdir root fuse
	touch root/mine
	bindfs --no-allow-other root fuse 3>&- 2>/dev/null || skip "this user cannot mount FUSE file systems"
	FUSE=$PWD/fuse
	run -0 "$OURS" --bind fuse / "${SYS[@]}" --proc /proc --dev /dev sh -c 'ls /; touch /new'
	says mine
	test -e root/new
}

teardown() {
	[[ ! ${FUSE-} ]] || fusermount -u "$FUSE" || fusermount3 -u "$FUSE"
}

@test "a thousand binds" {
	touch file
	for n in {1..1000}; do
		printf -- '--ro-bind\0file\0/w/%d\0' "$n"
	done >args
	run -0 bare --args 9 sh -c 'ls /w | wc -l' 9<args
	same "$output" 1000
}

# --- tmpfs, proc, mqueue ---

@test "--tmpfs is empty, writable and mode 0755" {
	run -0 bare --tmpfs /x sh -c 'ls -A /x; stat -c %a /x; touch /x/new'
	same "$output" 755
}

@test "--tmpfs with a size and a mode" {
	run -0 crannog run --perms 0000 --size 65536 --tmpfs /tmp/x -- sh -c 'stat -c %a /tmp/x; stat -fc "%b %s" /tmp/x'
	says 0
	says "16 4096"
}

@test "--tmpfs is full when it is full" {
	run ! crannog run --size 65536 --tmpfs /tmp/x -- dd if=/dev/zero of=/tmp/x/big bs=64k count=2
	says "No space left on device"
}

@test "--perms 000 --tmpfs hides a folder" {
	run -2 crannog run --perms 000 --tmpfs /usr/share -- ls /usr/share
	says "Permission denied"
}

@test "--proc shows the sandbox's processes alone" {
	run -0 crannog run -- sh -c 'echo /proc/[0-9]*'
	same "$output" "/proc/1 /proc/2"
}

@test "--proc without a pid namespace shows the host's" {
	run -0 bare --proc /proc test -e "/proc/$$"
}

@test "--proc twice" {
	run -0 crannog run --proc /proc --proc /tmp/proc -- test -d /tmp/proc/self
}

@test "the kernel's settings cannot be written" {
	run ! crannog run --uid 0 --gid 0 --cap-add ALL -- sh -c 'echo 1 >/proc/sys/kernel/printk'
}

@test "--mqueue shows the sandbox's own queues" {
	run -0 bare --unshare-ipc --mqueue /mq sh -c 'ls -A /mq; touch /mq/new && ls /mq'
	same "$output" new
}

# --- remount ---

@test "--remount-ro makes a mount read-only, not what is below it" {
	run -0 bare --tmpfs /x --tmpfs /x/sub --remount-ro /x sh -c 'touch /x/new || touch /x/sub/new && echo below'
	says "Read-only file system"
	says below
}

@test "--remount-ro / makes the root read-only" {
	run ! bare --remount-ro / touch /new
	says "Read-only file system"
}

@test "--remount-ro where nothing is mounted is an error" {
	run -125 crannog run --dir /tmp/x --remount-ro /tmp/x -- true
	same "$output" "crannog: --remount-ro: cannot remount read-only /tmp/x: nothing is mounted there"
}

# --- the host ---

@test "the host's mounts are as before" {
	before=$(</proc/self/mountinfo)
	crannog run --bind . /tmp/x --tmpfs /tmp/y --ro-bind /usr /tmp/z --mask /opt -- true
	"$OURS" --bind / / --proc /proc --dev /dev true
	same "$(</proc/self/mountinfo)" "$before"
}

@test "what the host mounts later does not appear inside" {
	mkdir src
	mkfifo go
	run -0 unshare --user --map-root-user --mount --propagation shared sh -c '
		mount -t tmpfs x src
		mkdir src/sub
		"$1" run --bind src /tmp/src -- sh -c "echo up; read line; ls /tmp/src/sub" <go &
		exec 9>go
		sleep 0.2
		mount -t tmpfs y src/sub
		touch src/sub/late
		echo >&9
		wait $!' sh "$CRANNOG"
	says up
	says_not late
}
