# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2034
#
# life.bash - sandboxes in the background, and whether anything of them is left
#
# The program inside holds descriptor 9, the writing end of a pipe that the test reads as 7: the end
# of file says that the program and all that it started have ended, however they are hidden.

# start VERB OPTION... -- COMMAND...: returns when the program has written a word on 9, which is then
# in $SAID; $LAUNCHER is the process outside, $INIT the first one inside, by its number outside.
start() {
	local verb=$1 keep=()
	shift
	[[ $verb == bwrap ]] || keep=(--keep-fd 9)
	rm -f alive info
	mkfifo alive
	# A shell without job control has its background jobs ignore SIGINT and SIGQUIT.
	env --default-signal=INT,QUIT "$CRANNOG" "$verb" --info-fd 8 "${keep[@]}" "$@" 8>info 9>alive 3>&- &
	LAUNCHER=$!
	exec 7<alive
	read -r -t 10 -u 7 SAID || return 1
	INIT=$(sed -n 's/.*"child-pid": \([0-9]*\).*/\1/p' info)
}

# Has the process ended? One that nobody has waited for yet counts as ended.
has_ended() {
	local state
	state=$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null) || true
	[[ ! $state || $state == Z ]]
}

# ended_with CODE: waits for the launcher, which must have this exit code.
ended_with() {
	local code=0
	wait "$LAUNCHER" || code=$?
	same "$code" "$1"
}

# ends PROCESS: waits for it, for a while.
ends() {
	for _ in {1..100}; do
		! has_ended "$1" || return 0
		sleep 0.05
	done
	echo "process $1 is still there: $(tr '\0' ' ' <"/proc/$1/cmdline")" >&2
	return 1
}

# Nothing of the sandbox is left, or will not be in a moment.
all_gone() {
	timeout 5 cat <&7 >/dev/null || {
		echo "something inside is still running" >&2
		return 1
	}
	ends "$INIT"
	ends "$LAUNCHER"
}

# The program has not ended.
lives_on() {
	! timeout 0.3 cat <&7 >/dev/null
}

life_teardown() {
	local process
	for process in ${INIT-} ${LAUNCHER-} ${PARENT-} ${PROGRAM-}; do
		has_ended "$process" || kill -KILL "$process" 2>/dev/null || true
		{ wait "$process"; } 2>/dev/null || true
	done
	exec 7<&-
}
