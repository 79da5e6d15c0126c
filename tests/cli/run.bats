#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016,SC2154 # the text is for the shell inside; run sets stderr
#
# run.bats - the command line of `crannog run`: where it starts from, and how options are written

load ../lib

# A root file system with a shell and a few tools, as small as can be.
make_root() {
	local tool library
	mkdir -p "$1"/{bin,etc,proc,dev,tmp,run,home,var/tmp}
	for tool in sh ls cat touch id; do
		cp -L "$(command -v "$tool")" "$1/bin/"
	done
	for library in $(ldd "$1"/bin/* | grep -o '/[^ ]*' | grep -v ':$' | sort -u); do
		mkdir -p "$1${library%/*}"
		cp -L "$library" "$1$library"
	done
	echo 'NAME=small' >"$1/etc/os-release"
}

# --- no command ---

@test "without a command the user's shell starts" {
	SHELL=/bin/bash run -0 crannog run <<<'echo "this is $BASH"'
	same "$output" "this is /bin/bash"
}

@test "without SHELL it is the one that the system knows" {
	run -0 env -u SHELL "$CRANNOG" run <<<'echo hello'
	same "$output" hello
}

@test "options alone, and then the shell" {
	SHELL=/bin/sh run -0 crannog run --setenv A b -- <<<'echo $A'
	same "$output" b
}

@test "a SHELL that is not inside is an error" {
	SHELL=/not/there run -127 crannog run
	same "$output" "crannog: cannot execute /not/there: No such file or directory"
}

# --- how options are written ---

@test "the command begins at the first word that is no option, or after --" {
	run -0 crannog run printf '[%s]' --tmpfs -- -v
	same "$output" '[--tmpfs][--][-v]'
	run -0 crannog run -- printf '[%s]' --tmpfs -- -v
	same "$output" '[--tmpfs][--][-v]'
}

@test "values may be joined with =" {
	run -0 crannog run --uid=5 --chdir=/etc --hostname=a=b --tmpfs=/tmp/x -- sh -c 'id -u; pwd; uname -n; ls -d /tmp/x'
	same "$(flat)" "5 /etc a=b /tmp/x"
}

@test "an empty value may be joined with =" {
	run -125 crannog run --uid= -- true
	same "$output" "crannog: --uid: Invalid uid: "
}

@test "= where there is no value is an error" {
	run -125 crannog run --unshare-net=yes -- true
	same "$output" "crannog: --unshare-net takes no argument"
}

@test "= where there are two values is an error" {
	run -125 crannog run --setenv=A b -- true
	says "--setenv takes two arguments"
}

@test "SRC alone is bound at its own path" {
	mkdir src
	echo mine >src/file
	run -0 crannog run --ro-bind "$PWD/src" -- cat "$PWD/src/file"
	same "$output" mine
}

@test "a relative SRC alone is bound at its own path, too" {
	mkdir src
	run -0 crannog run --bind src -- touch "$PWD/src/new"
	test -e src/new
}

@test "SRC alone may be joined with =" {
	mkdir src
	run -0 crannog run --bind=src --ro-bind=/etc/../etc -- touch "$PWD/src/new"
	test -e src/new
}

@test "SRC alone before another option, and before the end" {
	mkdir src
	run -0 crannog run --bind src --dir /tmp/x -- ls -d "$PWD/src" /tmp/x
	run -0 crannog run --dir /tmp/x --bind src -- ls -d "$PWD/src" /tmp/x
}

@test "all the binds take SRC alone" {
	mkdir src
	for option in --bind --bind-try --dev-bind --dev-bind-try --ro-bind --ro-bind-try; do
		run -0 crannog run "$option" src -- ls -d "$PWD/src"
	done
	for option in --bind-try --dev-bind-try --ro-bind-try; do
		run -0 crannog run "$option" /not/there -- true
	done
}

@test "options can come from a descriptor" {
	mkdir src
	printf '%s\0' --bind src --setenv A b --uid=7 --mask /etc/passwd >options
	run -0 crannog run --args 9 -- sh -c 'id -u; echo $A; ls -d "$1"; cat /etc/passwd 2>&1; true' sh "$PWD/src" 9<options
	says $'7\nb\n'"$PWD/src"
	says "Permission denied"
}

@test "a command in --args is ignored, with a warning" {
	printf '%s\0' --setenv A b echo wrong >options
	run -0 crannog run --args 9 -- printenv A 9<options
	says "ignored from the word \"echo\" on"
	says b
	says_not wrong$'\n'
}

@test "-v shows the steps on stderr, and no more" {
	run -0 --separate-stderr crannog run -v -- echo out
	same "$output" out
	[[ $stderr == *"plan made"*"in the new root"* ]]
	run -0 --separate-stderr crannog run -- echo out
	same "$stderr" ""
}

@test "-h and --help print the options on stdout" {
	for option in -h --help; do
		run -0 --separate-stderr crannog run "$option"
		same "$stderr" ""
		says "usage: crannog run"
		says "--rw-rootfs DIR"
	done
}

@test "--version prints the version" {
	run -0 crannog run --version
	same "$output" "$(crannog version)"
}

@test "run accepts every option of bwrap" {
	for option in $("$OURS" --help | grep -o '^ *--[a-z0-9-]*'); do
		run crannog run --help
		says "$option"
	done
}

# --- --bare ---

@test "--bare is an empty root" {
	make_root root
	run -0 crannog run --bare --ro-bind root/bin /bin --ro-bind root/lib /lib --ro-bind-try root/lib64 /lib64 \
		--ro-bind-try root/usr /usr -- sh -c 'ls -A /; touch /new'
	says_not proc
	says_not dev
	says_not etc
	says_not home
}

@test "--bare may be used in the home folder and in /" {
	make_root root
	HOME=$PWD run -0 crannog run --bare --ro-bind root / -- ls -d /
	ROOT=$PWD/root
	cd /
	run -0 crannog run --bare --ro-bind "$ROOT" / -- ls -d /
}

# --- --rootfs ---

@test "--rootfs starts from a folder, read-only" {
	make_root root
	run -0 crannog run --rootfs ./root -- cat /etc/os-release
	same "$output" NAME=small
	run ! crannog run --rootfs ./root -- touch /new
	says "Read-only file system"
	run ! crannog run --rootfs ./root -- touch /etc/new
	says "Read-only file system"
}

@test "--rootfs has a private /tmp, /run, /var/tmp and /home" {
	make_root root
	echo x >root/tmp/old
	run -0 crannog run --rootfs ./root -- sh -c '
		for d in /tmp /run /var/tmp /home; do ls -A $d; touch $d/new || echo fails $d; done'
	same "$output" ""
	test ! -e root/tmp/new
}

@test "--rootfs has a new /proc and /dev" {
	make_root root
	run -0 crannog run --rootfs ./root -- sh -c 'echo x >/dev/null; cat /proc/self/status'
	says NoNewPrivs
	same "$(ls -A root/dev root/proc)" $'root/dev:\n\nroot/proc:'
}

@test "--rootfs shows nothing of the host" {
	make_root root
	run ! crannog run --rootfs ./root -- ls -d "$PWD" "$HOME/." /opt /boot
	says "cannot access '/opt'"
	run -0 crannog run --rootfs ./root -- sh -c 'pwd; ls -A /'
	says_not work
}

@test "--rootfs and options over it" {
	make_root root
	mkdir src
	run -0 crannog run --rootfs ./root --bind src /tmp/src --mask /etc -- sh -c 'touch /tmp/src/new; ls /etc || true'
	test -e src/new
	says "Permission denied"
}

@test "--rootfs with links that lead out of it: they lead to its own" {
	make_root root
	rm -r root/tmp root/run
	ln -s "$PWD/outside" root/tmp
	ln -s ../../../../../../etc root/run
	mkdir outside
	run crannog run --rootfs ./root -- sh -c 'ls -A /run/ /tmp/; true'
	same "$(ls -A outside)" ""
}

@test "--rw-rootfs starts from a folder that can be written" {
	make_root root
	run -0 crannog run --rw-rootfs ./root -- sh -c 'touch /new /etc/new /tmp/new'
	test -e root/new
	test -e root/etc/new
	test -e root/tmp/new
}

@test "--rw-rootfs makes /proc and /dev where they are missing" {
	make_root root
	rmdir root/proc root/dev
	run -0 crannog run --rw-rootfs ./root -- sh -c 'test -e /proc/self && echo x >/dev/null'
}

@test "--rootfs without a place for /proc says so" {
	make_root root
	rmdir root/proc
	run -125 crannog run --rootfs ./root -- true
	same "${lines[0]}" "crannog: --proc (base view): cannot make folder /proc: Read-only file system"
}

@test "--rootfs of a folder that is not there is an error" {
	run -125 crannog run --rootfs ./not-there -- true
	same "$output" "crannog: --rootfs: cannot find source ./not-there: No such file or directory"
}

@test "--rootfs of a file is an error" {
	touch file
	run -125 crannog run --rootfs ./file -- true
	says "crannog: --rootfs: "
}

@test "--bare and --rootfs exclude each other" {
	run -125 crannog run --bare --rootfs / -- true
	same "$output" "crannog: --rootfs: --bare and --rootfs exclude each other"
	run -125 crannog run --rw-rootfs / --bare -- true
	same "$output" "crannog: --bare and --rootfs exclude each other"
}

@test "--rootfs / is the host's system, read-only" {
	run -0 crannog run --rootfs / -- ls -d /usr/bin
	run ! crannog run --rootfs / -- touch /usr/new
	says "Read-only file system"
}

# --- a distribution ---

@test "a Debian made by mmdebstrap is entered" {
	command -v mmdebstrap >/dev/null || skip "mmdebstrap is not installed"
	timeout 100 mmdebstrap --quiet --mode=unshare --variant=minbase bookworm root.tar 2>log ||
		skip "no mirror in reach, or no user namespaces: $(tail -1 log)"
	mkdir debian
	tar -x --exclude './dev/*' -C debian -f root.tar
	run -0 crannog run --rootfs ./debian -- /bin/sh -c 'cat /etc/os-release; dpkg -l | tail -1'
	says bookworm
	says "ii  zlib1g"
}
