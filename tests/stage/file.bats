#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# file.bats - folders, files, links and modes made inside

load ../lib

# --- folders ---

@test "--dir makes a folder with mode 0755, whatever the umask" {
	umask 077
	run -0 crannog run --dir /tmp/a/b -- stat -c %a /tmp/a /tmp/a/b
	same "$output" $'755\n755'
}

@test "--perms sets the mode, and folders on the way are no more open to others" {
	run -0 crannog run --perms 0700 --dir /tmp/a/b --perms 0750 --dir /tmp/c/d -- \
		stat -c %a /tmp/a /tmp/a/b /tmp/c /tmp/c/d
	same "$output" $'700\n700\n750\n750'
}

@test "--perms is for the next operation only" {
	run -0 crannog run --perms 0700 --dir /tmp/a --dir /tmp/b -- stat -c %a /tmp/b
	same "$output" 755
}

@test "--dir leaves a folder that exists as it is" {
	mkdir -m 710 have
	run -0 crannog run --bind . /w --perms 0777 --dir /w/have -- stat -c %a /w/have
	same "$output" 710
}

# --- files ---

@test "--file makes a file with what a descriptor holds" {
	run -0 crannog run --file 9 /tmp/a/x -- cat /tmp/a/x 9<<<hello
	same "$output" hello
}

@test "--file makes mode 0666, or what --perms says" {
	umask 077
	run -0 crannog run --file 8 /tmp/x --perms 0600 --file 9 /tmp/y -- stat -c %a /tmp/x /tmp/y 8</dev/null 9</dev/null
	same "$output" $'666\n600'
}

@test "--file empties a file that exists" {
	echo 'something much longer' >have
	run -0 crannog run --bind . /w --file 9 /w/have -- cat /w/have 9<<<new
	same "$output" new
}

@test "--file takes a lot" {
	head -c 5000000 /dev/urandom >big
	run -0 crannog run --file 9 /tmp/big -- sha256sum 9<big </dev/null
	run -0 crannog run --file 9 /tmp/big -- sha256sum /tmp/big 9<big
	same "${output%% *}" "$(sha256sum <big | cut -d' ' -f1)"
}

@test "--file reads a pipe to its end" {
	run -0 crannog run --file 9 /tmp/x -- cat /tmp/x 9< <(echo one; sleep 0.2; echo two)
	same "$output" $'one\ntwo'
}

@test "--file takes standard input" {
	run -0 crannog run --file 0 /tmp/x -- cat /tmp/x <<<hello
	same "$output" hello
}

@test "--file to a named pipe without a reader does not hang" {
	mkfifo pipe
	run -125 timeout 5 "$CRANNOG" run --bind . /w --file 9 /w/pipe -- true 9</dev/null
}

@test "--bind-data binds a file with mode 0600 that can be written" {
	run -0 crannog run --bind-data 9 /tmp/x -- \
		sh -c 'stat -c %a /tmp/x; cat /tmp/x; echo more >>/tmp/x; cat /tmp/x' 9<<<hello
	same "$output" $'600\nhello\nhello\nmore'
}

@test "--ro-bind-data binds one that cannot" {
	run -2 crannog run --perms 0666 --ro-bind-data 9 /tmp/x -- sh -c 'cat /tmp/x; echo more >>/tmp/x' 9<<<hello
	says hello
	says "Read-only file system"
}

@test "--bind-data covers a file of the host, which stays as it is" {
	echo host >have
	run -0 crannog run --bind . /w --bind-data 9 /w/have -- sh -c 'cat /w/have; echo changed >/w/have' 9<<<mine
	same "$output" mine
	same "$(<have)" host
}

@test "--bind-data works in a folder that is read-only" {
	run -0 crannog run --ro-bind-data 9 /etc/passwd -- cat /etc/passwd 9<<<nobody
	same "$output" nobody
}

@test "a file bound by --bind-data cannot be taken away" {
	run -1 crannog run --bind-data 9 /tmp/x -- rm /tmp/x 9<<<hello
	says "busy"
}

