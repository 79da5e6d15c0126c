#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016,SC2154 # the text is for the shell inside; run sets stderr
#
# messages.bats - what is said when something is wrong: one line, and what to do

load ../lib

# tells CODE TEXT OPTION...: `run` with these options fails with the code and the text, and says no
# more; nothing runs.
tells() {
	local code=$1 text=$2
	shift 2
	run "-$code" --separate-stderr crannog run "$@"
	same "$stderr" "$text"
	same "$output" ""
}

# --- the command line ---

@test "an unknown option" {
	tells 125 "crannog: Unknown option --nope
  hint: crannog VERB --help lists the options of a verb" --nope -- echo started
}

@test "an option of another verb" {
	tells 125 "crannog: Unknown option --why
  hint: this option belongs to another verb" --why /usr -- echo started
}

@test "an unknown short option" {
	tells 125 "crannog: Unknown option -x
  hint: crannog VERB --help lists the options of a verb" -x -- echo started
}

@test "a missing value" {
	tells 125 "crannog: --chdir takes one argument" --chdir
	tells 125 "crannog: --tmpfs takes an argument" --tmpfs
	tells 125 "crannog: --symlink takes two arguments" --symlink a
	tells 125 "crannog: --setenv takes two arguments" --setenv A
	tells 125 "crannog: --overlay takes three arguments" --overlay a b
	tells 125 "crannog: --bind takes two arguments" --bind
	tells 125 "crannog: --mask takes an argument" --mask
}

@test "--perms with nothing after it" {
	tells 125 "crannog: --perms must be followed by an option that creates a file" --perms 0700 -- echo started
	tells 125 "crannog: --perms must be followed by an option that creates a file" --perms 0700
}

@test "--perms before something else" {
	tells 125 "crannog: --bind: --perms must be followed by an option that creates a file" \
		--perms 0700 --bind /usr /x -- echo started
}

@test "--size with nothing after it, or something else" {
	tells 125 "crannog: --size must be followed by --tmpfs" --size 100 -- echo started
	tells 125 "crannog: --dir: --size must be followed by --tmpfs" --size 100 --dir /tmp/x -- echo started
}

@test "--overlay-src with nothing after it, or something else" {
	local text="--overlay-src must be followed by another --overlay-src"
	text+=" or one of --overlay, --tmp-overlay, or --ro-overlay"
	tells 125 "crannog: $text" --overlay-src /usr -- echo started
	tells 125 "crannog: --tmpfs: $text" --overlay-src /usr --tmpfs /x -- echo started
}

@test "--perms at the end of --args" {
	printf '%s\0' --perms 0700 >options
	run -125 crannog run --args 9 --dir /x -- echo started 9<options
	says "--perms must be followed by an option that creates a file"
}

@test "--perms twice" {
	tells 125 "crannog: --perms given twice for the same action" \
		--perms 0700 --perms 0700 --dir /x -- echo started
}

@test "a mode that is none" {
	for mode in '' 8 10000 -1 0x1 abc 7.; do
		tells 125 "crannog: --perms takes an octal argument <= 07777" --perms "$mode" --dir /x -- echo started
		tells 125 "crannog: --chmod takes an octal argument <= 07777" --chmod "$mode" /tmp -- echo started
	done
}

@test "a size that is none" {
	for size in '' 0 -1 1k x; do
		tells 125 "crannog: --size takes a non-zero number of bytes" --size "$size" --tmpfs /tmp/x -- echo started
	done
	tells 125 "crannog: --size (for tmpfs) is limited to 9223372036854775807" \
		--size 9223372036854775808 --tmpfs /tmp/x -- echo started
}

@test "a descriptor that is none" {
	for option in --args --sync-fd --block-fd --info-fd --json-status-fd --seccomp --add-seccomp-fd --keep-fd \
		--userns --pidns; do
		tells 125 "crannog: $option: Invalid fd: x" "$option" x -- echo started
		tells 125 "crannog: $option: Invalid fd: -1" "$option" -1 -- echo started
	done
}

@test "a descriptor that is closed" {
	tells 125 "crannog: --args: cannot read the words of --args from descriptor 99: Bad file descriptor" \
		--args 99 -- echo started
	tells 125 "crannog: --info-fd: cannot write to info_fd: Bad file descriptor" --info-fd 99 -- echo started
	tells 125 "crannog: --sync-fd: cannot use the descriptor: Bad file descriptor" --sync-fd 99 -- echo started
	tells 125 "crannog: --keep-fd: descriptor 99 is not open" --keep-fd 99 -- echo started
}

