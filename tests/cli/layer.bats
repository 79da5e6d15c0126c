#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016,SC2154 # the text is for the shell inside; run sets stderr
#
# layer.bats - `crannog layer`: messages, and what is there after a kill or on a full disk
#
# What drivers do to a layer is in tests/roots/overlay.bats.

load ../lib
load ../roots/roots
load kept

# --- names and words ---

@test "words that are too few or too many, and those that are no command" {
	run -125 crannog layer
	says "usage: crannog layer"
	run -125 crannog layer list
	same "$output" "crannog: layer has no command list
  hint: --help lists them"
	run -125 crannog layer diff
	same "$output" "crannog: layer diff takes NAME"
	run -125 crannog layer commit a
	same "$output" "crannog: layer commit takes NAME NEW"
	run -125 crannog layer commit a b c
	same "$output" "crannog: layer commit takes NAME NEW"
}

@test "names that are none are refused" {
	local name

	for name in '' . .. .new-1 -a a/b 'a b' ä "$(printf 'a%.0s' {1..65})"; do
		run -125 crannog layer diff -- "$name"
		says "crannog: \"$name\" cannot be the name of a layer"
		run -125 crannog layer commit -- x "$name"
		run -125 crannog layer discard -- "$name"
		says "cannot be the name of a layer"
	done
	run -125 crannog run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs ./tiny --layer a/b -- true
	says 'crannog: --layer: "a/b" cannot be the name of a layer'
	test ! -e "$LAYERS"
}

@test "a layer that is not there" {
	local words

	for words in "diff x" "commit x y" "discard x" "rm x" "export x -" "du x"; do
		# shellcheck disable=SC2086 # these are words
		run -125 crannog layer $words
		says "crannog: there is no layer x"
	done
}

@test "options stand before or after the words" {
	in_layer work touch /data/new
	for words in "--json diff work" "diff --json work" "diff work --json"; do
		# shellcheck disable=SC2086 # these are words
		run -0 crannog layer $words
		same "$(jq -r '.[].path' <<<"$output")" /data/new
	done
	run -125 crannog layer diff -- work --json
	says "takes NAME"
	run -125 crannog layer -v diff -- work -v
	says "takes NAME"
}

# --- ls, du, diff ---

@test "no layers is an empty list" {
	run -0 crannog layer ls --json
	same "$(flat)" "[]"
	test ! -e "$XDG_DATA_HOME"
}

@test "ls says what a layer is" {
	in_layer work true
	run -0 crannog layer ls
	says "work"
	says "./tiny"
	run -0 crannog layer ls --json
	same "$(jq -c '.[] | [.name, .driver, .map, .base, .base_path]' <<<"$output")" \
		"[\"work\",\"kernel\",\"auto\",\"./tiny\",\"$PWD/tiny\"]"
}

@test "du counts" {
	in_layer work sh -c 'head -c 100000 /dev/zero | tr "\0" x >/data/large'
	run -0 crannog layer du --json
	jq -e '.[0].name == "work" and .[0].bytes >= 100000 and .[0].entries == 3' <<<"$output"
}

@test "diff: exactly what differs" {
	in_layer work sh -euc '
		cd /data
		echo new >added
		echo more >>one
		touch two          # a new time alone
		rm three
		chmod 600 full/inner
		mkdir -p deep/er && echo x >deep/er/file
		ln -s one link
	'
	run -0 crannog layer diff work
	same "$output" "A /data/added
A /data/deep
A /data/deep/er
A /data/deep/er/file
M /data/full/inner
A /data/link
M /data/one
D /data/three"
}

@test "diff: a folder in place of a folder hides what it had" {
	in_layer work sh -euc 'cd /data; rm -r full; mkdir full; echo x >full/other'
	run -0 crannog layer diff work
	same "$output" "D /data/full/inner
A /data/full/other"
}

@test "diff: what takes the place of another kind" {
	in_layer work sh -euc 'cd /data; rm one; mkdir one; echo x >one/in; rm -r full; echo x >full'
	run -0 crannog layer diff work
	same "$output" "M /data/full
M /data/one
A /data/one/in"
}

