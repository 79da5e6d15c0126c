# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `both` starts
#
# messages.bats - what is said when a step fails; parse.bats has the complaints about the line itself

load compat

@test "source missing: --bind" {
	both -1 'bwrap $SYS --bind nowhere /x true'
	says "Can't find source path nowhere: No such file or directory"
}

@test "source missing: --ro-bind" {
	both -1 'bwrap $SYS --ro-bind /no/where /x true'
}

@test "source missing: --dev-bind" {
	both -1 'bwrap $SYS --dev-bind /dev/no-such-device /x true'
}

@test "source missing: the first of several is named" {
	both -1 'bwrap $SYS --bind /no/1 /x --bind /no/2 /y true'
}

@test "source: a dangling link" {
	both -1 'bwrap $SYS --bind dangling /x true'
}

@test "source: a link in a circle" {
	both -1 'ln -s round round; bwrap $SYS --bind round /x true'
}

@test "source: below a file" {
	both -1 'bwrap $SYS --bind file/x /x true'
}

@test "source: below a file, --bind-try" {
	both -1 'bwrap $SYS --bind-try file/x /x true'
	says "Not a directory"
}

@test "source: in a shut folder of another" {
	both -1 'bwrap $SYS --bind /root/x /x true'
	says "Can't find source path /root/x: Permission denied"
}

@test "source: in a shut folder of another, --ro-bind-try" {
	both -1 'bwrap $SYS --ro-bind-try /root/x /x true'
}

@test "source: in a shut folder of one's own, which the namespace opens" {
	both 'chmod 0 dir; bwrap $SYS --bind dir/file /x cat /x; chmod 755 dir'
}

@test "source: shut itself" {
	both 'chmod 0 dir; bwrap $SYS --bind dir /x stat -c %a /x; chmod 755 dir'
}

@test "source: empty" {
	both -1 'bwrap $SYS --bind "" /x true'
}

@test "source: a name too long" {
	both -1 'bwrap $SYS --bind $(printf %0300d 0) /x true'
}

@test "command not found" {
	both -1 'bwrap $ROOT no-such-command'
	says "bwrap: execvp no-such-command: No such file or directory"
}

@test "command not found by path" {
	both -1 'bwrap $ROOT /usr/bin/no-such-command'
}

@test "command not executable" {
	both -1 'bwrap $ROOT ./file'
	says "Permission denied"
}

@test "command is a folder" {
	both -1 'bwrap $ROOT /usr/bin'
}

@test "command below a file" {
	both -1 'bwrap $ROOT ./file/x'
}

@test "command with a missing interpreter" {
	both -1 'echo "#!/no/such/interpreter" >s; chmod 755 s; bwrap $ROOT ./s'
}

@test "command without its loader" {
	both -1 'bwrap --ro-bind /usr/bin /bin /bin/true'
}

@test "command in an empty view" {
	both -1 'bwrap --dir /d true'
}

@test "command not found, with pid 1 in between" {
	both -1 'bwrap --unshare-all $FULL no-such-command'
}

@test "messages begin with bwrap whatever the program is called" {
	both -1 'exec -a other bwrap $ROOT no-such-command'
}

@test "setup errors come before the command runs" {
	both -1 'bwrap --bind . /w $SYS --chmod 700 /nowhere touch /w/ran'
}

@test "earlier operations on the host stay when a later one fails" {
	both -1 'bwrap --bind . /w $SYS --dir /w/made --chmod 700 /nowhere true'
}

@test "--seccomp: not a multiple of 8" {
	both -1 'bwrap $ROOT --seccomp 9 true 9<file'
	says "Invalid seccomp data, must be multiple of 8"
}

@test "--add-seccomp-fd: not a multiple of 8" {
	both -1 'bwrap $ROOT --add-seccomp-fd 9 true 9<file'
}

