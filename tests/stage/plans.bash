# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# plans.bash - random plans and random paths, for show.bats
#
# Everything comes from RANDOM, so a seed gives the same plan again. The sources are full of what
# makes views hard to foretell: links that are relative, absolute, dangling, circular or lead out
# of their folder; the same names with other types in another layer; marks of overlays.
#
# plan_sources DIR    makes the folders that plans show
# plan_make SEED DIR  sets PLAN (words after the verb) and PATHS (to ask for)

plan_sources() {
	local dir=$1

	mkdir -p "$dir"/{a/sub/deep,a/shut,a/wide,b/sub,b/file1,c}
	echo in-a >"$dir/a/file1"
	echo in-a-sub >"$dir/a/sub/file2"
	echo in-a-deep >"$dir/a/sub/deep/file3"
	echo shut >"$dir/a/shut/file4"
	echo fixed >"$dir/a/fixed"
	echo in-b >"$dir/b/f"
	echo in-b-sub >"$dir/b/sub/file2"
	echo only-b >"$dir/b/sub/only"
	echo in-c >"$dir/c/f"
	ln -s file1 "$dir/a/rel"
	ln -s sub "$dir/a/dirlink"
	ln -s /b/f "$dir/a/abs"
	ln -s /b "$dir/a/absdir"
	ln -s nowhere "$dir/a/dang"
	ln -s /x/far/new "$dir/a/dangabs"
	ln -s dang "$dir/a/dangtwice"
	ln -s ../../../../../../etc/hostname "$dir/a/esc"
	ln -s "$dir/c" "$dir/a/host"
	ln -s loop "$dir/a/loop"
	ln -s .. "$dir/a/up"
	ln -s sub/../file1 "$dir/b/sub/rel"
	ln -s /a/sub "$dir/c/back"
	mkfifo "$dir/b/pipe"
	mknod "$dir/b/sub/gone" c 0 0 2>/dev/null || rm -f "$dir/b/sub/gone"
	chmod 0444 "$dir/a/fixed"
	chmod 0500 "$dir/a/shut"
	chmod 1777 "$dir/a/wide"
	for fd in 11 12 13 14 15 16 17 18 19; do
		echo "data-$fd" >"$dir/data-$fd"
	done
}

