# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `ours` starts
#
# differences.bats - where ours is better than bubblewrap on purpose
#
# The first part plants links: somebody owns a folder that the caller binds read-write, and fills it
# with links whose targets lead, while the view is being built, to a place of the host that the view
# does not hold. Each operation then gets a destination at and below each link. Whether it fails or
# does something inside the view is its own affair; the place on the host must stay as it was, and what
# it holds must not be seen.

load compat

# plant: makes `outside`, the place nobody gave, and `box` with the links to it. Sourced by the text.
plant='
mkdir -p outside/folder box
echo SECRET >outside/secret
echo SECRET >outside/folder/inner
chmod 700 outside/folder
out=$PWD/outside
up=../../../../../../../../../../../..
ln -s /oldroot$out box/oldroot
ln -s $up$out box/dots
ln -s $up/oldroot$out box/dots-oldroot
ln -s $out box/absolute
ln -s /proc/self/root$out box/proc
ln -s /proc/1/root$out box/proc-1
ln -s /proc/self/cwd/outside box/cwd
ln -s /newroot/../oldroot$out box/newroot
links="oldroot dots dots-oldroot absolute proc proc-1 cwd newroot"
'

# What the command inside looks for: the secret, by every name.
look='cat /b/* /b/*/secret /b/*/*/inner /b/*/*/* $up$out/secret 2>/dev/null; true'

# state: all that can change outside; in the text.
state='state() {
	find outside -printf "%y %m %n %s %T@ %C@ %i %p %l\n" && cat outside/secret outside/folder/inner
}
'

