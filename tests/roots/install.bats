#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# install.bats - packages of a real distribution, installed over a root by an ordinary user
#
# The first test of a driver that needs the packages installs them, in the layer of its name.

load ../lib
load roots

setup() {
	needs_ranges
	needs_speed
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
}

PACKAGES="postfix openssh-client man-db iputils-ping"

# in_layer LAYER COMMAND...: with the driver that the layer is named after, if it is one.
in_layer() {
	local layer=$1 driver=auto
	shift

	[[ $layer != kernel && $layer != fuse ]] || driver=$layer
	crannog run --rootfs deb12 --layer "$layer" --overlay-driver $driver "${ROOT[@]}" --net host -- "$@"
}

needs_packages() {
	needs_driver "$1"
	needs_debian
	[[ ! -e $BATS_FILE_TMPDIR/$1.done ]] || return 0
	first_try "$1"
	run -0 in_layer "$1" sh -c "apt-get -qq update && apt-get -qq install -y $PACKAGES"
	touch "$BATS_FILE_TMPDIR/$1.done"
}

# What is lost first where ids or capabilities are missing, without a word from the installation.
MODES='stat -c "%n %U:%G %a" /usr/bin/ssh-agent /usr/sbin/postdrop /usr/lib/openssh/ssh-keysign \
	/var/cache/man'
EXPECTED_MODES="/usr/bin/ssh-agent root:_ssh 2755
/usr/sbin/postdrop root:postdrop 2555
/usr/lib/openssh/ssh-keysign root:root 4755
/var/cache/man man:man 755"

owners_and_modes_are_right() {
	needs_packages "$1"
	run -0 in_layer "$1" sh -c "$MODES"
	same "$output" "$EXPECTED_MODES"
}

@test "packages are installed with their owners and modes" {
	owners_and_modes_are_right kernel
}

@test "packages are installed with their owners and modes by fuse-overlayfs" {
	owners_and_modes_are_right fuse
}

@test "no package is left half installed" {
	needs_packages kernel
	run -0 in_layer kernel dpkg --audit
	same "$output" ""
}

@test "file capabilities are kept" {
	needs_packages kernel
	run -0 in_layer kernel getcap /usr/bin/ping
	same "$output" "/usr/bin/ping cap_net_raw=ep"
}

@test "file capabilities are without effect, and with --suid have one" {
	needs_packages kernel
	run -0 crannog run --rootfs deb12 --layer kernel "${ROOT[@]}" --user games -- \
		grep NoNewPrivs /proc/self/status
	same "$(flat)" "NoNewPrivs: 1"
	run -0 crannog run --rootfs deb12 --layer kernel "${ROOT[@]}" --user games --suid -- \
		ping -c 1 127.0.0.1
	says "1 received"
}

@test "a setuid program gains root inside with --suid only" {
	needs_driver kernel
	needs_debian
	run -0 in_layer setuid install -m 4755 /usr/bin/id /usr/local/bin/who
	for suid in '' --suid; do
		run -0 crannog run --rootfs deb12 --layer setuid "${ROOT[@]}" --user games $suid -- \
			/usr/local/bin/who
		if [[ $suid ]]; then
			says "uid=5(games) gid=60(games) euid=0(root)"
		else
			says_not "euid="
		fi
	done
	crannog layer discard setuid
}

@test "users and groups are made inside" {
	needs_driver kernel
	needs_debian
	in_layer users sh -c 'adduser --quiet --system --group fisher && useradd -m -G games smith'
	run -0 in_layer users sh -c 'id -nG smith; stat -c %U:%G /home/smith; getent passwd fisher >&2'
	says $'smith games\nsmith:smith'
	run -0 crannog run --rootfs deb12 --layer users "${ROOT[@]}" --user smith -- \
		sh -c 'cd && touch mine && stat -c %U:%G mine && id -nG && echo "$HOME $USER"'
	same "$output" $'smith:smith\nsmith games\n/home/smith smith'
	crannog layer discard users
}