@test "diff --patch is a patch" {
	in_layer work sh -euc 'cd /data; echo more >>one; rm two; echo new >four; printf "a\0" >five'
	run -0 --separate-stderr crannog layer diff work --patch
	same "$stderr" ""
	says "--- a/data/one"
	says "+++ b/data/one"
	says "+more"
	says "+++ /dev/null"
	says "--- /dev/null"
	says "/data/five"
	cp -r tiny patched
	patch -s -p1 -d patched <<<"$(grep -v '^Binary' <<<"$output")"
	same "$(cat patched/data/one)" $'one\nmore'
	same "$(cat patched/data/four)" new
	test ! -e patched/data/two
}

@test "diff over folders of --lower" {
	mkdir -p low/data
	echo low >low/data/one
	crannog run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs ./tiny --lower low --layer work -- \
		sh -c 'rm /data/one; echo two >/data/two2'
	cd /
	run -0 crannog layer diff work
	same "$output" "D /data/one
A /data/two2"
	cd -
	run -0 crannog layer ls --json
	same "$(jq -c '.[].lowers' <<<"$output")" "[\"$PWD/low\"]"
	run -125 in_layer work true
	same "$output" "crannog: --layer: cannot use the layer work: it lies over other folders of --lower
  hint: crannog layer ls --json lists them, bottom to top"
}

@test "paths with any character in them are remembered" {
	mv tiny $'ti\\n\ny'
	crannog run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs $'./ti\\n\ny' --layer work -- rm /data/one
	run -0 crannog layer diff work
	same "$output" "D /data/one"
	run -0 crannog layer ls --json
	same "$(jq -r '.[].base_path' <<<"$output")" "$PWD/"$'ti\\n\ny'
}

@test "a layer below a layer keeps its marks" {
	in_layer first sh -euc 'cd /data; rm one; rm -r full; mkdir full; echo x >full/new'
	crannog run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs ./tiny --lower "$LAYERS/first/upper" \
		--layer second -- sh -euc 'cd /data; ls . full; rm two; echo one >one; touch full/inner'
	run -0 crannog layer diff second
	same "$output" "A /data/full/inner
A /data/one
D /data/two"
	crannog layer commit second both
	same "$(ls "$ROOTS/both/root/data" "$ROOTS/both/root/data/full")" "$ROOTS/both/root/data:
full
one
three

$ROOTS/both/root/data/full:
inner
new"
}

@test "what the layer lies over is gone" {
	in_layer work touch /data/new
	mv tiny moved
	run -125 crannog layer diff work
	same "$output" "crannog: cannot open what the layer lies over, $PWD/tiny: No such file or directory
  hint: it was moved or removed since"
	run -125 crannog layer commit work all
	says "it was moved or removed since"
	same "$(ls "$ROOTS")" ""
	same "$(unfinished)" ""
}

# --- commit ---

@test "commit makes a root of all" {
	in_layer work sh -euc 'cd /data; echo new >added; chown 5:60 added; chmod 4755 added; rm one; rm -r full; mkdir full'
	crannog layer commit work all
	run -0 crannog run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs all -- sh -c 'cd /data; ls; ls full; stat -c "%U %G %a" added'
	same "$output" "added
full
three
two
games games 4755"
	run -125 crannog layer commit work all
	same "$output" "crannog: there is a root all already"
	run -0 crannog layer diff work
	says "A /data/added"
}

@test "commit --as-layer makes a second one" {
	in_layer work sh -euc 'cd /data; echo new >added; rm one; rm -r full; mkdir full'
	crannog layer diff work >before
	crannog layer commit --as-layer work copy
	crannog layer diff copy >after
	diff before after
	run -125 crannog layer commit work copy --as-layer
	same "$output" "crannog: there is a layer copy already"
	in_layer copy test ! -e /data/full/inner
}

# --- in use ---

