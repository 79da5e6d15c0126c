#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# layers.sh - what `make bench` prints of layers and ranges of ids
#
# CRANNOG, INTERLEAVE  the programs (the build tree's by default)
# RUNS                 rounds of the table of start times
# BASE                 archive of a small Debian; without it mmdebstrap makes one, or its row is empty
# BENCH_DIR            a folder on the disk to measure; else a temporary one
#
# All of it runs as an ordinary user with a range of subordinate ids. Times are the median of three
# rounds, with the start and the end of the sandbox; at the end of a layer on a disk the kernel syncs
# the whole file system that it is on. Ratios mean more than times; nothing is judged here
# and the exit code is 0.

set -euo pipefail

: "${CRANNOG:=./crannog}" "${INTERLEAVE:=bench/interleave}" "${RUNS:=100}" "${BASE:=}"
SUITE=bookworm
FILES=5000
MANY=50000

prepare() {
	local name

	for name in CRANNOG INTERLEAVE; do
		[[ -x ${!name} ]] || { echo "layers.sh: no program at $name=${!name}" >&2; exit 1; }
		printf -v "$name" %s "$(realpath "${!name}")"
	done
	if ! unshare --user --map-root-user --map-auto true 2>/dev/null; then
		echo "Layers: not measured, there is no range of subordinate ids for this user"
		exit
	fi
	[[ -z $BASE ]] || BASE=$(realpath "$BASE")
	DIR=$(mktemp -d -p "${BENCH_DIR:-${TMPDIR:-/tmp}}")
	trap 'as_root rm -rf "$DIR"' EXIT
	cd "$DIR"
	export XDG_DATA_HOME=$DIR/data
	mkdir data
}

as_root() {
	unshare --user --map-root-user --map-auto "$@"
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

ms() {
	awk -v us="$1" 'BEGIN { printf "%.2f", us / 1000 }'
}

# --- the root: folders, the host's /usr, and a tree of small files ---

HOST_USR=(--ro-bind /usr)

make_tree() {
	local i

	mkdir tree
	for ((i = 0; i < FILES; i++)); do
		((i % 50)) || mkdir "tree/$((i / 50))"
		echo "file $i" >"tree/$((i / 50))/$i"
	done
	tar -cf tree.tar tree
}

make_roots() {
	local name

	mkdir -p root/{usr,etc,proc,dev,tmp,run,root,srv}
	for name in bin sbin lib lib64; do
		if [[ -L /$name ]]; then
			cp -P "/$name" root
		elif [[ -d /$name ]]; then
			mkdir "root/$name"
			HOST_USR+=(--ro-bind "/$name")
		fi
	done
	mv tree tree.tar root/srv
	cp -a root plain
}

has_podman() {
	command -v podman >/dev/null && tar -C root -c . | podman import -q - crannog-bench >/dev/null 2>&1
}

# in_place KIND COMMAND...: plain is a writable folder, kernel and fuse are layers over a root. With
# `debian` before the kind, over Debian instead of the small root.
in_place() {
	local root=root plain=plain layer=$1 words=("${HOST_USR[@]}")

	[[ $1 != debian ]] || { root=debian plain=plain-debian layer=debian-$2 words=() && shift; }
	case $1 in
	plain) "$CRANNOG" run --map-ids auto --rw-rootfs "./$plain" "${words[@]}" -- "${@:2}" ;;
	kernel | fuse)
		"$CRANNOG" run --map-ids auto --rootfs "./$root" --layer "$layer" --overlay-driver "$1" "${words[@]}" \
			-- "${@:2}"
		;;
	podman) podman exec crannog-bench "${@:2}" ;;
	esac
}

KINDS=()

find_kinds() {
	KINDS=(plain)
	if "$CRANNOG" run --map-ids auto --rootfs ./root --layer tmp --overlay-driver kernel "${HOST_USR[@]}" -- true; then
		KINDS+=(kernel)
	fi
	if command -v fuse-overlayfs >/dev/null && [[ -w /dev/fuse ]]; then
		KINDS+=(fuse)
	fi
	if has_podman && podman run -d --rm --name crannog-bench -v /usr:/usr:ro crannog-bench sleep 3600 >/dev/null 2>&1; then
		KINDS+=(podman)
	fi
}

# us COMMAND...: sets US to how long it took.
us() {
	local start=$EPOCHREALTIME end

	"$@" >/dev/null 2>log || { echo "failed: $*" >&2; cat log >&2; exit 1; }
	end=$EPOCHREALTIME
	US=$((${end/[.,]/} - ${start/[.,]/}))
}

median_of_three() {
	sort -n | sed -n 2p
}

