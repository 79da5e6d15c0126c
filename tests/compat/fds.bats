# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `both` starts
#
# fds.bats - which descriptors reach the command, and what is done with those named in options

load compat

@test "other descriptors are inherited" {
	both 'bwrap $FULL sh /probe fds 3<file 5>out 7<>both 200<dir'
}

@test "other descriptors are inherited, with pid 1 in between" {
	both 'bwrap --unshare-all $FULL sh /probe fds 3<file 5>out 100<dir'
}

@test "other descriptors work" {
	both 'bwrap --unshare-pid $FULL sh -c "cat <&7; echo written >&8" 7<file 8>out'
}

@test "an inherited folder leads out, as the caller asked" {
	both 'bwrap $FULL ls /proc/self/fd/7/ 7<dir'
}

@test "descriptors closed on exec do not arrive" {
	both 'perl -MFcntl -e "open F, q(<), q(file); fcntl(F, F_SETFD, 0) if 0; exec @ARGV" bwrap \
		$FULL sh /probe fds'
}

@test "--args is closed" {
	both 'printf "%s\0" $FULL >blob; bwrap --args 9 sh /probe fds 9<blob; rm blob'
}

@test "--file is closed" {
	both 'bwrap $FULL --file 9 /f sh /probe fds 9<file'
}

@test "--bind-data and --ro-bind-data are closed" {
	both 'bwrap $FULL --bind-data 8 /a --ro-bind-data 9 /b sh /probe fds 8<file 9<file'
}

@test "--bind-fd and --ro-bind-fd are closed" {
	both 'bwrap $FULL --bind-fd 8 /a --ro-bind-fd 9 /b sh /probe fds 8<dir 9<file'
}

@test "--info-fd and --json-status-fd are closed" {
	both 'bwrap --unshare-all $FULL --info-fd 8 --json-status-fd 9 sh /probe fds 8>info \
		9>status'
}

@test "--block-fd is closed" {
	both 'bwrap $FULL --block-fd 9 sh /probe fds 9<file'
}

@test "--seccomp is closed" {
	both 'filter_none >filter; bwrap $FULL --seccomp 9 sh /probe fds 9<filter'
}

@test "--add-seccomp-fd is closed" {
	both 'filter_none >filter; bwrap $FULL --add-seccomp-fd 8 --add-seccomp-fd 9 sh /probe fds \
		8<filter 9<filter'
}

@test "the last of two --info-fd is used, the first stays open" {
	both 'bwrap --unshare-pid $FULL --info-fd 8 --info-fd 9 sh /probe fds 8>one 9>two'
}

@test "low numbers: 3 for --file, 4 for --ro-bind-data, 5 for --info-fd" {
	both 'bwrap --unshare-all $FULL --file 3 /f --ro-bind-data 4 /d --info-fd 5 sh -c \
		"cat /f /d; sh /probe fds" 3<file 4<script 5>info'
}

@test "low numbers: 3 for --args, 4 for --seccomp" {
	both 'filter_none >filter; printf "%s\0" $FULL >blob; bwrap --args 3 --seccomp 4 sh /probe \
		fds ids 3<blob 4<filter'
}

@test "high numbers" {
	both 'bwrap --unshare-all $FULL --file 300 /f --info-fd 1000 sh -c "cat /f; sh /probe fds" \
		300<file 1000>info'
}

@test "stdin as an operand" {
	both 'bwrap --unshare-all $FULL --file 0 /f sh -c "cat /f; sh /probe fds" <file'
}

@test "stdin as --args" {
	both 'printf "%s\0" $FULL | bwrap --args 0 sh /probe fds'
}

@test "stdout as --info-fd" {
	both 'bwrap --unshare-all $FULL --info-fd 1 sh -c "sh /probe fds >&2"'
}

@test "stderr as --json-status-fd" {
	both 'bwrap $FULL --json-status-fd 2 true'
}

@test "closed: --file" {
	both -1 'bwrap $SYS --file 9 /f true'
}

@test "closed: --bind-data" {
	both -1 'bwrap $SYS --bind-data 9 /f true'
}

@test "closed: --ro-bind-data" {
	both -1 'bwrap $SYS --ro-bind-data 9 /f true'
}

@test "closed: --bind-fd" {
	both -1 'bwrap $SYS --bind-fd 9 /f true'
}

@test "closed: --ro-bind-fd" {
	both -1 'bwrap $SYS --ro-bind-fd 9 /f true'
}

@test "closed: --seccomp" {
	both -1 'bwrap $SYS --seccomp 9 true'
}

@test "closed: --add-seccomp-fd" {
	both -1 'bwrap $SYS --add-seccomp-fd 9 true'
}

@test "closed: --pidns" {
	both -1 'bwrap $SYS --pidns 9 true'
}

@test "not for reading: --file" {
	both -1 'bwrap $SYS --file 9 /f true 9>out'
}

@test "a folder: --file" {
	both -1 'bwrap $SYS --file 9 /f true 9<dir'
}

@test "a folder: --ro-bind-data" {
	both -1 'bwrap $SYS --ro-bind-data 9 /f true 9<dir'
}

@test "a pipe: --bind-fd" {
	both -1 'bwrap $SYS --bind-fd 9 /f true 9< <(:)'
}

@test "a socket and a pipe reach the command" {
	both 'perl -MSocket -MFcntl -e \
		"socketpair(A, B, AF_UNIX, SOCK_STREAM, 0); fcntl(A, F_SETFD, 0); exec @ARGV" \
		bwrap $FULL sh /probe fds'
}
