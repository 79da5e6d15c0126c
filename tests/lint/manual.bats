# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The manual's pages are well formed, and their examples do what they say.

load ../lib
load docs

formats_silently() {
	local page

	page=$(built "man/$1")
	run -0 --separate-stderr groff -ww -man -Tutf8 -z "$page"
	same "$stderr" ""
	command -v man >/dev/null || return 0
	run -0 --separate-stderr env LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page"
	same "$stderr" ""
}

@test "crannog(1) formats without a warning" {
	command -v groff >/dev/null || skip "groff is not installed"
	formats_silently crannog.1
}

@test "crannog-bwrap(1) formats without a warning" {
	command -v groff >/dev/null || skip "groff is not installed"
	formats_silently crannog-bwrap.1
}

@test "crannog-build(7) formats without a warning" {
	command -v groff >/dev/null || skip "groff is not installed"
	formats_silently crannog-build.7
}

@test "crannog-layer(1) and crannog-rootfs(1) format without a warning" {
	command -v groff >/dev/null || skip "groff is not installed"
	formats_silently crannog-layer.1
	formats_silently crannog-rootfs.1
}

@test "no page holds a mark or a placeholder of its template" {
	local page

	for page in crannog.1 crannog-bwrap.1 crannog-build.7 crannog-layer.1 crannog-rootfs.1; do
		run -1 grep -nE '@[A-Z]+@?|`' "$(built "man/$page")"
	done
}

# Each example in a home folder of its own, with the project folder as the current one.
run_examples() {
	local example bad=0 r

	awk -v name="$BATS_TEST_TMPDIR/example" -f "$BATS_TEST_DIRNAME/examples.awk" "$SRCDIR/man/$1"
	for example in "$BATS_TEST_TMPDIR"/example.*; do
		export HOME=$BATS_TEST_TMPDIR/home-${example##*.}
		mkdir -p "$HOME/project"
		cd "$HOME/project"
		r=0
		PATH=$BATS_FILE_TMPDIR/bin:$PATH "$BATS_TEST_DIRNAME/run-example" "$example" || r=$?
		((r != 2)) || echo "# skipped: example ${example##*.} of $1: $(head -n 1 "$example")" >&3
		((r != 1)) || bad=$((bad + 1))
	done
	((bad == 0))
}

@test "the examples of crannog(1) work" {
	run_examples crannog.1.in
}

@test "the examples of crannog-bwrap(1) work" {
	run_examples crannog-bwrap.1.in
}

@test "the examples of crannog-layer(1) and crannog-rootfs(1) work" {
	run_examples crannog-layer.1.in
	run_examples crannog-rootfs.1.in
}

# Those of Debian are run by tests/roots/build.bats.
@test "the recipes of crannog-build(7) name verbs and options that there are" {
	local bad word

	bad=$(awk '/^@EXAMPLE/ { on = 1 } /^@END/ { on = 0 } on && /^[$>] /' "$SRCDIR/man/crannog-build.7.in" |
		tr '\n' ' ' | sed 's/[\\] > / /g; s/[$] /\n/g' | grep '^crannog run ' | sed 's/ -- .*//' |
		grep -oE -- '--[a-z-]+' | sort -u | while read -r word; do
		options_of run | grep -qx -- "$word" || echo "$word"
	done)
	same "$bad" ""
}
