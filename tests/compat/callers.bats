# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `both` starts
#
# callers.bats - the command lines of programs that start bwrap, with the same options in the same
# order; only the paths are this folder's

load compat

@test "codex: read-only root, writable folder, hidden file" {
	both 'bwrap --as-pid-1 --new-session --die-with-parent --ro-bind / / --dev /dev \
		--bind "$PWD" "$PWD" --perms 000 --tmpfs "$PWD/dir" --remount-ro "$PWD/dir" \
		--unshare-user --unshare-pid --unshare-ipc --unshare-net --proc /proc \
		--cap-drop ALL -- sh -c \
		"touch ran; touch /usr/no; ls dir; sh $PROBE mounts ids ns process"'
}

@test "codex: a tmpfs as root" {
	both_but_parents 'bwrap --as-pid-1 --new-session --die-with-parent --tmpfs / --ro-bind /usr /usr \
		--symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
		--ro-bind $PROBE /probe --dev /dev --bind "$PWD" "$PWD" --unshare-user \
		--unshare-pid --unshare-ipc --unshare-net --proc /proc --cap-drop ALL -- sh /probe \
		mounts ids ns process tree'
}

@test "codex: a file that is not to be read" {
	both 'bwrap --new-session --die-with-parent --ro-bind / / --dev /dev --bind "$PWD" "$PWD" \
		--perms 000 --ro-bind-data 9 "$PWD/file" --unshare-user --unshare-pid --proc /proc \
		-- sh -c "cat file; echo \$?" 9</dev/null'
}

@test "srt: network closed, a device over a missing file, a socket" {
	both 'perl -MIO::Socket::UNIX -e \
		"IO::Socket::UNIX->new(Listen => 1, Local => q(sock)) or die"; bwrap --new-session \
		--die-with-parent --unshare-net --bind "$PWD/sock" "$PWD/sock" \
		--setenv SANDBOX_RUNTIME 1 --setenv HTTP_PROXY http://localhost:3128 --ro-bind / / \
		--bind "$PWD" "$PWD" --ro-bind /dev/null "$PWD/.gitmodules" \
		--ro-bind /dev/null "$PWD/.bashrc" --tmpfs "$PWD/dir" --dev /dev --unshare-pid \
		--proc /proc -- bash -c \
		"test -S sock; wc -c <.bashrc; ls -A; env | sort; sh $PROBE mounts net"'
}

@test "srt: a namespace inside, with its own proc" {
	both 'bwrap --new-session --die-with-parent --unshare-net --ro-bind / / \
		--bind "$PWD" "$PWD" --dev /dev --unshare-pid --proc /proc -- unshare -Urmpf sh -c \
		"mount -t proc proc /proc && ls -d /proc/[0-9]*"'
}

@test "srt: a listener on the loopback" {
	both 'bwrap --new-session --die-with-parent --unshare-net --ro-bind / / --dev /dev \
		--unshare-pid --proc /proc \
		-- perl -MIO::Socket::INET -e "for (3128, 1080) { \$s = IO::Socket::INET->new(Listen => 1, LocalAddr => qq(127.0.0.1:\$_)) or die; IO::Socket::INET->new(PeerAddr => qq(127.0.0.1:\$_)) or die; print qq(\$_\n) }"'
	says "1080"
}

@test "ansible-runner: a relative destination, and the same one twice" {
	both 'bwrap --die-with-parent --unshare-pid --dev-bind /dev dev --proc /proc --dir /tmp \
		--ro-bind /bin /bin --ro-bind /etc /etc --ro-bind /usr /usr --symlink usr/lib /lib \
		--symlink usr/lib64 /lib64 --bind "$PWD" "$PWD" --bind "$PWD" "$PWD" \
		--ro-bind $PROBE /probe --chdir "$PWD" -- sh -c "ls; sh /probe mounts"'
}

@test "gnome-desktop: thumbnailer" {
	both 'filter_none >filter; mkdir tmp; echo picture >picture; bwrap --ro-bind /usr /usr \
		--ro-bind-try /etc/ld.so.cache /etc/ld.so.cache --symlink /usr//bin /bin \
		--symlink /usr//lib64 /lib64 --symlink /usr//lib /lib --symlink /usr//sbin /sbin \
		--ro-bind-try /etc/alternatives /etc/alternatives \
		--ro-bind-try /var/cache/fontconfig /var/cache/fontconfig --ro-bind $PROBE /probe \
		--proc /proc --dev /dev --chdir / --setenv GIO_USE_VFS local --unshare-all \
		--die-with-parent --setenv G_MESSAGES_DEBUG all --bind "$PWD/tmp" /tmp \
		--ro-bind "$PWD/picture" /tmp/gnome-desktop-file-to-thumbnail.png --seccomp 9 sh \
		-c \
		"cat /tmp/gnome*.png >/tmp/out.png; readlink /bin; sh /probe mounts ids env process" \
		9<filter'
}

