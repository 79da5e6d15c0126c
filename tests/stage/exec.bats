#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# exec.bats - how the program starts: its file, folder, environment, descriptors, session, signals

load ../lib

# --- the file ---

@test "the program gets its arguments as given" {
	run -0 crannog run -- printf '[%s]' one '' 'two words' '*' --bind
	same "$output" '[one][][two words][*][--bind]'
}

@test "a text file without an interpreter line is not run by a shell" {
	echo 'echo wrong' >script
	chmod +x script
	run -126 crannog run --bind . /w -- /w/script
	says_not wrong
	says "hint: a script needs a first line that names its interpreter"
}

@test "a script with an interpreter line runs" {
	printf '#!/bin/sh\necho "$0 $1"\n' >script
	chmod +x script
	run -0 crannog run --bind . /w -- /w/script one
	same "$output" "/w/script one"
}

@test "a script whose interpreter is missing says so" {
	printf '#!/no/such/interpreter\n' >script
	chmod +x script
	run -126 crannog run --bind . /w -- /w/script
	says "hint: the file is there, but the interpreter or loader that it names is not"
}

@test "the command is looked up in the PATH inside" {
	mkdir bin
	printf '#!/bin/sh\necho found\n' >bin/my-tool
	chmod +x bin/my-tool
	run -0 crannog run --bind bin /w --setenv PATH /nowhere:/w:/usr/bin:/bin -- my-tool
	same "$output" found
}

@test "the command is not looked up in the caller's PATH" {
	mkdir bin
	printf '#!/bin/sh\necho wrong\n' >bin/my-tool
	chmod +x bin/my-tool
	PATH=$PWD/bin:$PATH run -127 crannog run --bind bin "$PWD/bin" --setenv PATH /usr/bin -- my-tool
}

@test "after --clearenv the command is still found" {
	run -0 crannog run --clearenv -- env
	same "$output" PWD=/
}

@test "--argv0 gives the program another name" {
	run -0 crannog run --argv0 other -- sh -c 'echo $0; tr "\0" " " </proc/$$/cmdline'
	says "other -c"
}

# --- the folder ---

@test "--chdir starts the program there" {
	run -0 crannog run --chdir /etc -- sh -c 'pwd; echo $PWD'
	same "$output" $'/etc\n/etc'
}

@test "--chdir to a folder that is not there is an error" {
	run -125 crannog run --chdir /not/there -- true
	says "cannot chdir to /not/there: No such file or directory"
}

@test "the program starts in the current folder if that is inside" {
	cd /usr/share
	run -0 crannog run -- pwd
	same "$output" /usr/share
}

@test "else in the home folder" {
	run -0 crannog run --setenv HOME /opt -- sh -c 'pwd; echo $PWD'
	same "$output" $'/opt\n/opt'
}

@test "else in /" {
	run -0 crannog run --unsetenv HOME -- pwd
	same "$output" /
}

# --- the environment ---

@test "--setenv, --unsetenv and --clearenv act in order" {
	run -0 crannog run --setenv A 1 --setenv B 2 --clearenv --setenv C 3 --setenv D 4 --unsetenv C -- /usr/bin/env
	same "$output" $'D=4\nPWD=/'
}

@test "--setenv keeps any value, and the last one counts" {
	run -0 crannog run --setenv A x --setenv A $'a=b\nc ' -- printenv A
	same "$output" $'a=b\nc '
}

@test "--keep-env passes on one more variable" {
	MINE=yes OTHER=no run -0 crannog run --keep-env MINE -- env
	says MINE=yes
	says_not OTHER
}

@test "--keep-env of a variable that is not set is no error" {
	run -0 crannog run --keep-env NOT_SET_AT_ALL -- env
	says_not NOT_SET_AT_ALL
}

# --- descriptors ---