@test "--add-seccomp-fd: complains before the rest of the line is read" {
	both -1 'bwrap $ROOT --add-seccomp-fd 9 --nonsense true 9<file'
}

@test "--seccomp: complains after the rest of the line is read" {
	both -1 'bwrap $ROOT --seccomp 9 --nonsense true 9<file'
}

@test "--seccomp: no program" {
	both -1 'bwrap $ROOT --seccomp 9 true 9< <(printf "12345678")'
}

@test "--seccomp: a folder" {
	both -1 'bwrap $ROOT --seccomp 9 true 9<dir'
}

@test "--exec-label without SELinux" {
	both -1 'bwrap $ROOT --exec-label system_u:object_r:x:s0 true'
}

@test "--file-label without SELinux" {
	both -1 'bwrap $ROOT --file-label system_u:object_r:x:s0 --dir /d true'
}

@test "--proc in a read-only place" {
	both -1 'bwrap --unshare-pid $SYS --ro-bind . /w --proc /w/proc true'
}

@test "--proc over a file" {
	both -1 'bwrap --unshare-pid $SYS --ro-bind . /w --proc /w/file true'
}

@test "--dev in a read-only place" {
	both -1 'bwrap $SYS --ro-bind . /w --dev /w/dev true'
}

@test "--dev over a file" {
	both -1 'bwrap $SYS --ro-bind . /w --dev /w/file true'
}

@test "--tmpfs in a read-only place" {
	both -1 'bwrap $SYS --ro-bind . /w --tmpfs /w/new true'
}

@test "--mqueue in a read-only place" {
	both -1 'bwrap $SYS --ro-bind . /w --mqueue /w/new true'
}

@test "--mqueue over a file" {
	both -1 'bwrap $SYS --ro-bind . /w --mqueue /w/file true'
}

@test "--file in a read-only place" {
	both -1 'bwrap $SYS --ro-bind . /w --file 9 /w/new true 9<file'
}

@test "--file below a file" {
	both -1 'bwrap $SYS --ro-bind . /w --file 9 /w/file/x true 9<file'
}

@test "--file over a file of one's own that may not be written" {
	both 'chmod 444 file; bwrap $SYS --bind . /w --file 9 /w/file true 9<script'
}

@test "--file over a file of another" {
	both -1 'bwrap --bind / / --file 9 /etc/passwd true 9<file'
}

@test "--ro-bind-data in a read-only place" {
	both -1 'bwrap $SYS --ro-bind . /w --ro-bind-data 9 /w/new true 9<file'
}

@test "--bind-data over a folder" {
	both -1 'bwrap $SYS --bind . /w --bind-data 9 /w/dir true 9<file'
}

@test "--symlink in a read-only place" {
	both -1 'bwrap $SYS --ro-bind . /w --symlink x /w/new true'
}

@test "--symlink below a file" {
	both -1 'bwrap $SYS --bind . /w --symlink x /w/file/new true'
}

@test "--ro-bind in a read-only place, deep" {
	both -1 'bwrap $SYS --ro-bind . /w --ro-bind file /w/a/b/c true'
}

@test "--bind: a file in a read-only place" {
	both -1 'bwrap $SYS --ro-bind . /w --bind file /w/new true'
}

@test "--bind-fd: in a read-only place" {
	both -1 'bwrap $SYS --ro-bind . /w --bind-fd 9 /w/new true 9<dir'
}

@test "--chmod: below a file" {
	both -1 'bwrap $SYS --ro-bind . /w --chmod 700 /w/file/x true'
}

@test "--chmod: what belongs to another" {
	both -1 'bwrap $SYS --bind /usr /u --chmod 700 /u true'
}

@test "--remount-ro of a folder inside a bind" {
	both -1 'bwrap $SYS --bind . /w --remount-ro /w/dir true'
}

@test "--tmpfs where the parent may not be written" {
	both -1 'bwrap --bind / / --tmpfs /usr/new-place true'
}
