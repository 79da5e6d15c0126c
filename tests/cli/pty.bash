# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# pty.bash - an interactive shell on a terminal of its own, and a hand on its keyboard
#
# script(1) makes the terminal. What the shell and its jobs write is read from there as it comes.

# Starts the shell; its prompt is "ready> ", and `crannog` is the program under test.
terminal() {
	command -v script >/dev/null || skip "script is not installed"
	export SHELL=/bin/bash
	printf 'PS1="ready> "\ncrannog() { "%s" "$@"; }\n' "$CRANNOG" >rc
	coproc TERMINAL { exec script -qfec 'bash --noprofile --rcfile rc -i' /dev/null 2>&1 3>&-; }
	# Descriptors of the coproc's are not passed on to subshells: these are.
	exec 6>&"${TERMINAL[1]}" 7<&"${TERMINAL[0]}"
	shown=
	shows 'ready> '
}

# types TEXT: with the return key.
types() {
	printf '%s\n' "$1" >&6
}

# presses KEY: one that has an effect without the return key, like $'\003'.
presses() {
	printf '%s' "$1" >&6
}

# shows TEXT: waits until the terminal shows it, and forgets what came before.
shows() {
	local more
	for _ in {1..100}; do
		if [[ $shown == *"$1"* ]]; then
			shown=${shown#*"$1"}
			return
		fi
		more=
		IFS= read -r -N 4096 -t 0.05 -u 7 more || true
		shown+=$more
	done
	printf 'the terminal does not show: %s\nbut: %q\n' "$1" "$shown" >&2
	return 1
}

# The process and all below it.
family() {
	local child
	for child in $(pgrep -P "$1"); do
		family "$child"
	done
	echo "$1"
}

terminal_teardown() {
	[[ ${TERMINAL_PID-} ]] || return 0
	local process
	for process in $(family "$TERMINAL_PID"); do
		kill -KILL "$process" 2>/dev/null || true
	done
	{ wait "$TERMINAL_PID"; } 2>/dev/null || true
	exec 6>&- 7<&-
	TERMINAL_PID=
}