# only_9 COMMAND...: with no descriptors but the first three and 9.
only_9() {
	run -0 bash -c 'for fd in /proc/self/fd/*; do
			fd=${fd##*/}
			((fd <= 2 || fd == 9)) || exec {fd}>&-
		done
		exec "$@"' bash "$@"
}

@test "descriptors of the caller are closed" {
	run -0 crannog run -- sh -c 'ls /proc/$$/fd' 8</etc/passwd 11</etc
	same "$(flat)" "0 1 2"
}

@test "--keep-fd leaves one open" {
	run -0 crannog run --keep-fd 9 -- sh -c 'ls /proc/$$/fd; cat <&9' 8</etc/passwd 9<<<hello
	same "$(flat)" "0 1 2 9 hello"
}

@test "--keep-fd may be given several times" {
	run -0 crannog run --keep-fd 9 --keep-fd 8 -- sh -c 'ls /proc/$$/fd' 7</etc/passwd 8</etc/passwd 9</etc/passwd
	same "$(flat)" "0 1 2 8 9"
}

@test "--keep-fd of a closed descriptor is an error" {
	run -125 crannog run --keep-fd 77 -- true
	same "$output" "crannog: --keep-fd: descriptor 77 is not open"
}

@test "as bwrap, descriptors of the caller stay open, ours do not appear" {
	only_9 "$OURS" --unshare-all --ro-bind / / --proc /proc sh -c 'ls /proc/$$/fd' 9</etc/passwd
	same "$(flat)" "0 1 2 9"
}

@test "descriptors that options used up do not reach the program" {
	run -0 "$OURS" --unshare-all --ro-bind / / --tmpfs /tmp --proc /proc --file 9 /tmp/x --ro-bind-fd 8 /tmp/y \
		--info-fd 7 --block-fd 11 sh -c 'cd /proc/$$/fd && ls -d [79] 8 11; true' \
		7>info 8</etc 9</dev/null 11</dev/null
	says "cannot access '11'"
	same "${#lines[@]}" 3
}

@test "the program can end a pipe that it was given" {
	mkfifo pipe
	"$CRANNOG" run --keep-fd 9 -- sh -c 'exec 9>&-; sleep 20' 9>pipe 3>&- &
	run -0 timeout 5 cat pipe
	kill $!
}

# --- closed streams ---

@test "a closed stdin stays closed, and nothing else takes its number" {
	run -0 sh -c '"$1" run -- sh -c "cat || echo closed" <&-' sh "$CRANNOG"
	says "Bad file descriptor"
	says closed
}

@test "a closed stdout stays closed" {
	run -0 sh -c '"$1" run -- sh -c "echo x || echo no >&2" >&-' sh "$CRANNOG"
	says no
}

@test "a closed stderr stays closed" {
	run -0 sh -c '"$1" run -- sh -c "echo x >&2 || echo no" 2>&-' sh "$CRANNOG"
	same "$output" no
}

@test "with all streams closed the program still runs" {
	run -7 sh -c 'exec "$1" run -- sh -c "exit 7" <&- >&- 2>&-' sh "$CRANNOG"
}

@test "with all streams closed a failure still has its exit code" {
	run -125 sh -c 'exec "$1" run --bind /not/there /x -- true <&- >&- 2>&-' sh "$CRANNOG"
}

@test "a file made with stdin closed gets what was meant for it" {
	echo data >data
	run -0 sh -c 'exec "$1" run --file 9 /tmp/x -- cat /tmp/x <&- 9<data' sh "$CRANNOG"
	same "$output" data
}

# --- session, keys, signals, limits ---

@test "the program has a session of its own" {
	run -0 crannog run -- sh -c 'ps -o sid= -p $$'
	[[ $output != *' 0' ]]
}

@test "--keep-session leaves it in the caller's" {
	run -0 crannog run --keep-session -- sh -c 'ps -o sid= -p $$'
	same "$(flat)" 0
}

@test "the caller's session keyring cannot be seen" {
	command -v keyctl >/dev/null || skip "keyctl is not installed"
	run -0 keyctl session - sh -c 'keyctl add user crannog-test secret @s >/dev/null
		exec "$1" run -- keyctl list @s' sh "$CRANNOG"
	says "keyring is empty"
}

@test "a key of the caller's cannot be read by its number" {
	command -v keyctl >/dev/null || skip "keyctl is not installed"
	run keyctl session - sh -c 'id=$(keyctl add user crannog-test very-secret @s)
		keyctl print $id && exec "$1" run -- keyctl print $id' sh "$CRANNOG"
	says "Permission denied"
	same "$(grep -c very-secret <<<"$output")" 1
}

@test "signals that the caller ignores are ignored inside, others are not" {
	run -0 sh -c 'trap "" INT; exec "$1" run -- grep -E "Sig(Ign|Blk)" /proc/self/status' sh "$CRANNOG"
	says $'SigBlk:\t0000000000000000'
	# Without 32 and 33, which the C library keeps for its threads.
	local ignored=${output##*SigIgn:}
	same "$((0x${ignored//[[:space:]]/} & ~0x180000000))" 2
}

@test "the caller's umask is the program's" {
	run -0 sh -c 'umask 027; exec "$1" run -- sh -c umask' sh "$CRANNOG"
	same "$output" 0027
}

@test "limits of resources are the caller's" {
	run -0 sh -c 'ulimit -n 77; exec "$1" run -- sh -c "ulimit -n"' sh "$CRANNOG"
	same "$output" 77
}

@test "the priority is the caller's" {
	run -0 nice -n 7 "$CRANNOG" run -- nice
	same "$output" 7
}