@test "--args in --args" {
	printf '%s\0' --args 8 >options
	tells 125 "crannog: --args not supported in arguments file" --args 9 -- echo started 9<options
}

@test "a variable's name that is none" {
	tells 125 "crannog: --setenv: \"A=B\" cannot be a variable's name" --setenv A=B c -- echo started
	tells 125 "crannog: --setenv: \"\" cannot be a variable's name" --setenv '' c -- echo started
	tells 125 "crannog: --keep-env: \"A=B\" cannot be a variable's name" --keep-env A=B -- echo started
}

@test "an option given twice of which the last counts: a warning" {
	run -0 --separate-stderr crannog run --chdir /etc --chdir /usr -- pwd
	same "$output" /usr
	same "$stderr" "crannog: Only the last --chdir option will take effect"
}

@test "options that exclude each other" {
	tells 125 "crannog: --rootfs: --bare and --rootfs exclude each other" --bare --rootfs / -- echo started
	tells 125 "crannog: Specifying --as-pid-1 and --lock-file is not permitted" --as-pid-1 --lock-file /x -- echo started
}

# --- the set-up ---

@test "a source that is missing" {
	tells 125 "crannog: --ro-bind: cannot find source /not/there: No such file or directory
  hint: use --ro-bind-try if it may be absent" --ro-bind /not/there /x -- echo started
}

@test "a destination that cannot be made" {
	tells 125 "crannog: --tmpfs: cannot make folder /usr/new: Read-only file system" --tmpfs /usr/new -- echo started
}

@test "a folder to start in that is missing" {
	tells 125 "crannog: --chdir: cannot chdir to /not/there: No such file or directory" --chdir /not/there -- echo started
}

@test "something to mask that is missing" {
	tells 125 "crannog: --mask: cannot mask /not/there: there is no such file or folder inside
  hint: options act in order: mask it after the option that shows it" --mask /not/there -- echo started
}

@test "an option that came from a descriptor is named all the same" {
	printf '%s\0' --bind /not/there /x >options
	run -125 crannog run --args 9 -- echo started 9<options
	[[ ${lines[0]} == "crannog: --bind"*": cannot find source /not/there: No such file or directory" ]]
}

@test "a very long path is cut, not spilled" {
	run -125 crannog run --bind "/$(printf '%03500d' 0)" /x -- echo started
	same "$(grep -c . <<<"${lines[0]}")" 1
	says "File name too long"
}

@test "a path with a line end makes one line all the same" {
	run -125 crannog run --bind $'/not\nthere' /x -- echo started
	[[ ${lines[0]} == *"No such file or directory" ]]
}

# --- the program ---

@test "a program that is not found" {
	tells 127 "crannog: cannot execute no-such-program: No such file or directory" -- no-such-program
	tells 127 "crannog: cannot execute /no/such/program: No such file or directory" -- /no/such/program
}

@test "a program that cannot be executed" {
	tells 126 "crannog: cannot execute /etc/passwd: Permission denied" -- /etc/passwd
	tells 126 "crannog: cannot execute /etc: Permission denied" -- /etc
}

@test "a program without a name" {
	tells 127 "crannog: cannot execute: No such file or directory" -- ''
}

# --- how it is said ---

@test "--level-prefix marks the priority of all that follows" {
	tells 125 "<3>crannog: Unknown option --nope
  hint: crannog VERB --help lists the options of a verb" --level-prefix --nope
	run -0 --separate-stderr crannog run --level-prefix --chdir /etc --chdir /usr -- true
	same "$stderr" "<4>crannog: Only the last --chdir option will take effect"
}

@test "an unknown verb" {
	run -125 --separate-stderr crannog nope
	same "$stderr" "crannog: there is no verb nope
  hint: crannog run COMMAND runs a program; crannog help lists the verbs"
}

@test "no verb: the usage, on stderr" {
	run -125 --separate-stderr crannog
	same "$output" ""
	[[ $stderr == "usage: crannog VERB"* ]]
}

@test "--help, -h, help and help VERB print to stdout" {
	for words in --help -h help "help run" "run --help"; do
		# shellcheck disable=SC2086 # words
		run -0 --separate-stderr crannog $words
		says "usage: crannog"
		same "$stderr" ""
	done
}

@test "help that cannot be written is an error" {
	run -125 sh -c '"$1" --help >/dev/full' sh "$CRANNOG"
	says "crannog: cannot write to standard output"
}

@test "a message that nobody reads changes nothing" {
	run -125 sh -c '"$1" run --nope 2>/dev/full' sh "$CRANNOG"
	run -125 sh -c '"$1" run --nope 2>&-' sh "$CRANNOG"
}
