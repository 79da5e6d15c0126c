# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# style.bash - which files are ours, and what they say: `load style` after `load docs`
#
# The tree is walked, since a tarball has no git. Files made by building are left out: a file with a
# template X.in beside it, and what has none of the names below.

FOLDERS=(src tests tools bench man completions profiles .ci)

# Sources, one a line, from the top.
sources() {
	local file

	cd "$SRCDIR" || return
	for file in configure.ac Makefile.am; do
		[[ ! -e $file ]] || echo "$file"
	done
	find "${FOLDERS[@]}" -path tests/fuzz/corpus -prune -o -name .deps -prune -o -type f \( \
		-name '*.[ch]' -o -name '*.def' -o -name '*.awk' -o -name '*.bats' -o -name '*.bash' \
		-o -name '*.sh' -o -name '*.zsh' -o -name '*.py' -o -name '*.in' -o -name '*.mk' \
		-o -path man/options.txt \) -print 2>/dev/null |
		while read -r file; do
			[[ -e $file.in ]] || echo "$file"
		done
	scripts_without_a_suffix
}

scripts_without_a_suffix() {
	find "${FOLDERS[@]}" -path tests/fuzz/corpus -prune -o -type f ! -name '*.*' -print 2>/dev/null |
		while read -r file; do
			[[ $(head -c 2 "$file" | tr -d '\0') != '#!' ]] || echo "$file"
		done
}

# Those of the sources that are C. $1: a pattern for the path.
c_sources() {
	sources | grep -E "^($1)" | grep -E '\.[ch]$'
}

# Those that a POSIX shell or bash runs.
shell_sources() {
	sources | while read -r file; do
		case $file in
		*.in) ;;
		*.sh | *.bats | *.bash) echo "$file" ;;
		*) ! head -n 1 "$SRCDIR/$file" | grep -qE '^#!.*/(ba|da)?sh( |$)' || echo "$file" ;;
		esac
	done
}

prose() {
	(cd "$SRCDIR" && find . -maxdepth 1 -name '*.md' -o -maxdepth 1 -name NEWS) | sed 's,^\./,,'
	(cd "$SRCDIR" && find profiles -name '*.md' 2>/dev/null) || true
}

# C as FILE:LINE:CODE, without comments and without what strings say. $1: a pattern for the path.
code() {
	(cd "$SRCDIR" && c_sources "$1" | xargs awk -f tests/lint/style-code.awk)
}

# Reads findings; fails if there are any, and shows them.
none() {
	local found

	found=$(cat)
	[[ -z $found ]] && return
	printf '%s:\n%s\n' "$1" "$found" >&2
	return 1
}

# The lines of each function of C, as LINES FILE:LINE NAME. Needs universal-ctags.
function_lengths() {
	(cd "$SRCDIR" && c_sources "$1" |
		ctags --languages=C --langmap=C:.c.h --kinds-C=f --fields=+ne --sort=no -L - -f - |
		awk -F '\t' '{
			line = end = 0
			for (i = 4; i <= NF; i++) {
				if ($i ~ /^line:/)
					line = substr($i, 6)
				if ($i ~ /^end:/)
					end = substr($i, 5)
			}
			print (end ? end - line + 1 : "no-end"), $2 ":" line, $1
		}')
}

has_universal_ctags() {
	command -v ctags >/dev/null && ctags --version 2>/dev/null | grep -q 'Universal Ctags'
}
