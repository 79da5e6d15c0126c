#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# dest.bats - destinations: made when missing, through links that stay inside, never on the host

load ../lib

SYS=(--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64)

bare() {
	"$OURS" "${SYS[@]}" "$@"
}

# --- links inside ---

@test "a relative destination is taken from /" {
	run -0 bare --dir some/where -- ls -d /some/where
}

@test "folders on the way are made" {
	run -0 bare --tmpfs /a/b/c/d -- ls -d /a/b/c/d
}

@test "a destination through a link goes where the link leads inside" {
	run -0 bare --dir /real --symlink real /link --dir /link/new -- ls -d /real/new
}

@test "a destination through an absolute link goes where it leads inside" {
	run -0 bare --dir /real --symlink /real /link --tmpfs /link/new -- ls -d /real/new
}

@test "a bind on a link goes where the link leads inside" {
	echo mine >file
	run -0 bare --dir /etc --file 9 /etc/real --symlink real /etc/link --ro-bind file /etc/link -- \
		cat /etc/real 9</dev/null
	same "$output" mine
}

@test "a dangling link is followed, and what it leads to is made" {
	echo mine >file
	run -0 bare --symlink /new/place /link --ro-bind file /link -- cat /new/place
	same "$output" mine
}

@test "a chain of dangling links is followed" {
	run -0 bare --symlink two /one --symlink /x/three /two --symlink ../four /x/three --dir /one -- \
		test -d /four
}

@test "links in a circle are an error" {
	run -1 bare --symlink b /a --symlink a /b --dir /a/x -- true
	same "$output" "bwrap: Can't mkdir parents for /a/x: Too many levels of symbolic links" ||
		says "Too many levels of symbolic links"
}

@test ".. stays inside" {
	run -0 bare --dir /../../made/../../here -- ls -d /here
}

@test "a name too long is an error" {
	run -125 crannog run --dir "/tmp/$(printf '%0300d' 0)" -- true
	says "File name too long"
}

@test "a path too long is an error" {
	run -125 crannog run --dir "/tmp$(printf '/%0200d' {1..30})" -- true
	says "File name too long"
}

@test "a thousand folders deep" {
	path=/tmp$(printf '/a%.0s' {1..1000})
	run -0 crannog run --dir "$path" -- ls -d "$path"
	run -0 crannog run --ro-bind /etc/passwd "$path/file" -- cat "$path/file"
}

@test "a destination below a file is an error" {
	run -125 crannog run --dir /etc/passwd/x -- true
	same "$output" "crannog: --dir: cannot make the folders above /etc/passwd/x: Not a directory"
}

# --- traps: links that an earlier sandbox left in a folder that is bound writable ---

# A folder with every way out that a link can name, and the host's file it would lead to.
set_traps() {
	local up=../../../../../../../../../../..
	[[ ! -d trap ]] || return 0
	mkdir -p host/inner trap/own
	echo secret >host/file
	chmod 600 host/file
	HOST=$PWD/host
	TRAPS=("$HOST" "$up$HOST" "/oldroot$HOST" "/proc/self/root$HOST" "/proc/1/root$HOST"
		"/proc/self/cwd/host" "/newroot/$up$HOST" "/proc/thread-self/root$HOST")
	for n in "${!TRAPS[@]}"; do
		ln -s "${TRAPS[n]}" "trap/dir$n"
		ln -s "${TRAPS[n]}/file" "trap/file$n"
		ln -s "${TRAPS[n]}/new" "trap/new$n"
	done
	find host -printf '%P %y %m %s %T@ %C@ %i\n' >before
}

host_is_unharmed() {
	find host -printf '%P %y %m %s %T@ %C@ %i\n' >after
	diff before after
	same "$(<host/file)" secret
}

# through OPTION...: for every trap, the option with DIR, FILE and NEW put in its place
through() {
	set_traps
	local n words
	for n in "${!TRAPS[@]}"; do
		words=("${@//DIR//t/dir$n}")
		words=("${words[@]//FILE//t/file$n}")
		words=("${words[@]//NEW//t/new$n}")
		echo data >data
		run timeout 10 "$OURS" "${SYS[@]}" --proc /proc --dev /dev --bind trap /t "${words[@]}" \
			sh -c 'cat /t/file* /t/dir*/file /t/new* 2>/dev/null; echo end' 9<data
		says_not secret
		host_is_unharmed
	done
}

@test "through no link does --dir reach the host" {
	through --dir DIR/sub
	through --dir NEW
}

@test "through no link does --tmpfs reach the host" {
	through --tmpfs DIR
	through --tmpfs NEW
}

@test "through no link does --bind reach the host" {
	through --bind data FILE
	through --bind data DIR/new
	through --bind trap/own NEW
}

@test "through no link does --ro-bind reach the host" {
	through --ro-bind data NEW
}

@test "through no link does --file reach the host" {
	through --file 9 FILE
	through --file 9 NEW
	through --file 9 DIR/new
}

@test "through no link does --bind-data reach the host" {
	through --bind-data 9 FILE
	through --ro-bind-data 9 NEW
}

@test "through no link does --symlink reach the host" {
	through --symlink x DIR/link
	through --symlink x NEW/link
}

@test "through no link does --chmod reach the host" {
	through --chmod 0777 FILE
	through --chmod 0777 DIR
	through --chmod 0777 DIR/inner
}

@test "through no link does --remount-ro reach the host" {
	through --remount-ro DIR
	through --remount-ro NEW
}

@test "through no link does --proc or --dev or --mqueue reach the host" {
	through --proc DIR
	through --dev NEW
	through --mqueue DIR/inner
}

@test "through no link does an overlay reach the host" {
	through --overlay-src trap/own --tmp-overlay DIR
	through --overlay-src trap/own --tmp-overlay NEW
}

@test "through no link does --mask reach the host" {
	set_traps
	for n in "${!TRAPS[@]}"; do
		run -125 crannog run --bind trap /t --mask "/t/file$n" -- true
		host_is_unharmed
	done
}

@test "through no link does --chdir or --lock-file reach the host" {
	set_traps
	for n in "${!TRAPS[@]}"; do
		run "$OURS" "${SYS[@]}" --proc /proc --bind trap /t --chdir "/t/dir$n" cat file
		says_not secret
		run -1 "$OURS" "${SYS[@]}" --proc /proc --bind trap /t --lock-file "/t/file$n" true
	done
}

@test "a trap changed while the sandbox starts leads nowhere either" {
	set_traps
	mkdir -p trap/flip
	(
		for _ in {1..300}; do
			rm -rf trap/flip
			ln -s "$HOST" trap/flip
			rm trap/flip
			mkdir trap/flip
		done
	) 3>&- &
	while kill -0 $! 2>/dev/null; do
		timeout 10 "$OURS" "${SYS[@]}" --bind trap /t --dir /t/flip/made --tmpfs /t/flip/made \
			true 2>/dev/null || true
	done
	host_is_unharmed
}

@test "an option's failure names the destination" {
	run -125 crannog run --ro-bind /usr /etc/new -- true
	same "$output" "crannog: --ro-bind: cannot make folder /etc/new: Read-only file system"
}
