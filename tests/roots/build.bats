#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# build.bats - a clean Debian package build: a root with compilers, a layer in memory, no network

load ../lib
load roots

# The roots `debian` and `build` of this file are made by the recipe for Debian in crannog-build(7),
# with a package of ours as the source. It is done once; the first test looks at what came of it.
needs_build_root() {
	local recipe

	needs_driver kernel
	needs_base
	[[ ! -e $BATS_FILE_TMPDIR/done ]] || return 0
	first_try recipe
	awk -v name="$BATS_FILE_TMPDIR/recipe" -f "$SRCDIR/tests/lint/examples.awk" "$SRCDIR/man/crannog-build.7.in"
	mkdir -p "$BATS_FILE_TMPDIR/home"
	cp -r "$SRCDIR/tests/fixtures/hello-debian" "$BATS_FILE_TMPDIR/home/hello"
	chmod -R u+w "$BATS_FILE_TMPDIR/home/hello"
	for recipe in $(grep -lx needs=debian "$BATS_FILE_TMPDIR"/recipe.* | sort -V); do
		(cd "$BATS_FILE_TMPDIR/home/hello" && HOME=$BATS_FILE_TMPDIR/home RECIPES=1 \
			PATH=$BATS_FILE_TMPDIR/bin:$PATH "$SRCDIR/tests/lint/run-example" "$recipe")
	done
	touch "$BATS_FILE_TMPDIR/done"
}

# clean RESULT OPTION...: the fixture built, what comes out in the folder RESULT.
clean() {
	local result=$1
	shift

	mkdir "$result"
	crannog run --rootfs build --layer tmp "${ROOT[@]}" --net none --reproducible "$@" \
		--ro-bind "$SRCDIR/tests/fixtures/hello-debian" /mnt --bind "$result" /srv -- sh -euc '
			cp -r /mnt /root/hello && cd /root/hello
			dpkg-buildpackage -us -uc && cp ../*.deb /srv'
}

setup() {
	needs_ranges
	needs_speed
	: "${SRCDIR:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)}"
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
}

@test "the recipe for Debian in crannog-build(7)" {
	needs_build_root
	same "$(stat -c %u:%g "$BATS_FILE_TMPDIR"/home/*.deb | sort -u)" "$(id -u):$(id -g)"
	run -0 crannog layer ls
	says_not hello
	run -0 crannog run --rootfs debian "${ROOT[@]}" -- stat -c '%U:%G %a' /etc/shadow /usr/bin/passwd
	same "$output" $'root:shadow 640\nroot:root 4755'
}

@test "two builds of a package are equal byte for byte" {
	needs_build_root
	run -0 clean first
	sleep 1
	run -0 clean second
	ls first/crannog-hello_1.0_*.deb
	for file in first/*.deb; do
		cmp "$file" "second/${file#*/}"
	done
}

@test "a build by fuse-overlayfs is the same" {
	needs_build_root
	needs_driver fuse
	run -0 clean kernel
	run -0 clean fuse --overlay-driver fuse
	cmp kernel/crannog-hello_1.0_*.deb fuse/crannog-hello_1.0_*.deb
}

@test "another user of the inside compiles" {
	needs_build_root
	run -0 crannog run --rootfs build --layer tmp "${ROOT[@]}" --ro-bind "$SRCDIR/tests/fixtures/hello-debian" /mnt -- sh -euc '
		useradd -m builder && cp -r /mnt /home/builder/hello
		chmod -R u+w /home/builder && chown -R builder: /home/builder
		setpriv --reuid builder --regid builder --init-groups sh -euc "
			cd /home/builder/hello && make -s hello && ./hello --version && stat -c %U:%G hello"'
	same "$output" $'hello 1.0\nbuilder:builder'
}

@test "the build's network is off" {
	needs_build_root
	run -0 crannog run --rootfs build --layer tmp "${ROOT[@]}" --net none -- sh -c 'tail -n +3 /proc/net/dev | cut -d: -f1'
	same "$(flat)" lo
}

@test "the roots are as before, and nothing is left" {
	needs_build_root
	run -0 crannog run --rootfs build "${ROOT[@]}" -- ls /root /srv
	says_not hello
	run -0 crannog layer ls
	says_not tmp
	crannog rootfs rm build
	crannog rootfs rm debian
	same "$(leftovers)" ""
}
