#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016,SC2012,SC2030,SC2031 # the text is for the shell inside; tests are subshells
#
# view.bats - the base view of `crannog run`

load ../lib

# A home with a project in it; the tests start in the project.
setup() {
	mkdir -p "$BATS_TEST_TMPDIR/home/project/sub" "$BATS_TEST_TMPDIR/home/other"
	HOME=$(cd "$BATS_TEST_TMPDIR/home" && pwd -P)
	export HOME
	echo private >"$HOME/secret"
	cd "$HOME/project" || return 1
	echo public >file
}

# --- the system ---

@test "the system's folders are there as they are" {
	for folder in /usr /usr/bin /etc /opt /bin /sbin /lib; do
		[[ -d $folder ]] || continue
		same "$(crannog run -- ls -A "$folder" | md5sum)" "$(ls -A "$folder" | md5sum)"
		same "$(crannog run -- stat -c %F "$folder")" "$(stat -c %F "$folder")"
	done
}

@test "the system's folders cannot be written" {
	for folder in / /usr /usr/local /etc /opt /var /var/lib /bin; do
		run ! crannog run -- touch "$folder/new"
		says "Read-only file system"
	done
}

@test "nothing else of the host is there" {
	HOME=/home/me run -0 crannog run -- ls -A /
	known=" bin dev etc gnu home lib lib32 lib64 libx32 nix opt proc run sbin tmp usr var "
	for name in $output; do
		[[ $known == *" $name "* ]]
	done
	for path in /root /boot /srv /sys /mnt /media /var/log /var/spool; do
		run ! crannog run -- ls -d "$path"
	done
}

@test "/tmp, /run, /var/tmp and /home are private" {
	for folder in /tmp /run /var/tmp /home; do
		run -0 crannog run --no-cwd -- sh -c 'touch "$1/made-inside" && ls "$1/made-inside"' sh "$folder"
		run ! ls "$folder/made-inside"
	done
}

@test "/tmp and /var/tmp are empty and open to all, /run is empty" {
	run -0 env HOME=/home/me "$CRANNOG" run --no-cwd -- sh -c 'ls -A /tmp /run /var/tmp; stat -c %a /tmp /var/tmp /run'
	same "$(flat)" "/run: /tmp: /var/tmp: 1777 1777 755"
}

@test "a new /proc and /dev" {
	run -0 crannog run -- sh -c 'echo /proc/[0-9]*; ls -A /dev/pts'
	same "$(flat)" "/proc/1 /proc/2 ptmx"
}

@test "nothing of the host can be written but the current folder" {
	run -0 crannog run -- cat /proc/self/mountinfo
	same "$(awk '$6 ~ /^rw/ && $0 !~ / - (tmpfs|proc|devpts|devtmpfs) / { print $5 }' <<<"$output")" "$HOME/project"
}

@test "view options lie over the base view, in order" {
	mkdir local
	touch local/mine
	run -0 crannog run --ro-bind local /usr/local --tmpfs /opt --dir /opt/new -- sh -c 'ls /usr/local /opt'
	same "$(flat)" "/opt: new /usr/local: mine"
}

# --- home ---

@test "the home folder is empty but for the current folder, at its own path" {
	run -0 crannog run -- sh -c 'echo $HOME; ls -A ~; stat -c "%a %U" ~'
	same "$output" "$HOME"$'\nproject\n700 '"$(id -un)"
}

@test "the home folder can be written, and the host does not see it" {
	run -0 crannog run --no-cwd -- sh -c 'echo x >~/new && cat ~/new'
	test ! -e "$HOME/new"
}

@test "a home in /home is alone there" {
	run -0 env HOME=/home/me/deeper "$CRANNOG" run --no-cwd -- sh -c 'ls -A /home /home/me ~; pwd'
	same "$(flat)" "/home: me /home/me: deeper /home/me/deeper: /home/me/deeper"
}

@test "without HOME the home is the one that the system knows" {
	run -0 env -u HOME "$CRANNOG" run --no-cwd -- ls -d "$(getent passwd "$(id -u)" | cut -d: -f6)"
}

@test "a HOME that is no path is no home" {
	for home in '' / relative; do
		run -0 env HOME="$home" "$CRANNOG" run --no-cwd -- true
	done
}

# --- the current folder ---

@test "a current folder below the home can be written at its own path" {
	run -0 crannog run -- sh -c 'pwd; cat file; echo new >new'
	same "$output" "$HOME/project"$'\npublic'
	same "$(<new)" new
}

@test "its neighbours are not there" {
	run -0 crannog run -- sh -c 'cd ..; ls -A'
	same "$output" project
}