@test "who has a layer is named, and a command is too" {
	background sh -c 'echo started; sleep 60'
	for words in "commit work x" "discard work" "rm work" "export work x.tar"; do
		# shellcheck disable=SC2086 # these are words
		run -125 crannog layer $words
		same "$output" "crannog: cannot use the layer: work is in use by pid $! (sh)"
	done
	run -0 crannog layer diff work
	kill $!
	wait $! || true
	run -0 crannog layer discard work
}

@test "a layer that a killed sandbox had is free at once" {
	background sh -c 'echo started; sleep 60'
	kill -KILL $!
	run -0 crannog layer discard work
	same "$(ls -A "$LAYERS")" ""
}

# --- kills ---

many_files() {
	in_layer work sh -euc 'mkdir /data/many; cd /data/many; seq 1500 | xargs touch; chown -R 1234 .; rm /data/one'
}

# Old: there is no such root; new: all of it is there.
committed_or_not() {
	local name

	for name in "$ROOTS"/*; do
		[[ -e $name ]] || continue
		same "${name##*/}" all
		same "$(find "$name/root/data/many" -type f | wc -l)" 1500
		test ! -e "$name/root/data/one"
	done
	in_layer work test -e /data/many/1500
	crannog rootfs ls >/dev/null
	same "$(unfinished)" ""
}

@test "commit, killed at any moment" {
	many_files
	kills 9 committed_or_not layer commit work all
	((KILLS > 10))
	test -e "$ROOTS/all"
}

# Old: all is there; new: nothing is.
discarded_or_not() {
	if [[ -e $LAYERS/work ]]; then
		in_layer work test -e /data/many/1500
	fi
	crannog layer ls >/dev/null
	same "$(unfinished)" ""
	[[ -e $LAYERS/work ]] || many_files
}

@test "discard, killed at any moment" {
	many_files
	kills 9 discarded_or_not layer discard work
	((KILLS > 2))
}

made_or_not() {
	[[ ! -e $LAYERS/work ]] || in_layer work true
	crannog layer ls >/dev/null
	same "$(unfinished)" ""
	[[ ! -e $LAYERS/work ]] || crannog layer discard work
}

@test "a launch that makes a layer, killed at any moment" {
	kills 9 made_or_not run "${ROOT[@]}" "${HOST_USR[@]}" --rootfs ./tiny --layer work -- true
}

# --- a full disk ---

# on_small_disk SIZE COMMAND...: with a tmpfs of that size at ./disk, in a namespace with our ids.
on_small_disk() {
	local size=$1
	shift
	mkdir -p disk
	unshare --user --map-root-user --map-auto --mount sh -euc '
		mount -t tmpfs -o size="$1" small disk
		shift
		export XDG_DATA_HOME=$PWD/disk/data
		"$@"' sh "$size" "$@"
}

@test "commit on a full disk: an error, and nothing is left of it" {
	mkdir tiny/data/big
	head -c 900000 /dev/urandom >tiny/data/big/random
	run -0 on_small_disk 1500k bash -euc '
		run() { "$CRANNOG" run --map-ids root --ro-bind /usr /usr --rootfs ./tiny --layer work -- "$@"; }
		run sh -c "head -c 400000 /dev/urandom >/data/mine"
		r=0
		"$CRANNOG" layer commit work all || r=$?
		echo "code $r"
		find disk/data/crannog -mindepth 2 -maxdepth 2 | sort
		run cat /data/mine | wc -c'
	says "No space left on device"
	same "$(tail -n 3 <<<"$output")" "code 125
disk/data/crannog/layers/work
400000"
}

# --- discard ---

@test "discard removes what belongs to others, and folders that nobody may enter" {
	in_layer work sh -euc 'mkdir -p /data/x/y; touch /data/x/y/z; chown -R 1234 /data/x; chmod 0 /data/x/y /data/x'
	crannog layer discard work
	same "$(ls -A "$LAYERS")" ""
}

@test "several layers are discarded in one go" {
	in_layer a true
	in_layer b true
	crannog layer rm a b
	same "$(ls -A "$LAYERS")" ""
}
