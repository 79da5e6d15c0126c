#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# golden.bats - requests and the plans that they become
#
# A file NAME.plan holds requests, "$ SECTION WORDS", each followed by what `show` prints for it:
#
#	$ view --bare --tmpfs /t -- true
#	  --tmpfs /t
#
# SECTION is a heading of the plan, `all` of them, `why PATH`, `json MEMBER`, or `why-json PATH`. What goes
# to stderr is marked with "! ", an exit code other than 0 with "= ". Descriptors 11 and 12 are
# open and empty, 13 holds a filter, 14 options. The user's ids are written UID and GID, the folder of the test
# is written WORK, and of the base view only what every machine has is kept. PLAN_UPDATE=1 writes
# the answers of today into the files: read the difference before believing it.

load ../lib

# The lines of one section, without its heading.
section() {
	awk -v want="$1" '/^[^ ]/ { on = $0 == want; next } on'
}

# One member of the outermost object.
member() {
	awk -v want="$1" '/^  "/ { on = index($0, "  \"" want "\":") == 1 } on && !/^}/'
}

neutral() {
	sed -E -e "s|$PWD|WORK|g" \
		-e "s/^  user $UID,/  user UID,/; s/^  group $GID,/  group GID,/; s/outside [0-9]+$/outside ID/" \
		-e "s/\"(host_)?uid\": $UID,/\"\1uid\": UID,/; s/\"(host_)?gid\": $GID(,?)$/\"\1gid\": GID\2/" \
		-e '/# base view$/ { /--(ro-bind|symlink) /{ /--ro-bind \/(usr|etc) /!d } }'
}

show() {
	env -i HOME=/home/somebody PATH=/usr/bin:/bin SHELL=/bin/sh TERM=dumb LANG=C.UTF-8 \
		SECRET=hidden "$CRANNOG" show "$@" \
		2>"$BATS_TEST_TMPDIR/said" 11</dev/null 12</dev/null 13<<<"1234567" 14< <(printf '%s\0' --dir /from-args)
}

# What one request gives.
answer() {
	local what=$1 code=0
	shift

	case $what in
	all) show "$@" >shown || code=$? ;;
	why) show --why "$@" >shown || code=$? ;;
	why-json) show --json --why "$@" >shown || code=$? ;;
	json) show --json "${@:2}" | member "$1" >shown || code=$? ;;
	*) show "$@" | section "$what" >shown || code=$? ;;
	esac
	cat shown
	sed 's/^/! /' "$BATS_TEST_TMPDIR/said"
	((code == 0)) || echo "= $code"
}

# The file once more, with the answers of today.
replay() {
	local line

	while IFS= read -r line; do
		[[ $line == '#'* ]] && echo "$line"
		[[ $line == '$ '* ]] || continue
		printf '\n%s\n' "$line"
		eval "answer ${line#'$ '}" | neutral
	done <"$1"
}

golden() {
	local file=$BATS_TEST_DIRNAME/$1.plan

	set -o pipefail
	((EUID)) || skip "root's plans are others"
	GID=$(id -g)
	mkdir -p folder root/{dev,proc,tmp}
	: >file
	replay "$file" >"$BATS_TEST_TMPDIR/now"
	[[ -z ${PLAN_UPDATE-} ]] || cp "$BATS_TEST_TMPDIR/now" "$file"
	diff -u "$file" "$BATS_TEST_TMPDIR/now"
}

@test "the base views of run" { golden base; }
@test "binds" { golden binds; }
@test "new file systems" { golden mounts; }
@test "overlays" { golden overlays; }
@test "files, folders and links" { golden files; }
@test "modifiers" { golden modifiers; }
@test "namespaces and ids" { golden ids; }
@test "the program" { golden program; }
@test "life, descriptors and reports" { golden life; }
@test "bubblewrap's dialect" { golden bwrap; }
@test "why" { golden why; }
@test "launches that would fail" { golden failures; }
@test "JSON" { golden json; }

@test "every file of plans is replayed" {
	local file

	for file in "$BATS_TEST_DIRNAME"/*.plan; do
		grep -q "golden $(basename "$file" .plan);" "$BATS_TEST_DIRNAME/golden.bats" ||
			fail_with "$file"
	done
}

@test "every view option stands in a file of plans" {
	local option

	"$CRANNOG" show --help | awk '/^The view/ { on = 1; next } /^[A-Z]/ { on = 0 } on' |
		grep -o -- '--[a-z-]*' | sort -u >options
	[[ -s options ]]
	while read -r option; do
		# Whether there are labels depends on the machine.
		[[ $option == --file-label ]] && continue
		grep -qe "^\$.* $option " "$BATS_TEST_DIRNAME"/*.plan || fail_with "$option"
	done <options
}

fail_with() {
	echo "missing: $1" >&2
	return 1
}

@test "the current directory is bound when it is below home" {
	mkdir -p home/project
	cd home/project
	HOME=$(dirname "$PWD") run -0 "$CRANNOG" show -- true
	says "--bind . $PWD"
	HOME=$(dirname "$PWD") run -0 "$CRANNOG" show --no-cwd -- true
	says_not "--bind ."
	HOME=$PWD run -125 "$CRANNOG" show -- true
	says "the current directory is your home directory"
}

@test "variables of the caller that may be passed on are, and no others" {
	run -0 env -i LC_ALL=C TZ=UTC SECRET=x PATH=/bin "$CRANNOG" show --bare -- /bin/true
	says "LC_ALL=C"
	says "TZ=UTC"
	says_not SECRET
}

@test "the plan of a program called bwrap is had behind two dashes" {
	run -0 "$CRANNOG" show --bare -- bwrap --ro-bind / / true
	says "  bwrap --ro-bind / / true"
	says "new: mount user pid net"
}

@test "JSON is JSON" {
	command -v jq >/dev/null || skip "needs jq"
	for words in "--bare -- true" "-- true" "bwrap --ro-bind / / true"; do
		# shellcheck disable=SC2086
		"$CRANNOG" show --json $words | jq -e .operations >/dev/null
	done
	"$CRANNOG" show --json --why / --bare -- true | jq -e '.exists == true' >/dev/null
	"$CRANNOG" show --json --bare --setenv X $'\xff\n"' -- true | jq -e .environment >/dev/null
}

@test "output that cannot be written is an error" {
	[[ -w /dev/full ]] || skip "needs /dev/full"
	# shellcheck disable=SC2016
	run -125 bash -c '"$CRANNOG" show --bare -- true >/dev/full'
	says "cannot write to standard output"
}
