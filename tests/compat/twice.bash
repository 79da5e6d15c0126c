#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# twice.bash - twice.bash both CODE TEXT: runs the shell text under two programs called bwrap and
# compares; twice.bash ours CODE TEXT: runs it under ours alone
#
# The text runs each time in the same folder (the current one, made again and furnished alike), with
# the same environment, descriptors and PATH; only the program that the name `bwrap` leads to differs.
# Exit code, stdout, stderr and every file left in the folder are written down, normal.awk rewrites
# what differs between any two runs, and then the two reports must be equal. A script of its own,
# because bats makes every command in a test file slow.
#
# MODEL and HOST_NS come from compat.bash: the path of the folder to copy, and the caller's namespaces.
#
# Words for the text:
#   $SYS    the host's /usr with the usual links, and the probe as /probe
#   $FULL   $SYS with --proc and --dev
#   $ROOT   the host's root, read-only
#   $PROBE  the path of probe.sh outside
#   and the functions of words.bash
# The folder holds: file, script, dir/file, dir/sub/leaf, link -> file, dirlink -> dir,
# dangling -> nowhere.

here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
folder=$PWD
beside=${folder%/*} # bin/, out, err, and the lists
time_limit=20
umask 022
shopt -s dotglob globstar nullglob

# Defined before the text, not exported: the command's environment stays bare.
system="--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64"
prelude="set -o pipefail
SYS='$system --ro-bind $here/probe.sh /probe'
FULL=\"\$SYS --proc /proc --dev /dev\"
ROOT='--ro-bind / /'
PROBE='$here/probe.sh'
. '$here/words.bash'"

# Makes the folder all others are copied from, once for a test file.
furnish_model() {
	local unready=$MODEL.$$
	mkdir -p "$unready/dir/sub" && cd "$unready" || return 1
	echo text >file
	echo inner >dir/file
	echo leaf >dir/sub/leaf
	# shellcheck disable=SC2016 # the script's own words
	printf '#!/bin/sh\necho "script: $0 $*"\n' >script
	chmod 755 script
	ln -s file link
	ln -s dir dirlink
	ln -s nowhere dangling
	mv -T "$unready" "$MODEL"
}

# Empties the folder and furnishes it again.
furnish() {
	cd "$folder" || return 1
	rm -rf -- * 2>/dev/null || { chmod -R u+rwX . && rm -rf -- *; } || return 1
	cp -a "$MODEL/." .
}

# Closes every descriptor but the first three: bats and its caller have left some open.
close_others() {
	local fd
	for fd in /proc/self/fd/*; do
		fd=${fd##*/}
		((fd <= 2)) || exec {fd}>&-
	done
}

# perform PROGRAM TEXT: leaves out and err beside the folder, and the exit code in $code.
perform() {
	code=0
	furnish || exit 1
	mkdir -p "$beside/bin" && ln -sfn "$1" "$beside/bin/bwrap"
	(
		exec </dev/null >"$beside/out" 2>"$beside/err"
		close_others
		exec env -i PATH="$beside/bin:/usr/bin:/bin" HOME=/tmp LANG=C TERM=dumb WORD='two words' \
			timeout -k 1 $time_limit bash --norc --noprofile -c "$prelude
$2" bash
	) || code=$?
}

# Lists the folder: type and mode, links, path and target; then what the files say.
inventory() {
	local path text
	stat -c '%A %h %N' -- **
	for path in **; do
		[[ -f $path && ! -L $path ]] || continue
		text='(unreadable)'
		{ IFS= read -r -d '' -N 4096 text <"$path"; } 2>/dev/null
		printf '%s holds\n%s' "$path" "$text"
	done
}

# Everything the run left, normalised, in $report.
write_report() {
	inventory >"$beside/files"
	report=$(awk -v "host=$HOST_NS" -f "$here/normal.awk" "$beside/out" "$beside/err" "$beside/files")
	# Set by both_but_parents.
	[[ -z ${PARENTS:-} ]] || report=$(sed -E 's/^d 7(00|55) /d 7?? /; s/^drwx(------|r-xr-x) /drwx?????? /' <<<"$report")
}

# expect CODE NAME TEXT
expect() {
	[[ $code == "$1" ]] && return
	printf 'command: %s\n%s ended with %s, expected %s\n' "$3" "$2" "$code" "$1" >&2
	cat "$beside/out" "$beside/err" >&2
	exit 1
}

compare() {
	[[ $1 == "$2" ]] && return
	printf 'command: %s\n' "$3" >&2
	diff -U2 --label "$BWRAP" --label ours <(printf '%s\n' "$1") <(printf '%s\n' "$2") >&2
	exit 1
}

main() {
	local theirs
	[[ -d $MODEL ]] || furnish_model || exit 1
	if [[ $1 == both ]]; then
		perform "$BWRAP" "$3"
		write_report
		expect "$2" "$BWRAP" "$3"
		theirs="exit code: $code"$'\n'$report
		cat "$beside/out" "$beside/err" >"$beside/said"
	fi
	perform "$OURS" "$3"
	if [[ $1 == ours ]]; then
		expect "$2" ours "$3"
		return
	fi
	write_report
	compare "$theirs" "exit code: $code"$'\n'"$report" "$3"
}

main "$@"