@test "a descriptor serves one option" {
	run -125 crannog run --file 9 /tmp/x --bind-data 9 /tmp/y -- true 9<<<hello
	same "$output" "crannog: --bind-data: File descriptor 9 is given twice: each serves one option"
}

@test "a closed descriptor is an error" {
	run -125 crannog run --file 99 /tmp/x -- true
	same "$output" "crannog: --file: cannot write data to file /tmp/x: Bad file descriptor"
}

@test "a descriptor that cannot be read is an error" {
	run -125 crannog run --file 9 /tmp/x -- true 9>out
	says "/tmp/x: Bad file descriptor"
}

# --- links ---

@test "--symlink makes a link with the text given" {
	run -0 crannog run --symlink ../some//where /tmp/a/x -- readlink /tmp/a/x
	same "$output" ../some//where
}

@test "--symlink is content with the same link" {
	ln -s target have
	run -0 crannog run --bind . /w --symlink target /w/have -- true
}

@test "--symlink refuses to change a link" {
	ln -s target have
	run -125 crannog run --bind . /w --symlink other /w/have -- true
	same "$output" "crannog: --symlink: cannot make link /w/have: existing destination is target"
}

@test "--symlink refuses to replace a file or a folder" {
	touch have
	run -125 crannog run --bind . /w --symlink other /w/have -- true
	same "$output" "crannog: --symlink: cannot make link /w/have: destination exists and is not a symlink"
	run -125 crannog run --symlink other /tmp -- true
	says "destination exists and is not a symlink"
}

# --- modes ---

@test "--chmod changes a mode" {
	run -0 crannog run --dir /tmp/x --chmod 1705 /tmp/x -- stat -c %a /tmp/x
	same "$output" 1705
}

@test "--chmod follows a link inside" {
	run -0 crannog run --dir /tmp/x --symlink x /tmp/y --chmod 0700 /tmp/y -- stat -c %a /tmp/x
	same "$output" 700
}

@test "--chmod of what is not there is an error" {
	run -125 crannog run --chmod 0700 /tmp/x -- true
	same "$output" "crannog: --chmod: cannot chmod 0700 /tmp/x: No such file or directory"
}

@test "--chmod can make / itself private" {
	run -0 "$OURS" --ro-bind /usr /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --chmod 0700 / \
		/usr/bin/stat -c %a /
	same "$output" 700
}

# --- masks ---

@test "--mask hides a file" {
	run -1 crannog run --mask /etc/passwd -- cat /etc/passwd
	same "$output" "cat: /etc/passwd: Permission denied"
}

@test "--mask hides a folder" {
	run -2 crannog run --mask /usr/share -- ls /usr/share
	same "$output" "ls: cannot open directory '/usr/share': Permission denied"
}

@test "--mask hides what is below, too" {
	run -1 crannog run --mask /usr/share -- cat /usr/share/dpkg/cputable
	says_not "amd64"
}

@test "--mask can be lifted by no chmod" {
	run ! crannog run --mask /etc/passwd -- chmod 644 /etc/passwd
	run ! crannog run --mask /usr/share -- chmod 755 /usr/share
}

@test "--mask may be given many times" {
	run -0 crannog run --mask /etc/passwd --mask /etc/group --mask /opt --mask /usr/share -- sh -c '
		for path in /etc/passwd /etc/group /opt /usr/share; do test -r $path && echo $path; done; true'
	same "$output" ""
}

@test "a mask can be on a link: what it leads to is hidden" {
	echo secret >file
	ln -s file link
	run -1 crannog run --bind . /w --mask /w/link -- cat /w/file
	says_not secret
}

@test "a mask over nothing is an error, with a hint" {
	run -125 crannog run --mask /not/there -- true
	same "$output" "crannog: --mask: cannot mask /not/there: there is no such file or folder inside
  hint: options act in order: mask it after the option that shows it"
}

@test "what is masked is as before on the host" {
	mkdir -m 755 dir
	echo x >dir/file
	crannog run --bind . /w --mask /w/dir/file --mask /w/dir -- true
	same "$(stat -c %a dir)" 755
	same "$(<dir/file)" x
}
