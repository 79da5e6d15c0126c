# SPDX-License-Identifier: LGPL-2.1-or-later
#
# BuildStream builds in a sandbox whose root is a FUSE mount of its own, with each device bound
# alone. It wants a version of three numbers and a root file system of the element's dependencies,
# here a few programs of this machine.

load clients

# project CONFIG... - a project with the base system and an element whose commands are these lines.
project() {
	needs bst buildstream
	[[ -w /dev/fuse ]] || skip "/dev/fuse is not open to $(id -un)"
	needs fusermount fuse3
	mkdir -p elements base
	tree base/usr dash cat ls id touch mkdir chmod
	ln -s usr/bin usr/lib usr/lib64 base/
	printf '%s\n' "name: test" "element-path: elements" >project.conf
	printf '%s\n' "kind: import" "sources:" "- kind: local" "  path: base" >elements/base.bst
	printf '%s\n' "kind: manual" "depends: [ base.bst ]" "variables: { strip-binaries: '' }" "config:" \
		"$@" >elements/made.bst
}

@test "BuildStream builds an element" {
	project "  install-commands:" \
		"  - mkdir -p %{install-root}/share" \
		"  - id -u >%{install-root}/share/uid" \
		"  - cat /proc/net/dev >%{install-root}/share/interfaces" \
		"  - cat /proc/sys/kernel/hostname >%{install-root}/share/hostname" \
		"  - cat /dev/null >/dev/full || ls /dev >%{install-root}/share/devices"
	run -0 bst --no-interactive build made.bst
	run -0 bst --no-interactive checkout made.bst out
	same "$(cat out/share/uid)" 0
	same "$(cat out/share/hostname)" buildstream
	run cat out/share/interfaces
	says "lo:"
	says_not "eth"
	called_with "--unshare-user --uid 0 --gid 0"
	called_with "--dev-bind /dev/null /dev/null"
}

@test "BuildStream's build may not write to its dependencies" {
	project "  build-commands:" "  - touch /usr/bin/new"
	run ! bst --no-interactive build made.bst
	called_with "--remount-ro /"
	grep -rq "cannot touch '/usr/bin/new': Read-only file system" "$HOME/.cache/buildstream/logs"
}

@test "BuildStream sees the exit code of a command that fails" {
	project "  build-commands:" "  - exit 37"
	run ! bst --no-interactive build made.bst
	says "failed with exitcode 37"
}
