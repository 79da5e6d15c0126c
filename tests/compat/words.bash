# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# words.bash - functions for the text of a test, see twice.bash

# hold OPTION...: starts a process in namespaces made by unshare(1), which lives until the text ends;
# opens its pid namespace as 8 and its user namespace as 9.
hold() {
	coproc unshare "$@" sh -c 'echo ready; read line'
	read -r _ <&"${COPROC[0]}"
	trap : EXIT # else the last command replaces the shell, whose end is the end of the process
	exec 8<"/proc/$COPROC_PID/ns/pid_for_children" 9<"/proc/$COPROC_PID/ns/user"
}

# A seccomp program that allows everything, and one that refuses uname(2) with EPERM.
filter_none() {
	printf '\x06\0\0\0\0\0\xff\x7f'
}

filter_uname() {
	local number='\x3f'
	[[ $(arch) == x86_64 ]] || number='\xa0'
	printf '\x20\0\0\0\0\0\0\0'
	printf '\x15\0\0\x01%b\0\0\0' "$number"
	printf '\x06\0\0\0\x01\0\x05\0'
	filter_none
}

# descendants PID: the names of a process and its children, one a line, deeper ones further right.
descendants() {
	local child
	printf '%s%s\n' "${2-}" "$(<"/proc/$1/comm")"
	# shellcheck disable=SC2013 # words are meant
	for child in $(cat "/proc/$1/task/"*/children); do
		descendants "$child" "${2-}  "
	done
}

# until_there PATH: waits for a file, ten seconds at most.
until_there() {
	local try
	for ((try = 0; try < 500; try++)); do
		[[ ! -e $1 ]] || return 0
		sleep 0.02
	done
	return 1
}