# row TITLE BEFORE COMMAND AFTER: the command in each place, and its ratio to the first. `debian`
# before the title is as for in_place.
row() {
	local over=() round kind times medians=()

	[[ $1 != debian ]] || { over=(debian) && shift; }
	for kind in "${KINDS[@]}"; do
		[[ ${#over[@]} == 0 || $kind != podman ]] || continue
		times=()
		for round in 1 2 3; do
			[[ ! $2 ]] || us in_place "${over[@]}" "$kind" sh -c "$2"
			us in_place "${over[@]}" "$kind" sh -c "$3"
			times+=("$US")
			[[ ! $4 ]] || us in_place "${over[@]}" "$kind" sh -c "$4"
		done
		medians+=("$(printf '%s\n' "${times[@]}" | median_of_three)")
	done
	printf '%-28s' "$1"
	for kind in "${!medians[@]}"; do
		printf ' %10s %8s' "$(ms "${medians[kind]}")" "$(ratio "${medians[kind]}" "${medians[0]}")"
	done
	echo
}

jobs_in_layers() {
	local kind

	echo "Jobs in a root, ms, and how many times as long as in a plain folder"
	echo
	printf '%-28s' ""
	for kind in "${KINDS[@]}"; do
		printf ' %10s %8s' "$kind" "of plain"
	done
	echo
	local untar="cd /root && tar -xf /srv/tree.tar" remove="rm -rf /root/tree"
	row "untar $FILES files" "" "$untar" "$remove"
	row "find among $FILES files" "" "find /srv/tree -size +1 -o -newer /etc" ""
	row "read $FILES files" "" "cat /srv/tree/*/* >/dev/null" ""
	row "copy $FILES files" "" "cp -a /srv/tree /root/copy" "rm -rf /root/copy"
	row "rm -rf $FILES files" "$untar" "$remove" ""
	row "chown $FILES files" "" "chown -R 5:60 /srv/tree" "chown -R 0:0 /srv/tree"
	row_of_apt
	echo
}

# A package of 1,000 files, its name and contents always the same, installed with apt-get.
MAKE_PACKAGE='
	set -e
	mkdir -p /root/package/DEBIAN /root/package/usr/share/bench
	cd /root/package/usr/share/bench && seq 1000 | while read -r i; do echo "file $i" >"$i"; done
	printf "Package: bench\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n" >/root/package/DEBIAN/control
	dpkg-deb --build /root/package /root/bench.deb
'

row_of_apt() {
	if [[ ! $BASE ]]; then
		BASE=$DIR/base.tar
		if ! mmdebstrap --quiet --mode=unshare --variant=minbase "$SUITE" "$BASE" 2>log; then
			echo "apt-get install, 1000 files  not measured: there is no BASE, and mmdebstrap makes none"
			return
		fi
	fi
	mkdir debian plain-debian
	as_root tar -C debian -xf "$BASE" --exclude=./dev/\*
	in_debian "$MAKE_PACKAGE"
	as_root cp -a debian/. plain-debian
	row debian "apt-get install, 1000 files" "" "apt-get -qq install -y /root/bench.deb" \
		"apt-get -qq purge -y bench"
}

in_debian() {
	"$CRANNOG" run --map-ids auto --rw-rootfs ./debian -- sh -c "$1" >/dev/null
}

# --- starts ---

start_times() {
	local single="$CRANNOG run --rootfs ./root ${HOST_USR[*]}" i lines line
	local auto="$single --map-ids auto"
	local names=("one id" "ids of a range (auto)" "auto, a layer in memory" "auto, a layer on disk" \
		"auto, a layer by fuse")
	local commands=("$single -- true" "$auto -- true" "$auto --layer tmp -- true" \
		"$auto --layer start -- true" "$auto --layer start-fuse --overlay-driver fuse -- true")

	echo "Start and end over a root, $RUNS rounds"
	echo
	lines=$("$INTERLEAVE" "$RUNS" "${commands[@]}")
	printf '%-28s %12s %12s %12s\n' "" "median ms" "of one id" "of auto"
	i=0
	local medians=()
	while read -ra line; do
		medians+=("${line[0]}")
		printf '%-28s %12s %12s %12s\n' "${names[i]}" "$(ms "${medians[i]}")" \
			"$(ratio "${medians[i]}" "${medians[0]}")" \
			"$( ((i == 0)) || ratio "${medians[i]}" "${medians[1]}")"
		i=$((i + 1))
	done <<<"$lines"
	echo
}

# --- discard ---

MAKE_MANY="set -e; mkdir /root/many; cd /root/many
	for i in \$(seq $((MANY / 500))); do mkdir \$i; (cd \$i; seq 500 | xargs touch); done"

discard_time() {
	local round discarded=() removed=() a b

	echo "Removing $MANY files"
	echo
	for round in 1 2 3; do
		in_place kernel sh -c "$MAKE_MANY"
		us "$CRANNOG" layer discard kernel
		discarded+=("$US")
		mkdir many
		"$CRANNOG" run --map-ids auto --bind many /root -- sh -c "$MAKE_MANY"
		us as_root rm -rf many
		removed+=("$US")
	done
	a=$(printf '%s\n' "${discarded[@]}" | median_of_three)
	b=$(printf '%s\n' "${removed[@]}" | median_of_three)
	printf '%-28s %12s ms\n' "rm -rf" "$(ms "$b")"
	printf '%-28s %12s ms %12s of rm -rf\n\n' "layer discard" "$(ms "$a")" "$(ratio "$a" "$b")"
}

prepare
make_tree
make_roots
find_kinds
jobs_in_layers
start_times
[[ " ${KINDS[*]} " != *" kernel "* ]] || discard_time
[[ " ${KINDS[*]} " != *" podman "* ]] || podman rm -f crannog-bench >/dev/null
