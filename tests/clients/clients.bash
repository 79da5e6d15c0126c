# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# clients.bash - what the tests with real callers of bwrap share: `load clients`
#
# SHIM   a folder, first on PATH, with a `bwrap` that writes its words down and becomes $OURS
# CALLS  what it wrote: a line a call, then that of --args
# HOME   empty and of this test alone, and nothing of the caller's session is left
#
# To see what a test is worth, give it a copy of the original: CRANNOG=COPY bats tests/clients

load ../lib

setup_file() {
	ours_make
	SHIM=$BATS_FILE_TMPDIR/shim
	CALLS=$BATS_FILE_TMPDIR/calls
	mkdir -p "$SHIM"
	cat >"$SHIM/bwrap" <<-END
		#!/bin/sh
		echo "bwrap \$*" >>'$CALLS'
		[ "\$1" != --args ] || tr '\0' ' ' <"/proc/self/fd/\$2" >>'$CALLS'
		exec '$OURS' "\$@"
	END
	chmod +x "$SHIM/bwrap"
	export SHIM CALLS PATH=$SHIM:$PATH
}

setup() {
	mkdir -p "$BATS_TEST_TMPDIR/work" "$BATS_TEST_TMPDIR/home"
	(umask 077 && mkdir -p "$BATS_TEST_TMPDIR/run")
	cd "$BATS_TEST_TMPDIR/work" || return 1
	: >"$CALLS"
	unset "${!XDG_@}" DBUS_SESSION_BUS_ADDRESS DISPLAY WAYLAND_DISPLAY LD_LIBRARY_PATH
	export HOME=$BATS_TEST_TMPDIR/home LC_ALL=C.UTF-8 XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run
}

# needs PROGRAM [PACKAGE] - skips the test where the program is not installed.
needs() {
	type -P "$1" >/dev/null || skip "$1 is not installed (package ${2:-$1})"
}

# needs_python MODULE PACKAGE - the same for a module of the system's Python.
needs_python() {
	/usr/bin/python3 -c "import $1" 2>/dev/null || skip "Python has no module $1 (package $2)"
}

# called_with WORDS - fails unless bwrap was called with these words, one after the other.
called_with() {
	grep -qF -- "$1" "$CALLS" && return
	printf 'expected a call of bwrap with: %s\ncalls:\n' "$1" >&2
	cat "$CALLS" >&2
	return 1
}

# tree DIR PROGRAM... - a /usr for the inside with these programs and the libraries they need.
tree() {
	local dir=$1 file
	shift

	mkdir -p "$dir/bin" "$dir/etc"
	for file in "$@" $(cd /usr/bin && ldd "$@" | grep -o '/[^ ]*\.so[^ ]*' | sort -u); do
		case $file in
		/*) install -D "$file" "$dir/${file#/usr}" ;;
		*) install "/usr/bin/$file" "$dir/bin/" ;;
		esac
	done
	ln -s dash "$dir/bin/sh"
}

# needs_place - skips the test where in_place cannot work.
needs_place() {
	[[ -e /usr/bin/bwrap ]] || skip "there is no /usr/bin/bwrap to replace (package bubblewrap)"
	[[ ! $OURS -ef /usr/bin/bwrap ]] || skip "/usr/bin/bwrap cannot be replaced by itself"
}

# in_place COMMAND - for programs with the path /usr/bin/bwrap built in: runs the command in a view
# where that is the one of $SHIM.
in_place() {
	"$OURS" --dev-bind / / --ro-bind "$SHIM/bwrap" /usr/bin/bwrap \
		--unshare-pid --proc /proc --die-with-parent -- "$@"
}
