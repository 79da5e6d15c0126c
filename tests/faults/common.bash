# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# common.bash - where the injector is, and whether it can work here

injector_find() {
	INJECT=${INJECT:-$(dirname "$(readlink -f "$CRANNOG")")/tests/faults/inject}
	export INJECT
	[[ -x $INJECT ]] && return
	echo "the injector is not built: make check_PROGRAMS, or set INJECT" >&2
	return 1
}
