# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `ours` starts
#
# newer.bats - what bubblewrap 0.11.1 does and the bwrap of some distributions does not yet: ours
# against what that version is known to do

load compat

needs_overlay() {
	ours 'bwrap $SYS --overlay-src dir --tmp-overlay /o true || true'
	[[ $stderr != *"Operation not permitted"* ]] || skip "no overlayfs for users: $stderr"
}

@test "--version" {
	ours 'bwrap --version'
	same "$stdout" "bubblewrap 0.11.1"
	same "$stderr" ""
}

@test "--version wins over what follows it" {
	ours 'bwrap --version --nonsense'
	same "$stdout" "bubblewrap 0.11.1"
}

@test "--help names the options that callers look for" {
	ours 'bwrap --help'
	for option in --args --argv0 --perms --size --ro-bind-fd --bind-fd --overlay --overlay-src \
		--tmp-overlay --ro-overlay --level-prefix --chmod --disable-userns --json-status-fd; do
		says "$option "
	done
}

@test "--argv0: the command sees it" {
	ours 'bwrap $SYS --argv0 other sh -c "echo \$0"; bwrap $FULL \
		--argv0 other cat /proc/self/cmdline | tr "\0" "|"'
	says "other|/proc/self/cmdline|"
}

@test "--argv0: the command is looked up by its own word" {
	ours 'bwrap $SYS --argv0 /nowhere/x bash -c "echo \$BASH_ARGV0 ran"'
	says "ran"
}

@test "--argv0: empty, and with dashes" {
	ours 'bwrap $FULL --argv0 "" cat /proc/self/cmdline | tr "\0" "|"; bwrap $FULL \
		--argv0 -cat cat /proc/self/cmdline | tr "\0" "|"'
	same "$stdout" "|/proc/self/cmdline|-cat|/proc/self/cmdline|"
}

@test "--argv0: twice is an error" {
	ours -1 'bwrap $SYS --argv0 a --argv0 b true'
	says "--argv0"
}

@test "--argv0: missing value" {
	ours -1 'bwrap --argv0'
	same "$stderr" "bwrap: --argv0 takes an argument"
}

@test "--argv0: not in messages" {
	ours -1 'bwrap $SYS --argv0 other no-such-command'
	same "$stderr" "bwrap: execvp no-such-command: No such file or directory"
}

@test "--level-prefix: an error" {
	ours -1 'bwrap $SYS --level-prefix no-such-command'
	same "$stderr" "<3>bwrap: execvp no-such-command: No such file or directory"
}

@test "--level-prefix: a warning" {
	ours 'bwrap --level-prefix $ROOT --chdir / --chdir /usr true'
	same "$stderr" "<4>bwrap: Only the last --chdir option will take effect"
}

@test "--level-prefix: from there on" {
	ours 'bwrap --ro-bind / / --chdir / --chdir /usr --level-prefix --chdir /etc true'
	same "$stderr" "bwrap: Only the last --chdir option will take effect
<4>bwrap: Only the last --chdir option will take effect"
}

@test "--level-prefix: in a setup error" {
	ours -1 'bwrap --level-prefix $SYS --bind nowhere /x true'
	same "$stderr" "<3>bwrap: Can't find source path nowhere: No such file or directory"
}

@test "--level-prefix: unknown option before and after" {
	ours -1 'bwrap --nonsense --level-prefix'
	same "$stderr" "bwrap: Unknown option --nonsense"
	ours -1 'bwrap --level-prefix --nonsense'
	same "$stderr" "<3>bwrap: Unknown option --nonsense"
}

@test "--ro-bind-fd: missing values" {
	ours -1 'bwrap --ro-bind-fd'
	same "$stderr" "bwrap: --ro-bind-fd takes two arguments"
}

@test "--symlink: the same again" {
	ours 'bwrap $SYS --symlink x /l --symlink x /l readlink /l'
	same "$stdout" "x"
}

@test "--symlink: a target that is the same on the host" {
	ours 'bwrap $SYS --bind . /w --symlink file /w/link cat /w/link'
	same "$stdout" "text"
}

@test "--symlink: another target" {
	ours -1 'bwrap $SYS --symlink x /l --symlink y /l true'
	same "$stderr" "bwrap: Can't make symlink at /l: existing destination is x"
}

@test "--symlink: over a folder" {
	ours -1 'bwrap $SYS --dir /var/tmp --symlink x /var/tmp true'
	same "$stderr" "bwrap: Can't make symlink at /var/tmp: destination exists and is not a symlink"
}

@test "--symlink: over a file" {
	ours -1 'bwrap $SYS --ro-bind file /l --symlink x /l true'
	same "$stderr" "bwrap: Can't make symlink at /l: destination exists and is not a symlink"
}

@test "SIGCHLD ignored by the caller" {
	ours -3 'perl -e "\$SIG{CHLD} = q(IGNORE); exec @ARGV" bwrap $ROOT sh -c \
		"sh $PROBE signals; exit 3"'
	says "SigIgn: 0000000000000000"
}

@test "--bind-fd: the folder is moved away meanwhile" {
	ours 'mkdir a; exec 9<a; mv a b; bwrap $SYS --bind-fd 9 /w touch /w/made; ls b'
	same "$stdout" "made"
}

