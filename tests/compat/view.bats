# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `both` starts
#
# view.bats - what is mounted where, with which flags; files.bats has the operations that make
# files

load compat

@test "an empty view is a tmpfs" {
	both 'bwrap $SYS --proc /proc sh /probe mounts tree'
}

@test "the standard view" {
	both 'bwrap --unshare-all $FULL sh /probe mounts tree'
}

@test "the host's root, read-only" {
	both 'bwrap $ROOT sh $PROBE mounts'
}

@test "the host's root with devices" {
	both 'bwrap --dev-bind / / sh $PROBE mounts'
}

@test "the host's root, read-write, nodev" {
	both 'bwrap --bind / / sh $PROBE mounts'
}

@test "the host's root with a new /dev and /proc" {
	both 'bwrap --unshare-pid $ROOT --dev /dev --proc /proc sh $PROBE mounts'
}

@test "a tmpfs as the root" {
	both 'bwrap --tmpfs / $SYS --proc /proc sh /probe mounts tree'
}

@test "a folder as the root" {
	both 'mkdir root; bwrap --bind root / $SYS --proc /proc sh /probe mounts tree'
}

@test "a folder as the root, read-only: no place for a mount point" {
	both -1 'mkdir root; bwrap --ro-bind root / --ro-bind /usr /usr true'
}

@test "--bind: written through" {
	both 'bwrap $SYS --bind . /w sh -c "echo new >/w/made; echo more >>/w/file; rm /w/script"'
}

@test "--bind: flags" {
	both 'bwrap $FULL --bind . /w sh /probe mounts'
}

@test "--bind: a file" {
	both_but_parents 'bwrap $FULL --bind file /etc/name sh -c \
		"cat /etc/name; echo more >>/etc/name; sh /probe mounts tree"'
}

@test "--bind: a link as source is followed" {
	both 'bwrap $FULL --bind link /f --bind dirlink /d sh /probe mounts tree'
}

@test "--bind: a relative source" {
	both 'cd dir; bwrap $SYS --bind sub /d --bind ../file /f find /d /f'
}

@test "--bind: a source with dots" {
	both 'bwrap $SYS --bind dir/../dir/./sub/.. /d ls /d'
}

@test "--bind: over itself, with its submounts" {
	both 'bwrap $FULL --bind /dev /d sh /probe mounts'
}

@test "--bind: below a bind, in the folder of the host" {
	both_but_parents 'bwrap $SYS --bind . /w --bind dir /w/new/deep sh -c \
		"find /w/new; touch /w/new/deep/t"'
}

@test "--bind: a file below a bind leaves its mount point on the host" {
	both 'bwrap $SYS --bind . /w --bind file /w/point true'
}

@test "--bind: the same point twice, the later wins" {
	both 'bwrap $FULL --bind dir /w --bind dir/sub /w sh -c "ls /w; sh /probe mounts"'
}

@test "--bind: a point hidden by a later mount" {
	both 'bwrap $FULL --bind dir /a/b --tmpfs /a sh -c "ls -A /a; sh /probe mounts"'
}

@test "--bind: sources are the host's, whatever was mounted before" {
	both 'bwrap --tmpfs /tmp $SYS --bind . /tmp/w --bind file /f cat /f /tmp/w/file'
}

@test "--ro-bind: refuses writes" {
	both -2 'bwrap $SYS --ro-bind . /w sh -c "echo x >/w/new"'
}

@test "--ro-bind: flags of submounts" {
	both 'bwrap $SYS --ro-bind /dev /dev --ro-bind /proc /proc sh /probe mounts'
}

@test "--ro-bind: of a file over a file" {
	both 'bwrap $SYS --ro-bind . /w --ro-bind dir/file /w/file cat /w/file'
}

@test "--ro-bind: the host's /sys" {
	both 'bwrap $FULL --ro-bind /sys /sys sh /probe mounts'
}

@test "--dev-bind: a device can be opened" {
	both 'bwrap $SYS --dev-bind /dev/zero /z head -c 3 /z | od'
}

@test "--bind: a device cannot be opened" {
	both -1 'bwrap $SYS --bind /dev/zero /z head -c 3 /z'
}

@test "--dev-bind: flags" {
	both 'bwrap $FULL --dev-bind /dev /d --dev-bind . /w sh /probe mounts'
}

@test "--bind-try, --ro-bind-try, --dev-bind-try: of what is there" {
	both 'bwrap $FULL --bind-try dir /1 --ro-bind-try dir /2 --dev-bind-try dir /3 sh /probe \
		mounts'
}

@test "--bind-try, --ro-bind-try, --dev-bind-try: of what is not" {
	both 'bwrap $FULL --bind-try no /1 --ro-bind-try no/no /2 --dev-bind-try dangling /3 sh \
		/probe mounts tree'
}

