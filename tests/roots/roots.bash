# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# roots.bash - what the tests of roots and layers share: `load ../lib`, then `load roots`
#
# Each file has data of its own, XDG_DATA_HOME, which is removed at its end, files of subordinate
# ids included. It is in memory where there is enough, since roots are large and disks slow. A Debian archive is made once for all files, in the build folder's tests/roots-cache
# or else in the temporary folder: mmdebstrap takes a while, and needs the package mirror.

SUITE=bookworm
ROOT=(--map-ids auto)

setup_file() {
	ours_make
	XDG_DATA_HOME=$(data_folder)
	export XDG_DATA_HOME XDG_CACHE_HOME=$XDG_DATA_HOME/cache
	mkdir "$XDG_CACHE_HOME"
}

# Makes it and prints it.
data_folder() {
	local folder

	if has_memory && folder=$(mktemp -d /dev/shm/crannog-test-XXXXXX); then
		[[ ! $(takes_overlays "$folder") ]] || { echo "$folder" && return; }
		rmdir "$folder"
	fi
	mktemp -d "$BATS_FILE_TMPDIR/data-XXXXXX"
}

# Three roots and their layers fit?
has_memory() {
	local free

	free=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1) &&
		((free > 4000000)) && (($(awk '/^MemAvailable/ { print $2 }' /proc/meminfo) > 5000000))
}

# Says yes if the kernel lets users put overlays there; tmpfs takes their marks since Linux 6.6.
takes_overlays() {
	(
		mkdir "$1/probe" && cd "$1/probe" && mkdir low up work all || exit
		unshare --user --map-root-user --map-auto --mount mount -t overlay \
			-o userxattr,lowerdir=low,upperdir=up,workdir=work x all 2>/dev/null && echo yes
	)
	remove_as_root "$1/probe"
}

teardown_file() {
	remove_as_root "$XDG_DATA_HOME"
}

setup() {
	needs_ranges
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
}

teardown() {
	remove_as_root "$BATS_TEST_TMPDIR/work"
}

# With the program under test out of the game: it is not to tidy up after itself here.
remove_as_root() {
	if has_ranges; then
		unshare --user --map-root-user --map-auto rm -rf "$@"
	else
		rm -rf "$@"
	fi
}

has_ranges() {
	unshare --user --map-root-user --map-auto true 2>/dev/null
}

needs_ranges() {
	has_ranges || skip "no range of subordinate ids for this user, or no newuidmap"
}

# Whole installations are for the program as it is installed.
needs_speed() {
	! grep -q __asan_init "$CRANNOG" || skip "too slow with the sanitizers; the tests without have it"
}

needs_program() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

needs_driver() {
	case $1 in
	kernel) needs_kernel_overlay ;;
	fuse)
		needs_program fuse-overlayfs
		[[ -r /dev/fuse && -w /dev/fuse ]] || skip "/dev/fuse is not there, or not for this user"
		;;
	esac
}

needs_kernel_overlay() {
	[[ $(takes_overlays "$PWD") && $(takes_overlays "$XDG_DATA_HOME") ]] ||
		skip "this kernel does not let users mount overlayfs here"
}

# --- archives, made once ---

# Prints the folder that they are in.
cache_folder() {
	local folder=${BUILDDIR-}/tests/roots-cache

	if [[ ! ${BUILDDIR-} ]] || ! mkdir -p "$folder" 2>/dev/null || [[ ! -w $folder ]]; then
		folder=${TMPDIR:-/tmp}/crannog-roots-cache-$(id -u)
		[[ -d $folder ]] || mkdir -m 700 "$folder" || return
		[[ -O $folder ]] || return
	fi
	echo "$folder"
}

# cached FILE COMMAND...: the first one to come executes the command, which makes the file whose
# name it gets as its last word; the others wait. Prints the path. What it says goes to FILE.log.
cached() {
	local folder file=$1
	shift

	folder=$(cache_folder) || return
	(
		flock 9 || exit
		[[ ! -e $folder/$file ]] || exit 0
		"$@" "$folder/part.$file" >"$folder/$file.log" 2>&1 9>&- &&
			mv "$folder/part.$file" "$folder/$file"
	) 9>"$folder/$file.lock" || { rm -f "$folder/part.$file" && return 1; }
	echo "$folder/$file"
}

# Sets BASE to the archive of a small Debian, or skips and says why there is none.
needs_base() {
	needs_program mmdebstrap
	BASE=$(cached "$SUITE.tar" mmdebstrap --quiet --mode=unshare --variant=minbase "$SUITE") ||
		skip "no Debian: $(grep -hm 1 '^E:' "$(cache_folder)/$SUITE.tar.log" || echo "mmdebstrap failed")"
}

# The root deb12 of this file, imported when a test first asks for it.
needs_debian() {
	needs_base
	[[ -d $XDG_DATA_HOME/crannog/roots/deb12 ]] || crannog rootfs import "$BASE" deb12
}

# first_try WHAT: fails the second time in a file, so that what takes long fails only once.
first_try() {
	[[ -e $BATS_FILE_TMPDIR/tried-$1 ]] || { touch "$BATS_FILE_TMPDIR/tried-$1" && return; }
	echo "$1 has failed before, see the first test" >&2
	return 1
}

# --- a root without a mirror ---

# tiny_root DIR: folders and the host's links, to be run with the host's /usr and these options.
HOST_USR=(--ro-bind /usr /usr)
tiny_root() {
	local name

	mkdir -p "$1"/{usr/sbin,etc,proc,dev,tmp,run,root,var/tmp}
	chmod 1777 "$1/tmp" "$1/var/tmp"
	for name in bin sbin lib lib64; do
		if [[ -L /$name ]]; then
			cp -P "/$name" "$1/$name"
		else
			mkdir "$1/$name"
			HOST_USR+=(--ro-bind "/$name" "/$name")
		fi
	done
	printf 'root:x:0:0:root:/root:/bin/sh\ngames:x:5:60::/tmp:/bin/sh\nmarie:x:1234:1234::/tmp:/bin/sh\n' >"$1/etc/passwd"
	printf 'root:x:0:\ngames:x:60:\nmarie:x:1234:\npaint:x:77:marie\nclay:x:78:marie,root\n' >"$1/etc/group"
}

# --- looking ---

# Everything of this file's roots and layers that is still there, one path a line.
leftovers() {
	[[ ! -d $XDG_DATA_HOME/crannog ]] || find "$XDG_DATA_HOME/crannog" -mindepth 2 2>&1
}

# manifest DIR: kind, owner, mode, size of files and target of each entry, in the order of names.
# shellcheck disable=SC2016 # find and the shell inside read it
MANIFEST='find "$1" -mindepth 1 \( -type f -printf "%P %y %U:%G %m %s\n" -o \
	-printf "%P %y %U:%G %m %l\n" \) | LC_ALL=C sort'

# wait_for SECONDS COMMAND...: until it succeeds.
wait_for() {
	local tries=$(($1 * 20))
	shift

	until "$@"; do
		((tries-- > 0)) || { echo "in vain: $*" >&2 && return 1; }
		sleep 0.05
	done
}
