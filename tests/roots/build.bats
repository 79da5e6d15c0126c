#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# build.bats - a clean Debian package build: a root with compilers, a layer in memory, no network

load ../lib
load roots

# The root `build` of this file: Debian and what every package build needs, committed.
needs_build_root() {
	needs_driver kernel
	needs_debian
	[[ ! -d $XDG_DATA_HOME/crannog/roots/build ]] || return 0
	run -0 crannog run --rootfs deb12 --layer tools "${ROOT[@]}" --net host -- sh -c \
		'apt-get -qq update && apt-get -qq install -y --no-install-recommends build-essential debhelper &&
		apt-get clean'
	crannog layer commit tools build
	crannog layer discard tools
}

# clean RESULT OPTION...: the fixture built, what comes out in the folder RESULT.
clean() {
	local result=$1
	shift

	mkdir "$result"
	crannog run --rootfs build --layer tmp "${ROOT[@]}" --net none --reproducible "$@" \
		--ro-bind "$SRCDIR/tests/fixtures/hello-debian" /mnt --bind "$result" /srv -- sh -euc '
			cp -r /mnt /root/hello && cd /root/hello
			dpkg-buildpackage -us -uc && cp ../*.deb ../*.buildinfo /srv'
}

setup() {
	needs_ranges
	: "${SRCDIR:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
}

@test "two builds of a package are equal byte for byte" {
	needs_build_root
	run -0 clean first
	sleep 1
	run -0 clean second
	ls first/crannog-hello_1.0_*.deb
	for file in first/*.deb first/*.buildinfo; do
		cmp "$file" "second/${file#*/}"
	done
}

@test "what was built belongs to the caller" {
	needs_build_root
	run -0 clean out
	same "$(stat -c %u:%g out/*.deb | sort -u)" "$(id -u):$(id -g)"
}

@test "a build by fuse-overlayfs is the same" {
	needs_build_root
	needs_driver fuse
	run -0 clean kernel
	run -0 clean fuse --overlay-driver fuse
	cmp kernel/crannog-hello_1.0_*.deb fuse/crannog-hello_1.0_*.deb
}

@test "the package that was built installs with its group and bits" {
	needs_build_root
	run -0 clean out
	run -0 crannog run --rootfs build --layer tmp "${ROOT[@]}" --ro-bind out /srv -- sh -euc '
		apt-get -qq install -y /srv/crannog-hello_1.0_*.deb >&2
		stat -c "%U:%G %a" /usr/games/crannog-hello /var/games/crannog-hello
		/usr/games/crannog-hello && setpriv --reuid games --regid mail --clear-groups /usr/games/crannog-hello'
	says $'root:games 2755\nroot:games 2775\nHello for the 1. time\n'
}

@test "a user without privileges builds it too" {
	needs_build_root
	mkdir -m 777 out
	run -0 crannog run --rootfs build --layer tmp "${ROOT[@]}" --reproducible \
		--ro-bind "$SRCDIR/tests/fixtures/hello-debian" /mnt -- sh -euc '
			useradd -m builder && cp -r /mnt /home/builder/hello && chown -R builder: /home/builder
			setpriv --reuid builder --regid builder --init-groups env HOME=/home/builder sh -euc "
				cd ~/hello && dpkg-buildpackage -us -uc --build=source && ls ..; id -un"'
	says crannog-hello_1.0.dsc
	says builder
}

@test "the build's network is off" {
	needs_build_root
	run -0 crannog run --rootfs build --layer tmp "${ROOT[@]}" --net none -- sh -c 'tail -n +3 /proc/net/dev | cut -d: -f1'
	same "$(flat)" lo
}

@test "the root is as before, and nothing is left" {
	needs_build_root
	run -0 clean out
	run -0 crannog run --rootfs build "${ROOT[@]}" -- ls /root /srv
	says_not hello
	run -0 crannog layer ls
	says_not tmp
	crannog rootfs rm build
	crannog rootfs rm deb12
	same "$(leftovers)" ""
}
