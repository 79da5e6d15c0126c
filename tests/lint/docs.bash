# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# docs.bash - where the table of options and what is made from it are: `load docs`
#
# SRCDIR    the top of the source tree
# BUILDDIR  the top of the build tree (set by make check)

: "${SRCDIR:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
: "${BUILDDIR:=$SRCDIR}"
SRCDIR=$(cd "$SRCDIR" && pwd)
BUILDDIR=$(cd "$BUILDDIR" && pwd)

# A generated file by its name from the top, absolute; a tarball may bring it along.
built() {
	local top

	for top in "$BUILDDIR" "$SRCDIR"; do
		[[ -e $top/$1 ]] && echo "$top/$1" && return
	done
	echo "not built: $1" >&2
	return 1
}

rows() {
	"$(built tools/options-dump)"
}

# The options of a verb in the table, sorted.
options_of() {
	rows | awk -F '\t' -v verb="$1" '$1 == "OPTION" && index("," $4 ",", "," verb ",") { print $2 }' | sort -u
}

verbs() {
	rows | awk -F '\t' '$1 == "VERB" { print $2 }'
}

# The options at the start of the lines of a --help.
options_in_help() {
	sed -nE 's/^[[:space:]]+(-[a-z],? +)?(--[a-z0-9-]+).*/\2/p' | sort -u
}

# The headings of a manual page's options, without roff, or of what fits a pattern.
headings() {
	awk 'heading { print } { heading = /^\.TP$/ }' "$1" |
		sed -nE "s/\\\\f[BIR]//g; s/\\\\-/-/g; /${2:-^--}/p" | sort -u
}