# A package that has what this is about: a group of its own, a setgid program, a service to start.
# For the shell inside: VERSION makes paint_VERSION.deb.
# shellcheck disable=SC2089 # a script in one word
MAKE_PACKAGE='
make_package() {
	tree=$(mktemp -d) && cd /root
	mkdir -p $tree/DEBIAN $tree/usr/bin $tree/var/lib/paint
	cp /bin/true $tree/usr/bin/paint
	echo "$1" >$tree/var/lib/paint/version
	chmod 755 $tree
	printf "Package: paint\nVersion: %s\nArchitecture: all\nMaintainer: x <x@example.org>\n" "$1" >$tree/DEBIAN/control
	printf "Description: paint\n" >>$tree/DEBIAN/control
	cat >$tree/DEBIAN/postinst <<-"X"
		#!/bin/sh -e
		getent group paint >/dev/null || addgroup --quiet --system paint
		chgrp -R paint /var/lib/paint /usr/bin/paint
		chmod 2755 /usr/bin/paint
		chmod 2775 /var/lib/paint
		code=0
		/usr/sbin/policy-rc.d paint start || code=$?
		echo "service: $code"
	X
	printf "#!/bin/sh -e\n[ \"\$1\" != purge ] || rm -rf /var/lib/paint\n" >$tree/DEBIAN/postrm
	chmod 755 $tree/DEBIAN/p*
	dpkg-deb --build $tree paint_$1.deb >/dev/null
}
look() {
	stat -c "%n %U:%G %a" /usr/bin/paint /var/lib/paint && cat /var/lib/paint/version
}
'

package_lives_and_dies() {
	needs_driver "$1"
	needs_debian
	run -0 in_layer "$1" sh -euc "$MAKE_PACKAGE"'
		make_package 1
		make_package 2
		apt-get -qq install ./paint_1.deb && look
		apt-get -qq install ./paint_2.deb && look'
	says "service: 101"
	says $'/usr/bin/paint root:paint 2755\n/var/lib/paint root:paint 2775\n1\n'
	says $'/usr/bin/paint root:paint 2755\n/var/lib/paint root:paint 2775\n2'
	run -0 in_layer "$1" sh -euc '
		apt-get -qq remove paint && dpkg -l paint | grep -o ^rc && ! ls /usr/bin/paint
		apt-get -qq purge paint && ! ls /var/lib/paint'
	says rc
	says "cannot access '/usr/bin/paint'"
	says "cannot access '/var/lib/paint'"
}

@test "a package is installed, upgraded, removed and purged" {
	package_lives_and_dies kernel
}

@test "a package is installed, upgraded, removed and purged by fuse-overlayfs" {
	package_lives_and_dies fuse
}

@test "fuse-overlayfs copies a large folder without hanging" {
	needs_driver fuse
	needs_debian
	run -0 timeout 120 "$CRANNOG" run --rootfs deb12 --layer copy --overlay-driver fuse "${ROOT[@]}" -- \
		sh -c 'cp -a /usr/share /root/share && diff -r --no-dereference /usr/share /root/share && echo equal'
	same "$output" equal
	crannog layer discard copy
}

# --- where it runs ---

@test "the launch's own files do not count as changes" {
	needs_driver kernel
	needs_debian
	run -0 in_layer clean sh -c 'cat /etc/hosts /etc/resolv.conf /etc/hostname; umask; echo $DEBIAN_FRONTEND
		stat -c %a /dev/shm; test ! -e /sys/kernel; ls /proc/1/status /dev/pts/ptmx; policy-rc.d; echo $?'
	says localhost
	says "$(</etc/resolv.conf)"
	says "$(printf '0022\nnoninteractive\n1777\n')"
	says 101
	run -0 crannog layer diff clean
	same "$output" ""
	crannog layer discard clean
}

