# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `both` starts
#
# files.bats - folders, files, links and modes: what is made in the view, and on the host below a bind

load compat

@test "--dir: mode and parents" {
	both 'bwrap $FULL --dir /a/b/c sh /probe tree'
}

@test "--dir: an existing folder keeps its mode" {
	both 'chmod 711 dir; bwrap $FULL --bind . /w --perms 700 --dir /w/dir stat -c %a /w/dir'
}

@test "--dir: over a file" {
	both -1 'bwrap $SYS --bind . /w --dir /w/file true'
}

@test "--dir: on the host, below a bind" {
	both 'bwrap $SYS --bind . /w --perms 750 --dir /w/a/b true'
}

@test "--dir: ignores the caller's umask, the command does not" {
	both 'umask 077; bwrap --unshare-pid $FULL --bind . /w --dir /w/d sh -c \
		"touch /w/mine; sh /probe tree process"'
}

@test "--dir: the root, and the empty name" {
	both 'bwrap $FULL --dir / --dir "" sh /probe tree'
}

@test "--perms: --dir" {
	both 'bwrap $FULL --perms 01777 --dir /1 --perms 0 --dir /2 --perms 7 --dir /3 \
		--perms 2755 --dir /4 sh /probe tree'
}

@test "--perms: --tmpfs 000" {
	both 'bwrap $FULL --perms 000 --tmpfs /t sh -c "ls /t; sh /probe mounts; stat -c %a /t"'
}

@test "--perms: parents lose what the mode lacks" {
	both 'bwrap $FULL --perms 0640 --dir /a/1 --perms 0600 --dir /b/1 --perms 0705 --dir /c/1 \
		--perms 0070 --dir /d/1 sh -c "stat -c \"%a %n\" /?"'
}

@test "--perms: parents of a file" {
	both 'bwrap $FULL --perms 0640 --file 8 /a/1/f --perms 0600 \
		--ro-bind-data 9 /b/1/f stat -c "%a %n" /a /a/1 /b /b/1 8<file 9<file'
}

@test "--perms: parents that are there keep their mode" {
	both 'bwrap $FULL --dir /a --perms 0600 --dir /a/b/c stat -c "%a %n" /a /a/b /a/b/c'
}

@test "--file" {
	both 'bwrap $FULL --file 9 /f sh -c "cat /f; echo more >>/f; sh /probe tree mounts" 9<file'
}

@test "--file: from a pipe, and much" {
	both 'bwrap $FULL --file 9 /f sh -c "wc -c </f; md5sum /f" 9< <(head -c 300000 /dev/zero)'
}

@test "--file: empty" {
	both 'bwrap $FULL --file 9 /f sh /probe tree 9</dev/null'
}

@test "--file: from the middle of a file" {
	both '{ read -r first <&9; bwrap $SYS --file 9 /f cat /f; } 9<script'
}

@test "--file: on the host, over a file" {
	both 'bwrap $SYS --bind . /w --file 9 /w/file cat /w/file 9<<<short'
}

@test "--file: over a folder" {
	both -1 'bwrap $SYS --bind . /w --file 9 /w/dir true 9<file'
}

@test "--file: with --perms, and umask" {
	both 'umask 077; bwrap $FULL --file 7 /1 --perms 0400 --file 8 /2 --perms 0777 --file 9 /3 \
		sh /probe tree 7<file 8<file 9<file'
}

@test "--bind-data" {
	both 'bwrap $FULL --bind-data 9 /f sh -c \
		"cat /f; echo more >>/f; cat /f; sh /probe mounts tree" 9<file'
}

@test "--ro-bind-data" {
	both 'bwrap $FULL --ro-bind-data 9 /f sh -c \
		"cat /f; echo more >>/f; sh /probe mounts tree" 9<file'
}

@test "--bind-data and --ro-bind-data: with --perms" {
	both 'bwrap $FULL --perms 0644 --bind-data 8 /a --perms 0 --ro-bind-data 9 /b sh /probe \
		tree 8<file 9<file'
}

@test "--ro-bind-data: over a file of the host" {
	both 'bwrap $FULL --bind . /w --ro-bind-data 9 /w/file cat /w/file 9<<<other'
}

@test "--symlink" {
	both_but_parents 'bwrap $FULL --symlink some/where /deep/link --symlink /usr//bin /b sh /probe tree'
}

@test "--symlink: on the host" {
	both_but_parents 'bwrap $SYS --bind . /w --symlink file /w/new/link true'
}

@test "--chmod" {
	both 'bwrap $FULL --dir /d --chmod 1700 /d --file 9 /f --chmod 4711 /f sh /probe tree \
		9<file'
}

@test "--chmod: the root" {
	both 'bwrap $FULL --chmod 0700 / sh /probe tree'
}

@test "--chmod: nothing there" {
	both -1 'bwrap $SYS --chmod 700 /no/where true'
}

@test "--chmod: on the host" {
	both 'bwrap $SYS --bind . /w --chmod 711 /w/dir --chmod 600 /w/script true'
}

@test "--chmod: a read-only bind" {
	both -1 'bwrap $SYS --ro-bind . /w --chmod 711 /w/dir true'
}