# attack OPERATION...: on every link, on a file and on something new below it; by way of /proc with the
# host's /proc too. $DEST in the operation is the place.
attack() {
	ours "$plant$state
		before=\$(state)
		for link in \$links; do
			procs='--proc./proc'
			[[ \$link != @(proc*|cwd) ]] || procs+=' --dev-bind./proc./proc'
			for proc in \$procs; do
				for DEST in /b/\$link /b/\$link/secret /b/\$link/new; do
					bwrap --unshare-pid \$SYS \${proc//./ } --bind box /b $* \
						sh -c '$look' 2>/dev/null 8<file 9<file
				done
			done >seen
			! grep -q SECRET seen || echo \"revealed by \$link\"
			after=\$(state)
			[[ \$after == \"\$before\" ]] || {
				echo \"changed by \$link\"
				diff <(echo \"\$before\") <(echo \"\$after\")
				before=\$after
			}
		done"
	same "$stdout" ""
}

@test "planted links: --dir" {
	attack --perms 777 --dir '$DEST'
}

@test "planted links: --tmpfs" {
	attack --tmpfs '$DEST'
}

@test "planted links: --bind" {
	attack --bind dir '$DEST'
}

@test "planted links: --bind of a file" {
	attack --bind file '$DEST'
}

@test "planted links: --ro-bind" {
	attack --ro-bind dir '$DEST'
}

@test "planted links: --dev-bind" {
	attack --dev-bind file '$DEST'
}

@test "planted links: --bind-fd" {
	attack --bind-fd 9 '$DEST'
}

@test "planted links: --file" {
	attack --file 9 '$DEST'
}

@test "planted links: --bind-data" {
	attack --bind-data 9 '$DEST'
}

@test "planted links: --ro-bind-data" {
	attack --ro-bind-data 9 '$DEST'
}

@test "planted links: --symlink" {
	attack --symlink target '$DEST'
}

@test "planted links: --chmod" {
	attack --chmod 777 '$DEST'
}

@test "planted links: --dev" {
	attack --dev '$DEST'
}

@test "planted links: --proc" {
	attack --proc '$DEST'
}

@test "planted links: --mqueue" {
	attack --unshare-ipc --mqueue '$DEST'
}

@test "planted links: --remount-ro" {
	attack --remount-ro '$DEST'
}

@test "planted links: --tmp-overlay" {
	attack --overlay-src dir --tmp-overlay '$DEST'
}

@test "planted links: --lock-file" {
	attack --lock-file '$DEST'
}

@test "planted links: --chdir" {
	attack --chdir '$DEST'
}

@test "planted links: two operations, the second through what the first made" {
	attack --symlink '${DEST#/}' /l --dir /l/new --file 9 /l/file --tmpfs /l/t
}

@test "dots in a destination stop at the root of the view" {
	ours "$plant"'
		for dest in /$up$out/new /../oldroot$out/new /b/../..$out/new /b/$up/oldroot$out/new; do
			bwrap $SYS --bind box /b --dir "$dest" true
			bwrap $SYS --bind box /b --file 9 "$dest" true 9<file
			bwrap $SYS --bind box /b --tmpfs "$dest" true
			bwrap $SYS --bind box /b --ro-bind dir "$dest" true
			bwrap $SYS --bind box /b --symlink x "$dest" true
			bwrap $SYS --bind box /b --chmod 777 "${dest%/new}" true
		done 2>/dev/null
		ls outside; stat -c %a outside; ls /oldroot 2>/dev/null; true'
	same "$stdout" "folder
secret
755"
}

@test "dots in a destination: the folder is made inside" {
	ours 'bwrap $SYS --dir /../../../a/../b sh -c "ls -d /b"'
	same "$stdout" "/b"
}

@test "an absolute link as destination leads inside the view" {
	ours 'bwrap $SYS --dir /real --symlink /real /l --ro-bind dir /l ls /real'
	same "$stdout" "file
sub"
}

@test "an absolute link as destination of a file leads inside the view" {
	ours 'bwrap $SYS --dir /real --symlink /real/f /l --ro-bind-data 9 /l cat /real/f 9<file'
	same "$stdout" text
}

@test "an absolute link on the way leads inside the view" {
	ours 'bwrap $SYS --dir /real --symlink /real /l --dir /l/a --file 9 /l/b \
		--symlink c /l/c ls /real 9<file'
	same "$stdout" "a
b
c"
}

@test "a home that is a link: its target inside is bound" {
	ours 'mkdir -p var/home/me; ln -s var/home home; echo mine >var/home/me/file; bwrap $SYS \
		--symlink var/home /home \
		--ro-bind var/home/me /home/me cat /home/me/file /var/home/me/file'
	same "$stdout" "mine
mine"
}

@test "a circle of links as destination fails" {
	ours -1 'bwrap $SYS --symlink round /round --tmpfs /round true'
	says "Too many levels of symbolic links"
}

@test "a file given by descriptor can be covered by another" {
	ours 'bwrap $SYS --ro-bind-data 8 /f --ro-bind-data 9 /f cat /f 8<<<one 9<<<two'
	same "$stdout" two
}

@test "pid 1 does not show the environment after --clearenv" {
	ours 'SECRET=hidden bwrap --unshare-pid $FULL --clearenv sh -c "cat /proc/1/environ; true"'
	says_not "hidden"
	says_not "two words"
}

@test "pid 1 does not show a variable that --unsetenv took" {
	ours 'SECRET=hidden bwrap --unshare-pid $FULL --unsetenv SECRET sh -c \
		"cat /proc/1/environ; true"'
	says_not "hidden"
}

@test "pid 1 does not show a variable that --setenv changed" {
	ours 'SECRET=hidden bwrap --unshare-pid $FULL --setenv SECRET seen sh -c \
		"cat /proc/1/environ; true"'
	says_not "hidden"
}

@test "pid 1 does not show paths of the host" {
	ours 'mkdir some-private-name; bwrap --unshare-pid $FULL --bind some-private-name /w sh -c \
		"tr \"\\0\" \" \" </proc/1/cmdline; cat /proc/1/comm"'
	says_not "some-private-name"
	says "bwrap"
}

@test "pid 1 holds no folder of the host" {
	ours 'bwrap --unshare-pid $FULL sh -c \
		"readlink /proc/1/cwd /proc/1/root; for f in /proc/1/fd/*; do readlink \$f; done; ls /proc/1/root/ /proc/1/cwd/" \
		>seen 2>/dev/null; grep -E "^/(tmp|home|work|etc|var)" seen | grep -v /out; true'
	same "$stdout" ""
}

@test "--userns does not reach the command" {
	ours 'hold -Ur; bwrap --userns 9 $FULL sh /probe fds 8<&-'
	says "fd 0 "
	says_not "user:["
}

@test "--userns2 does not reach the command" {
	ours 'hold -Ur sh -c \
		"echo ready; read line; exec unshare -Ur sh -c \"echo ready; read line\""
		echo >&${COPROC[1]}; read -r line <&${COPROC[0]}
		bwrap --userns 9 --userns2 7 $ROOT sh $PROBE fds 8<&- 7</proc/$COPROC_PID/ns/user'
	says "fd 0 "
	says_not "user:["
}

@test "--pidns does not reach the command" {
	ours 'hold -Urpf; bwrap --userns 9 --pidns 8 $ROOT --proc /proc sh $PROBE fds'
	says "fd 0 "
	says_not "pid:["
	says_not "user:["
}

@test "a descriptor given twice is refused: --file and --file" {
	ours -1 'bwrap --bind . /w $SYS --file 9 /a --file 9 /b touch /w/ran 9<file'
	says "File descriptor 9 is given twice"
	[ ! -e ran ]
}

@test "a descriptor given twice is refused: 3" {
	ours -1 'bwrap --bind . /w $SYS --file 3 /a --file 3 /b touch /w/ran 3<file'
	says "is given twice"
	[ ! -e ran ]
}

@test "a descriptor given twice is refused: --ro-bind-data and --bind-data" {
	ours -1 'bwrap $SYS --ro-bind-data 9 /a --bind-data 9 /b true 9<file'
	says "is given twice"
}

@test "a descriptor given twice is refused: --bind-fd and --ro-bind-fd" {
	ours -1 'bwrap $SYS --bind-fd 9 /a --ro-bind-fd 9 /b true 9<dir'
	says "is given twice"
}

@test "a descriptor given twice is refused: --args and --file" {
	ours -1 'bwrap --args 9 $SYS --file 9 /a true 9</dev/null'
	says "is given twice"
}

@test "a descriptor given twice is refused: --seccomp and --file" {
	ours -1 'bwrap $SYS --file 9 /a --seccomp 9 true 9<file'
	says "is given twice"
}

# nobody_left COMMAND: fails if a process still holds the pipe when the launcher is gone.
nobody_left() {
	ours "{ $1; echo ended with \$?; } 2>&1 | timeout 5 cat"
	says "ended with 1"
}

@test "no orphan: --json-status-fd on a closed descriptor" {
	nobody_left 'bwrap $ROOT --json-status-fd 9 sleep 0'
}

@test "no orphan: --info-fd on a closed descriptor" {
	nobody_left 'bwrap --unshare-all $FULL --info-fd 9 sleep 0'
}

@test "no orphan: --json-status-fd on a pipe that nobody reads" {
	nobody_left 'mkfifo p; exec 9<>p; exec 7>p; exec 9<&-; bwrap $ROOT \
		--json-status-fd 7 sleep 0'
}

@test "no orphan: --json-status-fd on a full disk" {
	nobody_left 'bwrap $ROOT --json-status-fd 9 sleep 0 9>/dev/full'
}

@test "no orphan: --userns2 that is no namespace" {
	nobody_left 'bwrap $ROOT --userns2 9 sleep 0 9<file'
	says "Setting userns2 failed: Invalid argument"
}

@test "no orphan: --userns2 closed" {
	nobody_left 'bwrap $ROOT --userns2 9 sleep 0'
	says "Setting userns2 failed: Bad file descriptor"
}

@test "no orphan: --userns2 twice" {
	nobody_left 'bwrap $ROOT --userns2 8 --userns2 9 sleep 0 8<file 9<file'
	says "Only the last --userns2 option will take effect"
}

@test "no orphan: the launcher killed while --block-fd waits" {
	ours 'mkfifo b; { bwrap --die-with-parent $ROOT --block-fd 9 sleep 0 9<>b & sleep 0.2;
		kill -9 $!; } | timeout 5 cat; echo gone'
	says gone
}

@test "a write error of --json-status-fd is told" {
	ours -1 'bwrap $ROOT --json-status-fd 9 true 9>/dev/full'
	says "bwrap: Write to info_fd: No space left on device"
}

@test "uids above 2^31: --uid and --gid" {
	ours 'bwrap --unshare-user --uid 3000000000 --gid 4294967294 $FULL sh -c "id -u; id -g"'
	same "$stdout" "3000000000
4294967294"
}

@test "uids above 2^31: not the number that means none" {
	ours -1 'bwrap --unshare-user --uid 4294967295 $FULL true'
	says "4294967295"
	ours -1 'bwrap --unshare-user --gid 4294967296 $FULL true'
	says "Invalid gid: 4294967296"
}

@test "uids above 2^31: a caller with one" {
	ours 'unshare -U --map-user=3000000000 --map-group=3000000001 bwrap $FULL sh -c \
		"id -u; id -g"'
	same "$stdout" "3000000000
3000000001"
}

@test "more than 9000 words" {
	ours 'words=; for i in $(seq 5000); do words="$words --setenv V$i $i"; done; bwrap $ROOT \
		$words sh -c "echo \$V5000"'
	same "$stdout" 5000
}

@test "more than 9000 words through --args" {
	ours 'for i in $(seq 20000); do printf "%s\0" --setenv V $i; done >blob; bwrap $ROOT \
		--args 9 sh -c "echo \$V" 9<blob'
	same "$stdout" 20000
}

@test "many binds" {
	ours 'for i in $(seq 4000); do printf "%s\0" --ro-bind dir /m/$i; done >blob; bwrap $SYS \
		--args 9 sh -c "ls /m | wc -l; ls /m/4000" 9<blob'
	same "$stdout" "4000
file
sub"
}

@test "words that --args ignores are named in a warning" {
	ours 'bwrap --args 9 echo ran 9< <(printf "%s\0" $ROOT -- other command)'
	same "$stdout" ran
	[ -n "$stderr" ]
	ours 'bwrap --args 9 echo ran 9< <(printf "%s\0" $ROOT other command)'
	same "$stdout" ran
	[ -n "$stderr" ]
}

@test "flags of a mount stay when mountinfo has a word that is not known" {
	ours 'unshare -Urm bash -c \
		"mount -t tmpfs -o nosymfollow,noexec none dir && exec bwrap --unshare-user --ro-bind / / sh $PROBE mounts"'
	run mount_line "$PWD/dir"
	says "ro,nosuid,nodev,noexec"
	says "nosymfollow"
}

@test "a caller with capabilities and an id other than 0 is served" {
	ours 'unshare -U --map-user=1234 --map-group=1234 --keep-caps bwrap $ROOT echo ran'
	same "$stdout" ran
}

@test "a hidden mount is not writable through a read-only bind" {
	ours 'unshare -Urm bash -c \
		"mkdir under over; mount --bind under dir; mount --bind over dir; bwrap --ro-bind / / --dev /dev sh $PROBE mounts >/dev/null; bwrap --ro-bind / / grep $PWD/dir /proc/self/mountinfo" \
		| cut -d" " -f6 | cut -d, -f1'
	same "$stdout" "ro
ro"
}

# The caller dies once the launcher has a child: a launcher that starts after its caller's death cannot
# know of it.
@test "--die-with-parent: with a pid namespace, no grandchild outlives the caller" {
	ours 'once() {
		bash -c "bwrap --unshare-pid --die-with-parent $FULL sh -c \
			\"(sleep 0.5; echo survived) & wait\" &
			for i in {1..500}; do
				[[ -z \$(cat /proc/\$!/task/*/children) ]] || break
			done
			kill -9 \$\$"
		}
		{ for try in 1 2 3 4 5 6 7 8 9 10; do once; done; true; } 2>/dev/null | timeout 10 cat'
	says_not "survived"
}

# --- chosen otherwise ---

@test "a script without an interpreter line is not handed to a shell" {
	ours -1 'echo "echo plain" >plain; chmod 755 plain; bwrap $SYS --ro-bind . /w /w/plain'
	says "bwrap: execvp /w/plain: Exec format error"
}

@test "a descriptor that is not open is an error: --sync-fd" {
	ours -1 'bwrap $SYS --sync-fd 9 echo ran'
	says "Bad file descriptor"
	says_not ran
}

@test "a descriptor that is not open is an error: --block-fd" {
	ours -1 'bwrap $SYS --block-fd 9 echo ran'
	says "Bad file descriptor"
	says_not ran
}

@test "--remount-ro of a place that does not exist makes nothing on the host" {
	ours -1 'bwrap $SYS --bind . /w --remount-ro /w/a/b true'
	says "bwrap: Can't remount readonly on /newroot/w/a/b: realpath(destination): No such file or directory"
	[[ ! -e a ]]
}

@test "--remount-ro changes no other flag" {
	ours 'bwrap $FULL --remount-ro /dev/pts grep " /dev/pts " /proc/self/mountinfo'
	says " /dev/pts ro,nosuid,noexec,relatime "
}

@test "--lock-file is a lock of the open file, which conflicts like any other" {
	ours 'mkfifo end
		is_locked() {
			perl -MFcntl -e "open F, q(+<), q(file) or die; my \$l = pack q(s s x4 q q l x4), F_WRLCK, 0, 0, 0, 0;
				exit(fcntl(F, F_SETLK, \$l) ? 1 : 0)"
		}
		bwrap --unshare-pid $FULL --bind . /w --lock-file /w/file sh -c "read x </w/end" &
		for i in $(seq 200); do is_locked && echo conflict && break; sleep 0.02; done
		echo >end; wait
		for i in $(seq 200); do is_locked || { echo free; break; }; sleep 0.02; done'
	says conflict
	says free
}

@test "pid 1 keeps one capability that the program has not, and none that counts" {
	ours 'bwrap --unshare-all $SYS --proc /proc grep ^Cap /proc/1/status'
	says "CapPrm:	0000000800000000"
	says "CapEff:	0000000000000000"
	ours 'bwrap --unshare-all $FULL grep ^Cap /proc/1/status'
	says "CapPrm:	0000000080000000"
}

@test "filters are the program's, not pid 1's" {
	ours 'bwrap --unshare-pid $FULL --seccomp 9 sh -c \
		"grep Seccomp: /proc/self/status /proc/1/status" 9< <(filter_none)'
	says "/proc/self/status:Seccomp:	2"
	says "/proc/1/status:Seccomp:	0"
}