@test "--ro-bind over --bind, and --bind over --ro-bind" {
	both 'bwrap $FULL --bind dir /a --ro-bind dir/sub /a/sub --ro-bind dir /b \
		--bind dir/sub /b/sub sh -c \
		"touch /a/1 /b/sub/2; touch /a/sub/3 /b/4; sh /probe mounts"'
}

@test "--bind-fd: a folder" {
	both 'bwrap $FULL --bind-fd 9 /w sh -c "touch /w/t; sh /probe mounts fds" 9<dir'
}

@test "--ro-bind-fd: a folder" {
	both 'bwrap $FULL --ro-bind-fd 9 /w sh -c "ls /w; touch /w/t; sh /probe mounts fds" 9<dir'
}

@test "--ro-bind-fd: a file" {
	both 'bwrap $FULL --ro-bind-fd 9 /f sh -c "cat /f; sh /probe mounts tree" 9<file'
}

@test "--remount-ro: the root" {
	both 'bwrap $FULL --dir /d --remount-ro / sh -c "touch /d/t; sh /probe mounts"'
}

@test "--remount-ro: a bind, its submounts stay" {
	both 'bwrap $FULL --bind . /w --bind dir /w/dir --remount-ro /w sh -c \
		"touch /w/dir/t; touch /w/t; sh /probe mounts"'
}

@test "--remount-ro: a tmpfs" {
	both 'bwrap $FULL --tmpfs /t --dir /t/d --remount-ro /t sh /probe mounts tree'
}

@test "--remount-ro: keeps the flags of /proc and /dev" {
	both 'bwrap $FULL --remount-ro /proc --remount-ro /dev sh /probe \
		mounts'
}

@test "--remount-ro: no mount point" {
	both -1 'bwrap $SYS --dir /d --remount-ro /d true'
	says "Unable to find"
}

@test "--remount-ro: nothing there" {
	both -1 'bwrap $SYS --remount-ro /no/where true'
}

@test "--proc: with a pid namespace" {
	both 'bwrap --unshare-pid $SYS --proc /p sh -c "ls -d /p/[0-9]*; cat /p/1/comm"'
}

@test "--proc: without one" {
	both 'bwrap $SYS --proc /proc sh /probe mounts'
}

@test "--proc: twice" {
	both 'bwrap --unshare-pid $SYS --proc /proc --proc /p2 sh /probe mounts tree'
}

@test "--proc: as uid 0" {
	both 'bwrap --unshare-pid --unshare-user --uid 0 $SYS --proc /proc sh /probe mounts'
}

@test "--dev" {
	both 'bwrap $SYS --proc /proc --dev /dev sh /probe mounts tree'
}

@test "--dev: elsewhere" {
	both_but_parents 'bwrap $SYS --proc /proc --dev /some/dev sh /probe mounts tree'
}

@test "--dev: the devices work" {
	both 'bwrap $FULL sh -c \
		"echo x >/dev/null; head -c 2 /dev/zero | od; head -c 9 /dev/urandom | wc -c; echo x >/dev/full; echo x >/dev/shm/f; echo out >/dev/stdout; echo err >/dev/stderr; ls /dev/fd/0"'
}

@test "--dev: a mount below it" {
	both 'bwrap $FULL --tmpfs /dev/shm --dev-bind /dev/zero /dev/kvm sh /probe mounts tree'
}

@test "--dev: with a terminal, console is there" {
	both 'script -qec \
		"bwrap $FULL sh -c \"ls /dev; test -t 1 && echo terminal; grep -c console /proc/self/mountinfo\"" \
		/dev/null'
}

@test "--tmpfs: mode and flags" {
	both 'bwrap $FULL --tmpfs /t sh -c "echo x >/t/f; sh /probe mounts tree"'
}

@test "--tmpfs: over a folder of the host" {
	both 'bwrap $FULL --bind . /w --tmpfs /w/dir sh -c \
		"touch /w/dir/t; ls /w/dir; sh /probe mounts"'
}

@test "--tmpfs: over a file" {
	both -1 'bwrap $SYS --bind . /w --tmpfs /w/file true'
}

@test "--size: of a tmpfs" {
	both 'bwrap $FULL --size 65536 --tmpfs /t sh -c \
		"head -c 100000 /dev/zero >/t/f; wc -c </t/f; sh /probe mounts"'
}

@test "--size: hexadecimal and octal" {
	both 'bwrap $FULL --size 0x10000 --tmpfs /t --size 0100000 --tmpfs /u sh /probe mounts'
}