@test "the launch's own files can be changed, and then are" {
	needs_driver kernel
	needs_debian
	in_layer hosts sed -i '$a 10.9.8.7 elsewhere' /etc/hosts
	run -0 in_layer hosts cat /etc/hosts
	says "10.9.8.7 elsewhere"
	run -0 crannog layer diff hosts
	says /etc/hosts
	says_not resolv.conf
	crannog layer discard hosts
}

@test "without a network there is no resolver, and localhost is known" {
	needs_driver kernel
	needs_debian
	run -0 crannog run --rootfs deb12 --layer tmp "${ROOT[@]}" -- \
		sh -c 'cat /etc/resolv.conf; getent hosts localhost'
	same "$(flat)" "::1 localhost ip6-localhost ip6-loopback"
}

# --- what becomes of the layer ---

@test "layer diff lists what the packages brought" {
	needs_packages kernel
	run -0 crannog layer diff kernel
	for path in /usr/bin/ssh-agent /usr/sbin/postdrop /usr/lib/openssh/ssh-keysign /var/cache/man; do
		says "$path"
	done
	says_not /etc/hosts
}

@test "layer ls and layer du know the layer" {
	needs_packages kernel
	run -0 crannog layer ls
	says kernel
	run -0 crannog layer du
	says kernel
}

@test "a committed layer becomes a root, with owners, modes and capabilities" {
	needs_packages kernel
	crannog layer commit kernel with-mail
	run -0 crannog rootfs ls
	says deb12
	says with-mail
	run -0 crannog run --rootfs with-mail "${ROOT[@]}" -- sh -c "$MODES; getcap /usr/bin/ping"
	same "$output" "$EXPECTED_MODES"$'\n'"/usr/bin/ping cap_net_raw=ep"
	run -0 crannog run --rootfs deb12 "${ROOT[@]}" -- sh -c 'ls /usr/bin/ssh-agent || true'
	says "cannot access"
	crannog rootfs rm with-mail
}

@test "a discarded layer is gone, and the root is as before" {
	needs_driver kernel
	needs_debian
	in_layer scratch sh -c 'install -d -o games -m 700 /srv/private && touch /srv/private/file && rm /etc/issue'
	crannog layer discard scratch
	run -0 find "$XDG_DATA_HOME/crannog/layers" -mindepth 1 -maxdepth 1 '(' -name scratch -o -name '.*' ')'
	same "$output" ""
	run -0 crannog run --rootfs deb12 "${ROOT[@]}" -- ls /etc/issue /srv
	same "$output" $'/etc/issue\n\n/srv:'
}

@test "an exported root is the same again" {
	needs_debian
	crannog rootfs export deb12 deb12.tar
	crannog rootfs import deb12.tar again
	for root in deb12 again; do
		crannog run --rootfs $root "${ROOT[@]}" -- sh -c "$MANIFEST" sh /usr >$root.list
		crannog run --rootfs $root "${ROOT[@]}" -- sh -c "$MANIFEST" sh /var >>$root.list
	done
	cmp deb12.list again.list
	crannog rootfs rm again
}

# mmdebstrap that fails may send SIGHUP to its whole process group.
@test "a root that cannot be made leaves nothing, and its maker does not take the caller along" {
	mkdir bin
	printf '#!/bin/sh\nkill -HUP 0\nsleep 1\nexit 1\n' >bin/mmdebstrap
	chmod +x bin/mmdebstrap
	PATH=$PWD/bin:$PATH run -0 setsid --wait sh -c '"$1" rootfs import mmdebstrap:any no-such; echo "status $?"' sh "$CRANNOG"
	says "status 125"
	run -0 find "$XDG_DATA_HOME/crannog/roots" -mindepth 1 -maxdepth 1 '(' -name no-such -o -name '.*' ')'
	same "$output" ""
}

@test "nothing is left when all is removed" {
	needs_debian
	for layer in "$XDG_DATA_HOME"/crannog/layers/*/; do
		[[ ! -d $layer ]] || crannog layer discard "$(basename "$layer")"
	done
	crannog rootfs rm deb12
	same "$(leftovers)" ""
	rm -f "$BATS_FILE_TMPDIR"/*.done
}
