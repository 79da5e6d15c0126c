#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# root.bats - the new root holds what was asked for, and the old one is gone

load ../lib

SYS=(--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64)

# no_way_out COMMAND...: above / is /, and no mount of the host's is left.
no_way_out() {
	run -0 "$@" sh -c '
		test /.. -ef / || echo "/.. is another folder"
		test /usr/../.. -ef / || echo "/usr/../.. is another folder"
		cd / && cd .. && test . -ef / || echo "above / there is something"
		test "$(ls -id /..)" = "$(ls -id / | sed s,/,/..,)" || echo "/.. is another folder"
		for path in /oldroot /newroot /old_root /sys "$0"; do
			test -e "$path" && echo "$path is there"
		done
		cut -d" " -f5 /proc/self/mountinfo | grep -cx /' "$PWD"
	same "$output" 1
}

@test "no way out of the base view" {
	no_way_out crannog run --
}

@test "no way out of the base view with a mask" {
	no_way_out crannog run --mask /etc/passwd --
}

@test "no way out with data bound" {
	echo data >data
	no_way_out crannog run --ro-bind-data 9 /tmp/x -- 9<data
}

@test "no way out with an overlay" {
	mkdir low
	no_way_out crannog run --overlay-src low --tmp-overlay /tmp/x --
}

@test "no way out of a root that is bound" {
	mkdir root
	no_way_out "$OURS" --bind root / "${SYS[@]}" --proc /proc
}

@test "no way out of a root that is bound, with a mask and /dev" {
	mkdir -p root
	no_way_out crannog run --bare --bind root / "${SYS[@]}" --proc /proc --dev /dev --mask /usr/share --
}

@test "no way out of a root that is an overlay" {
	mkdir root
	no_way_out "$OURS" --overlay-src root --tmp-overlay / "${SYS[@]}" --proc /proc
}

@test "no way out of --tmpfs /" {
	no_way_out "$OURS" --tmpfs / "${SYS[@]}" --proc /proc
}

@test "no way out of three roots over one another" {
	mkdir root
	no_way_out "$OURS" --tmpfs / --bind root / --tmpfs / "${SYS[@]}" --proc /proc --dev /dev
}

@test "no way out of --rootfs" {
	mkdir -p root/{usr,proc,dev,tmp}
	ln -s usr/bin usr/lib usr/lib64 root
	no_way_out crannog run --rootfs ./root --ro-bind /usr --
}

@test "no way out of --rw-rootfs" {
	mkdir -p root/usr
	ln -s usr/bin usr/lib usr/lib64 root
	no_way_out crannog run --rw-rootfs root --ro-bind /usr --
}

@test "no way out in a sandbox in a sandbox" {
	no_way_out crannog run --ro-bind "$CRANNOG" /tmp/crannog -- /tmp/crannog run --no-cwd --
}

@test "no way out through a chroot inside" {
	run -0 crannog run --cap-add CAP_SYS_CHROOT -- perl -e '
		mkdir "/tmp/x"; chroot "/tmp/x" or die "chroot: $!";
		chdir ".." for 1 .. 30;
		chroot "."; print -e $ARGV[0] ? "out" : "in"' "$PWD"
	same "$output" in
}

@test "the root of the base view cannot be written" {
	run ! crannog run -- touch /new
	says "Read-only file system"
}

@test "as bwrap, / is a writable folder with mode 0755" {
	run -0 "$OURS" "${SYS[@]}" sh -c 'stat -c %a /; touch /new && rmdir /new 2>/dev/null; ls -d /new'
	says 755
	says /new
}

@test "operations are done in the order given" {
	mkdir one
	touch one/1
	run -0 "$OURS" "${SYS[@]}" --dir /x --bind one /x --tmpfs /y --bind one /y/z --remount-ro /y ls /x /y/z
	same "$(flat)" "/x: 1 /y/z: 1"
}

@test "a step that fails ends the launch, and names its option" {
	run -125 crannog run --dir /tmp/one --bind /not/there /tmp/two --dir /tmp/three -- echo started
	says "crannog: --bind: cannot find source /not/there: No such file or directory"
	says_not started
}

@test "a step of the base view that fails says so" {
	mkdir root
	run -125 crannog run --rootfs ./root -- true
	says "(base view): cannot make folder"
}

@test "a chroot is no place to start from, and the message says so" {
	run -0 unshare --user --map-root-user --mount sh -c '
		mkdir -p root/usr root/proc root/dev && mount --rbind /usr root/usr && mount --rbind /proc root/proc &&
		ln -sfn usr/bin root/bin && ln -sfn usr/lib root/lib && ln -sfn usr/lib64 root/lib64 &&
		cp "$1" root/crannog &&
		chroot root /crannog run --no-cwd -- echo started; echo "code $?"' sh "$CRANNOG"
	says "hint:"
	says "code 125"
	says_not started
}