# One of the words, in REPLY.
pick() {
	local at=$((RANDOM % $# + 1))

	REPLY=${!at}
}

chance() {
	((RANDOM % 100 < $1))
}

dests=(/ /a /a /b /c /x /x/y /x/far /t /t/u /w /a/sub /a/sub/deep /a/new /a/new/er /a/rel /a/dang
	/a/dangabs /a/dangabs/z /a/dangtwice /a/esc /a/abs /a/absdir /a/absdir/q /a/host /a/up/v /a/loop
	/a/dirlink /a/dirlink/w /a/file1 /a/fixed /a/shut /a/shut/s /a/wide/w /b/file1 /b/sub /b/f /b/pipe
	/b/sub/gone /c/back /c/back/k /a/../b/r /../x/./p a b/rel c /a/ /x/// /a/file1/ /b/. /t/.. /x/s /x/l
	/o /o/sub /o/sub/file2 /o/file1 /o/shut /o/new /o/rel /e/hostname /e/init.d /e/new)
sources=(a b c a/sub a/file1 a/rel a/dirlink a/fixed a/shut b/f b/sub b/pipe c/back a/abs a/host a/dang
	a/up missing a/new a/missing/m a/loop a/file1/x c/f)
names=(file1 sub sub/file2 sub/deep sub/deep/file3 fixed shut shut/file4 f sub/only rel dirlink/file2 abs
	absdir absdir/f dang dangabs dangtwice esc host host/f loop up up/b/f pipe sub/gone back back/file2
	new new/er file1/x .. ../a sub/../rel sub/rel wide wide/w q w z s r p l)

# Half of the places are new ones, where most things can be done; the rest is trouble.
pick_dest() {
	if chance 55; then
		pick /n /a/n /x/far/n /t/n ../n
		REPLY+=$((NEW++))
	else
		pick "${dests[@]}"
		[[ $REPLY == / ]] && ! chance 25 && pick /a /b /c
	fi
	DESTS+=("$REPLY")
}

pick_perms() {
	chance 40 || return 0
	pick 000 0500 0700 0755 1777 4711 0640
	PLAN+=(--perms "$REPLY")
}

add_bind() {
	local option source

	pick --bind --bind --ro-bind --dev-bind --bind-try --ro-bind-try
	option=$REPLY
	if chance 50; then
		pick a b c a/sub a/file1
	else
		pick "${sources[@]}"
	fi
	source=$1/$REPLY
	chance 5 && source=/dev/null
	pick_dest
	# A relative word after SRC is a program to `run`.
	[[ $VERB == run ]] && REPLY=/${REPLY#/}
	PLAN+=("$option" "$source" "$REPLY")
}

add_data() {
	((NEXT_FD > 19)) && return
	pick_perms
	pick --file --file --bind-data --ro-bind-data
	PLAN+=("$REPLY" $((NEXT_FD++)))
	pick_dest
	PLAN+=("$REPLY")
}

# Layers that the kernel takes: none inside another.
add_overlay() {
	local dir=$1 kind

	pick --tmp-overlay --overlay --ro-overlay
	kind=$REPLY
	if chance 20; then
		PLAN+=(--overlay-src /etc --overlay-src "$dir/b")
		DESTS+=(/e)
	elif chance 50; then
		PLAN+=(--overlay-src "$dir/b" --overlay-src "$dir/a")
	else
		PLAN+=(--overlay-src "$dir/a" --overlay-src "$dir/b" --overlay-src "$dir/c")
	fi
	PLAN+=("$kind")
	if [[ $kind == --overlay ]]; then
		mkdir -p "$dir/upper$UPPERS/sub" "$dir/work$UPPERS"
		echo in-upper >"$dir/upper$UPPERS/sub/only"
		PLAN+=("$dir/upper$UPPERS" "$dir/work$((UPPERS++))")
	fi
	pick /o /o /e /x /a /t/u
	PLAN+=("$REPLY")
	DESTS+=("$REPLY")
}

add_symlink() {
	pick a sub/file2 /b /x/l ../.. /nowhere . .. "$1/c" file1
	PLAN+=(--symlink "$REPLY")
	pick_dest
	PLAN+=("$REPLY")
}

add_other() {
	local option

	pick --tmpfs --dir --dir --chmod --remount-ro --mask --mask
	option=$REPLY
	[[ $option == --mask && $VERB == bwrap ]] && option=--tmpfs
	[[ $option == --tmpfs || $option == --dir ]] && pick_perms
	PLAN+=("$option")
	[[ $option == --chmod ]] && pick 0000 0500 0555 0755 0777 && PLAN+=("$REPLY")
	pick_dest
	# What acts on things that are there is aimed at some that may be.
	[[ $option == --chmod || $option == --mask ]] && chance 70 && pick "${DESTS[@]}"
	[[ $option == --remount-ro ]] && chance 90 && pick "${DESTS[@]}"
	PLAN+=("$REPLY")
}

# One that the paths to ask for count on, at its usual place.
add_usual() {
	if chance 50; then
		PLAN+=("$1" "$2")
		DESTS+=("$2")
	else
		add_other
	fi
}

add_one() {
	case $((RANDOM % 16)) in
	[0-5]) add_bind "$1" ;;
	6 | 7) add_data ;;
	8) add_overlay "$1" ;;
	9 | 10) add_symlink "$1" ;;
	11) add_usual --proc /proc ;;
	12) add_usual --dev /dev ;;
	*) add_other ;;
	esac
}

plan_paths() {
	local count=$1

	PATHS=(/ /a /b /x)
	for ((i = 0; i < count; i++)); do
		if chance 30; then
			pick "${dests[@]}"
		else
			pick "${DESTS[@]}"
		fi
		local dest=/${REPLY#/}
		if chance 70; then
			pick "${names[@]}"
			dest+=/$REPLY
		fi
		PATHS+=("$dest")
	done
	PATHS+=(/dev/null /dev/shm /dev/pts /dev/ptmx /proc/sys/kernel/osrelease /proc/self/status)
}

plan_make() {
	local dir=$2 count

	RANDOM=$1
	PLAN=() DESTS=(/a) NEXT_FD=11 UPPERS=0 NEW=0
	pick run bwrap
	VERB=$REPLY
	# Most begin with something to act upon.
	chance 90 && PLAN+=(--bind "$dir/a" /a)
	chance 60 && PLAN+=(--ro-bind "$dir/b" /b) && DESTS+=(/b)
	count=$((RANDOM % 7 + 1))
	for ((n = 0; n < count; n++)); do
		add_one "$dir"
	done
	plan_paths 30
	if [[ $VERB == run ]]; then
		PLAN=(--bare "${PLAN[@]}")
	fi
}