@test "overlay: missing values" {
	ours -1 'bwrap --overlay a b'
	same "$stderr" "bwrap: --overlay takes three arguments"
	ours -1 'bwrap --overlay-src'
	says "--overlay-src takes"
	ours -1 'bwrap --tmp-overlay'
	says "--tmp-overlay takes"
	ours -1 'bwrap --ro-overlay'
	says "--ro-overlay takes"
}

@test "overlay: without a source" {
	for operation in '--overlay dir dir /o' '--tmp-overlay /o' '--ro-overlay /o'; do
		ours -1 "bwrap \$SYS $operation true"
		says "${operation%% *}"
	done
}

@test "overlay: --ro-overlay with one source" {
	ours -1 'bwrap $SYS --overlay-src dir --ro-overlay /o true'
	says "--ro-overlay"
}

@test "overlay: a source left over at the end" {
	ours -1 'bwrap $SYS --overlay-src dir true'
	says "--overlay-src"
}

@test "overlay: a source left over before another operation" {
	ours -1 'bwrap $SYS --overlay-src dir --dir /d true'
	says "--overlay-src"
}

@test "overlay: a missing source" {
	ours -1 'bwrap $SYS --overlay-src nowhere --tmp-overlay /o true'
	says "nowhere: No such file or directory"
}

@test "--tmp-overlay: reads and writes, the host keeps its files" {
	needs_overlay
	ours 'bwrap $FULL --overlay-src dir --tmp-overlay /o sh -c \
		"ls /o; echo new >/o/file; rm -r /o/sub; cat /o/file; ls /o"'
	same "$stdout" "file
sub
new
file"
	same "$(<dir/file)" inner
	same "$(<dir/sub/leaf)" leaf
}

@test "--tmp-overlay: the last source is on top" {
	needs_overlay
	ours 'mkdir a b; echo a >a/f; echo b >b/f; echo only >a/g; bwrap $SYS --overlay-src a \
		--overlay-src b --tmp-overlay /o cat /o/f /o/g'
	same "$stdout" "b
only"
}

@test "--ro-overlay: the last source is on top, writes are refused" {
	needs_overlay
	ours 'mkdir a b; echo a >a/f; echo b >b/f; bwrap $SYS --overlay-src a --overlay-src b \
		--ro-overlay /o sh -c "cat /o/f; touch /o/new || echo refused"'
	same "$stdout" "b
refused"
}

@test "--overlay: writes go to the upper folder" {
	needs_overlay
	ours 'mkdir up work; bwrap $SYS --overlay-src dir --overlay up work /o sh -c \
		"echo new >/o/made; echo changed >/o/file; cat /o/file /o/sub/leaf"'
	same "$stdout" "changed
leaf"
	same "$(<up/made)" new
	same "$(<up/file)" changed
	same "$(<dir/file)" inner
}

@test "--overlay: what was written is there the next time" {
	needs_overlay
	ours 'mkdir up work; bwrap $SYS --overlay-src dir --overlay up work /o sh -c \
		"rm /o/file; echo x >/o/new"; bwrap $SYS --overlay-src dir \
		--overlay up work /o ls /o'
	same "$stdout" "new
sub"
}

@test "overlay: names with commas, colons and backslashes" {
	needs_overlay
	ours 'mkdir "a,b:c\\d" "e:f" "u,p" "w:k"; echo 1 >"a,b:c\\d/f"; echo 2 >"e:f/g"; bwrap \
		$SYS --overlay-src "a,b:c\\d" --overlay-src e:f --overlay "u,p" "w:k" /o sh -c \
		"cat /o/f /o/g; touch /o/made"; ls "u,p"'
	same "$stdout" "1
2
made"
}

@test "overlay: sources are the host's, whatever was mounted before" {
	needs_overlay
	ours 'bwrap --tmpfs /tmp $SYS --overlay-src "$PWD/dir" --tmp-overlay /tmp/o cat /tmp/o/file'
	same "$stdout" inner
}

@test "overlay: a source through a link, and a relative one" {
	needs_overlay
	ours 'cd dir; bwrap $SYS --overlay-src ../dirlink --tmp-overlay /o cat /o/file'
	same "$stdout" inner
}

@test "overlay: mounts on top of it, and below its point" {
	needs_overlay
	ours 'bwrap $SYS --overlay-src dir --tmp-overlay /a/b/o \
		--ro-bind file /a/b/o/sub/leaf cat /a/b/o/sub/leaf'
	same "$stdout" text
}

@test "overlay: extended attributes of users, and neither nosuid nor nodev" {
	needs_overlay
	ours 'bwrap $FULL --overlay-src dir --tmp-overlay /o sh /probe mounts'
	run mount_line /o
	says "userxattr"
	says_not "nosuid"
	says_not "nodev"
}

@test "overlay: as the root" {
	needs_overlay
	ours 'mkdir root; echo below >root/file; bwrap --overlay-src root --tmp-overlay / $SYS sh \
		-c "cat /file; echo new >/file; cat /file"'
	same "$stdout" "below
new"
	same "$(<root/file)" below
}

@test "overlay: folders that overlap" {
	needs_overlay
	ours -1 'mkdir work; bwrap $SYS --overlay-src dir --overlay dir work /o true'
	says "overlap"
}