@test "a folder deeper down comes alone, too" {
	cd sub
	run -0 crannog run -- sh -c 'pwd; cd ..; ls -A'
	same "$output" "$HOME/project/sub"$'\nsub'
}

@test "a current folder reached through a link keeps its name" {
	ln -s project "$HOME/link"
	cd "$HOME/link"
	run -0 crannog run -- sh -c 'pwd; cat file'
	same "$output" "$HOME/link"$'\npublic'
}

@test "a home reached through a link works" {
	ln -s home "$BATS_TEST_TMPDIR/home-link"
	HOME=$BATS_TEST_TMPDIR/home-link
	cd "$HOME/project"
	run -0 crannog run -- sh -c 'pwd; cat file; ls -A ~'
	same "$output" "$HOME/project"$'\npublic\nproject'
}

@test "a link in the current folder does not lead out of it" {
	ln -s ../secret out
	run ! crannog run -- cat out
	says_not private
}

@test "--no-cwd leaves it out" {
	run -0 crannog run --no-cwd -- sh -c 'pwd; ls -A ~'
	same "$output" "$HOME"
}

@test "a current folder elsewhere is left out" {
	mkdir "$BATS_TEST_TMPDIR/elsewhere"
	cd "$BATS_TEST_TMPDIR/elsewhere"
	touch mine
	run ! crannog run -- ls "$PWD/mine"
}

HINT="  hint: change to a project folder, or leave it out with --no-cwd"

@test "a current folder that is the home is refused, with a hint" {
	cd
	run -125 crannog run -- true
	same "$output" "crannog: the current directory is your home directory, which stays private
$HINT"
}

@test "a current folder above the home is refused, with a hint" {
	cd ../..
	run -125 crannog run -- true
	same "$output" "crannog: the current directory is above your home directory, which stays private
$HINT"
}

@test "a current folder that is / is refused, with a hint" {
	cd /
	run -125 crannog run -- true
	same "$output" "crannog: the current directory is /, which would give the program everything
$HINT"
}

@test "the home through a link is refused as well" {
	ln -s . "$HOME/me"
	cd "$HOME/me"
	run -125 crannog run -- true
	says "is your home directory"
	HOME=$HOME/me/ run -125 crannog run -- true
	says "is your home directory"
}

@test "with --no-cwd all these are fine" {
	for folder in "$HOME" "$HOME/.." /; do
		cd "$folder"
		run -0 crannog run --no-cwd -- ls -A "$HOME"
		same "$output" ""
	done
}

@test "a current folder that is gone is an error, or nothing with --no-cwd" {
	mkdir gone
	cd gone
	rmdir "$PWD"
	run -125 crannog run -- true
	says "cannot find the path of the current directory: No such file or directory"
	run -0 crannog run --no-cwd -- true
	cd /
}

# --- the rest ---

@test "the environment is an allow-list" {
	run -0 env -i HOME="$HOME" PATH="$PATH" TERM=vt100 COLORTERM=c LANG=C.UTF-8 LANGUAGE=en LC_ALL=C LC_TIME=C TZ=UTC \
		USER=me LOGNAME=me SHELL=/bin/sh NO_COLOR=1 SECRET=1 LD_LIBRARY_PATH=/x LD_PRELOAD= SSH_AUTH_SOCK=/x \
		DBUS_SESSION_BUS_ADDRESS=x DISPLAY=:0 XDG_RUNTIME_DIR=/run/user/1 TMPDIR=/x MAIL=/x LS_COLORS=x AWS_SECRET=x \
		"$CRANNOG" run -- /usr/bin/env
	same "$(cut -d= -f1 <<<"$output" | sort | xargs)" \
		"COLORTERM HOME LANG LANGUAGE LC_ALL LC_TIME LOGNAME NO_COLOR PATH PWD SHELL TERM TZ USER"
}

@test "every namespace is new, and no capability is left" {
	run -0 crannog run -- sh -c 'readlink /proc/self/ns/* | sort; grep CapBnd /proc/self/status'
	says $'CapBnd:\t0000000000000000'
	for kind in cgroup ipc mnt net pid user uts; do
		says_not "$(readlink "/proc/self/ns/$kind")"
	done
}

@test "the name of the host and of the user are known" {
	run -0 crannog run -- sh -c 'uname -n; id -un'
	same "$output" "$(uname -n; id -un)"
}

@test "a C program is compiled in the current folder" {
	command -v gcc >/dev/null || skip "gcc is not installed"
	printf '#include <stdio.h>\nint main(void) { puts("hello"); }\n' >hello.c
	run -0 crannog run -- gcc hello.c -o hello
	run -0 ./hello
	same "$output" hello
}