@test "BuildStream: the probe" {
	both 'bwrap --ro-bind / / --unshare-user --uid 0 --gid 0 whoami'
	says "root"
}

@test "BuildStream: a build" {
	both 'mkdir -p root/usr root/dev root/proc root/tmp root/build; ln -s usr/bin root/bin; ln \
		-s usr/lib root/lib; ln -s usr/lib64 root/lib64; : >root/probe; bwrap \
		--unshare-pid --die-with-parent --bind root / --ro-bind /usr /usr \
		--ro-bind $PROBE /probe --chdir /build --unshare-net --unshare-uts \
		--hostname buildbox --unshare-ipc --tmpfs /tmp --proc /proc \
		--dev-bind /dev/full /dev/full --dev-bind /dev/null /dev/null \
		--dev-bind /dev/urandom /dev/urandom --dev-bind /dev/random /dev/random \
		--dev-bind /dev/zero /dev/zero --remount-ro / --bind root/build /build \
		--unshare-user --uid 0 --gid 0 --unsetenv LANG --setenv LC_ALL C --unsetenv TERM \
		--setenv HOME /tmp -- sh -c \
		"id -u; touch /made; touch /build/made; sh /probe mounts ids env ns hostname"'
}

@test "WebKit: everything through --args" {
	both 'printf "%s\0" --die-with-parent --unshare-pid --unshare-uts --unshare-net \
		--ro-bind /usr /usr --ro-bind /usr/bin /usr/bin --ro-bind /usr /usr \
		--symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
		--proc /proc --dev /dev --tmpfs /tmp --ro-bind $PROBE /probe \
		--ro-bind-data 7 /.flatpak-info --bind-try /nowhere /nowhere \
		--ro-bind-try /etc/fonts /etc/fonts --setenv GIO_USE_PORTALS 1 --unsetenv TMPDIR \
		--seccomp 8 >blob; filter_none >filter; bwrap --info-fd 6 --args 5 -- sh -c \
		"cat /.flatpak-info <&4; sh /probe mounts fds env ids" 4<script 5<blob 6>info \
		7<file 8<filter 23<dir'
}

@test "WebKit: the proxy's sandbox" {
	both 'printf "%s\0" --die-with-parent $SYS --ro-bind-data 7 /.flatpak-info \
		--bind "$PWD" /run/proxy --sync-fd 3 >blob; bwrap --args 5 -- sh -c \
		"cat /.flatpak-info; touch /run/proxy/bus" 3<>sync 5<blob 7<file'
}

@test "flatpak: an application" {
	both 'filter_none >filter; mkdir app data; bwrap --args 9 -- sh -c \
		"sh /probe mounts ids env ns fds process" 5<file 6<filter 7<dir 8<script 3>info \
		4<>sync 9< \
		<(printf "%s\0" --symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin --ro-bind-fd 7 /app --lock-file /app/file --ro-bind /usr /usr --ro-bind $PROBE /probe --perms 0700 --dir /run/user/1000 --perms 0600 --file 5 /run/user/1000/flatpak-info --ro-bind-data 8 /.flatpak-info --symlink ../run/user/1000/flatpak-info /run/flatpak/info --proc /proc --unshare-user --unshare-pid --unshare-ipc --unshare-net --dev /dev --tmpfs /dev/shm --ro-bind-try /proc/self/ns/user /run/.userns --bind data /var --dir /var/tmp --symlink /run /var/run --remount-ro /run/.userns --unsetenv WORD --setenv XDG_RUNTIME_DIR /run/user/1000 --seccomp 6 --info-fd 3 --sync-fd 4 --die-with-parent --chdir /var)'
}