@test "--size: rounded to pages" {
	both 'bwrap $FULL --size 5000 --tmpfs /t --size 1 --tmpfs /u sh /probe mounts'
}

@test "--size: at the limit" {
	both 'bwrap $FULL --size 9223372036854775807 --tmpfs /t sh /probe mounts'
}

@test "--size and --perms: either order" {
	both 'bwrap $FULL --size 4096 --perms 1777 --tmpfs /t --perms 0700 --size 8192 --tmpfs /u \
		--tmpfs /v sh /probe mounts tree'
}

@test "--mqueue" {
	both 'bwrap --unshare-ipc $FULL --mqueue /mq sh /probe mounts tree'
}

@test "--mqueue: deep below" {
	both 'bwrap --unshare-ipc $FULL --mqueue /dev/mqueue sh /probe mounts tree'
}

@test "destinations are taken from the root" {
	both 'bwrap $FULL --dir rel/dir --tmpfs rel/tmp --ro-bind file rel/file \
		--symlink x rel/link sh /probe mounts tree'
}

@test "destinations with doubled and trailing slashes" {
	both 'bwrap $FULL --dir //a//b/ --tmpfs /t/ --ro-bind dir //d// sh /probe mounts tree'
}

@test "destinations with single dots" {
	both 'bwrap $FULL --dir /./a/./b --ro-bind dir /./d sh /probe mounts tree'
}

@test "a relative link in the way, within the view" {
	both 'bwrap $FULL --dir /real --symlink real /l --dir /l/d --tmpfs /l/t \
		--ro-bind file /l/f sh /probe mounts tree'
}

@test "a relative link as mount point, to something there" {
	both 'bwrap $FULL --dir /real --symlink real /l --tmpfs /l sh /probe mounts tree'
}

@test "a relative dangling link as a file's mount point" {
	both 'bwrap $FULL --symlink real /l --ro-bind file /l sh -c \
		"cat /real; sh /probe mounts tree"'
}

@test "a socket, a fifo and a device as mount points" {
	both 'mkfifo pipe; bwrap $FULL --bind . /w --ro-bind file /w/pipe --dev-bind /dev/zero /z \
		--ro-bind file /z cat /w/pipe /z'
}

@test "a file over a folder" {
	both -1 'bwrap $SYS --bind . /w --ro-bind file /w/dir true'
}

@test "a folder over a file" {
	both -1 'bwrap $SYS --bind . /w --ro-bind dir /w/file true'
}

@test "a folder below a file" {
	both -1 'bwrap $SYS --bind . /w --ro-bind dir /w/file/sub true'
}

@test "a mount point in a read-only place" {
	both -1 'bwrap $SYS --ro-bind . /w --ro-bind dir /w/new true'
}

@test "a folder in a read-only place" {
	both -1 'bwrap $SYS --ro-bind . /w --dir /w/a/b true'
}

@test "order: the last operation on a point is what is seen" {
	both 'bwrap $FULL --tmpfs /x --dir /x/1 --bind dir /x --ro-bind dir/sub /x/sub \
		--tmpfs /x/sub sh /probe mounts tree'
}

@test "many operations" {
	both 'words=; for i in $(seq 200); do words="$words --ro-bind dir /many/$i"; done; bwrap \
		$FULL $words sh -c "ls /many | wc -l; sh /probe mounts"'
}

@test "the source of a file system that has none is its type" {
	both 'bwrap --unshare-ipc $FULL --tmpfs /t \
		--mqueue /m sed -n "s/.* - //p" /proc/self/mountinfo | cut -d" " -f1,2 | sort -u'
}

@test "the root can be written" {
	both 'bwrap $FULL sh -c "mkdir /new; echo x >/new/f; sh /probe tree"'
}

@test "nothing of the old root is left" {
	both 'bwrap $FULL sh -c "ls -A /; ls -d /oldroot /newroot; ls /proc/1/root/..; true"'
}

@test "names with blanks, quotes, commas, colons and backslashes" {
	both 'mkdir "a b,c:d\\e\"f"; bwrap $FULL --bind "a b,c:d\\e\"f" "/x y,:\\z" sh -c \
		"touch \"/x y,:\\\\z/t\"; sh /probe mounts"'
}

@test "names that are not UTF-8, and newlines" {
	both 'bwrap $FULL --dir /$'"'"'\xff\xfe'"'"' --bind dir $'"'"'/new\nline'"'"' sh /probe mounts tree'
}

@test "a long name" {
	both 'n=$(printf %0200d 0); bwrap $FULL --bind dir /$n/$n/$n/$n sh -c \
		"ls /$n/$n/$n/$n; sh /probe mounts"'
}

@test "a name too long" {
	both -1 'n=$(printf %0300d 0); bwrap $SYS --dir /$n true'
}
