#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# overlay.bats - folders laid over one another

load ../lib

setup() {
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	mkdir -p low high upper work
	echo low >low/both
	echo low >low/low
	echo high >high/both
	echo high >high/high
	unshare --user --map-root-user --mount mount -t overlay -o userxattr,lowerdir=low:high x low 2>/dev/null ||
		skip "this kernel does not let users mount overlayfs"
}

SYS=(--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64)

@test "--ro-overlay shows the layers, the later ones on top" {
	run -0 crannog run --overlay-src low --overlay-src high --ro-overlay /tmp/x -- \
		sh -c 'cd /tmp/x && cat both low high'
	same "$output" $'high\nlow\nhigh'
}

@test "--ro-overlay refuses writes" {
	run ! crannog run --overlay-src low --overlay-src high --ro-overlay /tmp/x -- touch /tmp/x/new
	says "Read-only file system"
}

@test "--tmp-overlay takes writes, and the layers stay as they are" {
	run -0 crannog run --overlay-src low --tmp-overlay /tmp/x -- \
		sh -c 'cd /tmp/x && echo new >both && rm low && ls && cat both'
	same "$output" $'both\nnew'
	same "$(<low/both)" low
	same "$(ls low)" $'both\nlow'
}

@test "--overlay keeps what was written" {
	run -0 crannog run --overlay-src low --overlay upper work /tmp/x -- \
		sh -c 'cd /tmp/x && echo new >both && rm low && mkdir dir'
	same "$(<upper/both)" new
	same "$(<low/both)" low
	run -0 crannog run --overlay-src low --overlay upper work /tmp/x -- ls /tmp/x
	same "$output" $'both\ndir'
}

@test "an overlay can be the root" {
	mkdir root
	run -0 "$OURS" --overlay-src root --tmp-overlay / "${SYS[@]}" --proc /proc --dev /dev sh -c 'touch /new && ls /'
	says new
	same "$(ls root)" ""
}

@test "layers with colons, commas, backslashes, blanks and line ends in their names" {
	odd=$'a:b,c\\d e\nf"g'
	mkdir "$odd" "up$odd" "work$odd"
	echo odd >"$odd/file"
	run -0 crannog run --overlay-src low --overlay-src "$odd" --overlay "up$odd" "work$odd" "/tmp/$odd" -- \
		sh -c 'cd "$1" && cat file low && echo new >file' sh "/tmp/$odd"
	same "$output" $'odd\nlow'
	same "$(<"up$odd/file")" new
}

@test "layers with long names" {
	long=$(printf '%0200d' 0)
	mkdir -p "$long/$long/$long" "$long/$long/2"
	touch "$long/$long/$long/file"
	run -0 crannog run --overlay-src "$long/$long/2" --overlay-src "$long/$long/$long" --ro-overlay /tmp/x -- ls /tmp/x
	same "$output" file
}

@test "many layers" {
	layers=()
	for n in {1..40}; do
		mkdir "layer$n"
		touch "layer$n/$n"
		layers+=(--overlay-src "layer$n")
	done
	run -0 crannog run "${layers[@]}" --ro-overlay /tmp/x -- sh -c 'ls /tmp/x | wc -l'
	same "$output" 40
}

@test "what the program cannot do on the mounts it cannot do on an overlay" {
	run -0 crannog run --overlay-src low --tmp-overlay /tmp/x -- grep -m1 ' /tmp/x ' /proc/self/mountinfo
	says nosuid,nodev
}

@test "the layers' paths on the host are not told inside" {
	run -0 crannog run --overlay-src "$PWD/low" --overlay "$PWD/upper" "$PWD/work" /tmp/x -- cat /proc/self/mountinfo
	says_not "$PWD"
}

@test "two --tmp-overlays do not share what is written" {
	run -0 crannog run --overlay-src low --tmp-overlay /tmp/x --overlay-src low --tmp-overlay /tmp/y -- \
		sh -c 'touch /tmp/x/new; ls /tmp/y'
	says_not new
}

@test "a layer that is missing is an error" {
	run -125 crannog run --overlay-src low --overlay-src not-there --ro-overlay /tmp/x -- echo started
	same "$output" "crannog: --ro-overlay: cannot find source not-there: No such file or directory"
}

@test "a layer that is a file is an error" {
	run -125 crannog run --overlay-src low/low --tmp-overlay /tmp/x -- echo started
	same "$output" "crannog: --tmp-overlay: cannot find source low/low: Not a directory"
}

@test "an overlay without layers is an error" {
	run -125 crannog run --tmp-overlay /tmp/x -- true
	same "$output" "crannog: --tmp-overlay requires at least one --overlay-src"
	run -125 crannog run --overlay-src low --ro-overlay /tmp/x -- true
	same "$output" "crannog: --ro-overlay requires at least two --overlay-src"
}

@test "a writable folder that is a layer as well is an error, with a hint" {
	run -125 crannog run --overlay-src low --overlay low work /tmp/x -- echo started
	says "crannog: --overlay: cannot mount overlay on /tmp/x: "
	says "  hint: the folders must not lie inside one another"
	says_not started
}