@test "flatpak: a build" {
	both 'mkdir app var; bwrap --unshare-ipc --unshare-net --unshare-pid --dir /tmp \
		--dir /var/tmp --dir /run/host --ro-bind /usr /usr --symlink usr/bin /bin \
		--symlink usr/lib /lib --symlink usr/lib64 /lib64 --ro-bind $PROBE /probe \
		--bind app /app --bind var /var --proc /proc --dev /dev \
		--bind-try /dev/shm /dev/shm --dir /run/user/1000 \
		--setenv FLATPAK_ID org.example.App --chdir /app sh -c \
		"touch built; sh /probe mounts tree"'
}

@test "flatpak: names of host and the user namespace file" {
	both 'bwrap $FULL --unshare-user --ro-bind-try /proc/self/ns/user /run/.userns sh -c \
		"test -e /run/.userns && echo there"'
}

@test "opam: build" {
	both 'mkdir switch build; cd build; prefix=$(readlink -f ../switch); bwrap --unshare-net \
		--new-session --die-with-parent --proc /proc --dev /dev --setenv TMPDIR /opam-tmp \
		--setenv TMP /opam-tmp --tmpfs /opam-tmp --tmpfs /run --ro-bind /usr /usr \
		--symlink usr/bin /bin --symlink usr/lib /lib --symlink usr/lib64 /lib64 \
		--ro-bind /etc /etc --ro-bind /home /home --ro-bind /var /var --ro-bind /tmp /tmp \
		--ro-bind $PROBE /probe --ro-bind "$prefix" "$prefix" --bind "$PWD" "$PWD" sh -c \
		"touch made; touch ../switch/no; touch /opam-tmp/x; pwd; sh /probe mounts ids env ns"'
}

@test "opam: install" {
	both 'mkdir -p switch/.opam-switch; prefix=$(readlink -f switch); bwrap --unshare-net \
		--new-session --die-with-parent --proc /proc --dev /dev --tmpfs /opam-tmp \
		--tmpfs /run --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/lib /lib \
		--symlink usr/lib64 /lib64 --ro-bind /tmp /tmp --bind "$prefix" "$prefix" \
		--ro-bind "$prefix/.opam-switch" "$prefix/.opam-switch" sh -c \
		"cd switch; touch made; touch .opam-switch/no; true"'
}

@test "mat2" {
	both 'mkdir tmp; words=; for d in /usr /lib /lib64 /bin /sbin /etc/alternatives "$PWD"; do \
		[ -d "$d" ] && words="$words --ro-bind $d $d"; done; bwrap $words \
		--ro-bind /etc/ld.so.cache /etc/ld.so.cache --ro-bind $PROBE /probe --dev /dev \
		--proc /proc --chdir "$PWD" --unshare-user-try --unshare-ipc --unshare-pid \
		--unshare-net --unshare-uts --unshare-cgroup-try --new-session --cap-drop all \
		--bind tmp "$PWD/dir" --ro-bind "$PWD/file" "$PWD/file" sh -c \
		"cat file >dir/out; touch no; sh /probe mounts ids ns process"'
}

@test "a container's shell, as the manual shows it" {
	both_but_parents 'bwrap --ro-bind /usr /usr --dir /tmp --dir /var --symlink ../tmp var/tmp \
		--proc /proc --dev /dev --ro-bind /etc/resolv.conf /etc/resolv.conf \
		--symlink usr/lib /lib --symlink usr/lib64 /lib64 --symlink usr/bin /bin \
		--symlink usr/sbin /sbin --ro-bind $PROBE /probe --chdir / --unshare-all \
		--share-net --die-with-parent --dir /run/user/$(id -u) \
		--setenv XDG_RUNTIME_DIR /run/user/$(id -u) --setenv PS1 "demo$ " \
		--file 8 /etc/passwd --file 9 /etc/group sh -c "id -un; sh /probe mounts tree env" \
		8< <(getent passwd $(id -u) 65534) 9< <(getent group $(id -g) 65534)'
}

@test "the program is started again, under another name" {
	both 'bwrap --unshare-all $FULL --dir /tmp --perms 755 --file 9 /opt/other /opt/other \
		--ro-bind / / --proc /proc echo inner 9<$(command -v bwrap)'
	says "inner"
}

@test "the program is started again through /proc/self/exe, without a name" {
	both 'bwrap --unshare-all $FULL --dir /tmp --perms 755 --file 9 /opt/other bash -c \
		"exec -a \"\" /opt/other --ro-bind / / --proc /proc echo inner" \
		9<$(command -v bwrap)'
	says "inner"
}
