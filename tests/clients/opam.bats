# SPDX-License-Identifier: LGPL-2.1-or-later
#
# opam builds, installs and removes packages in a sandbox: a script of its own, sandbox.sh, calls
# bwrap. The packages here come from a repository made by the test; their commands look around.

load clients

# package NAME - a package of the local repository; the rest of its description on stdin.
package() {
	mkdir -p "repo/packages/$1/$1.1"
	echo 'opam-version: "2.0"' >repo/repo
	{
		echo 'opam-version: "2.0"'
		cat
	} >"repo/packages/$1/$1.1/opam"
}

# An opam root that knows the local repository alone, with a switch that has no compiler.
opam_start() {
	needs opam
	export OPAMYES=1 OPAMCOLOR=never OPAMNODEPEXTS=1
	unset OPAMROOT OPAMSWITCH OPAM_SWITCH_PREFIX
	opam init --bare --no-setup default ./repo
	opam switch create test --empty
	PREFIX=$HOME/.opam/test
	called_with "--unshare-net --new-session --die-with-parent --proc /proc --dev /dev"
	: >"$CALLS"
}

@test "opam builds and installs a package" {
	package hello <<-'END'
		build: [ "sh" "-c" "echo hello from $PWD >built" ]
		install: [ [ "mkdir" "-p" "%{share}%" ] [ "cp" "built" "%{share}%/hello" ] ]
	END
	opam_start
	run -0 opam install hello
	same "$(cat "$PREFIX/share/hello")" "hello from $PREFIX/.opam-switch/build/hello.1"
	called_with "--tmpfs /opam-tmp --tmpfs /run"
	called_with "--bind $PREFIX $PREFIX --ro-bind $PREFIX/.opam-switch"
}

@test "opam removes a package, its own remove command included" {
	package hello <<-'END'
		install: [ "touch" "%{prefix}%/file" "%{prefix}%/other" ]
		remove: [ "rm" "%{prefix}%/other" ]
	END
	opam_start
	opam install hello
	[[ -e $PREFIX/file && -e $PREFIX/other ]]
	run -0 opam remove hello
	[[ ! -e $PREFIX/file && ! -e $PREFIX/other ]]
}

@test "in opam's build there is no network, and home and switch are read-only" {
	package look <<-'END'
		build: [
		  [ "sh" "-ec" "sed '1,2d; s/:.*//; s/ //g' /proc/net/dev >interfaces" ]
		  [ "sh" "-ec" "touch $HOME/new || touch /usr/new || touch %{prefix}%/new || echo refused >writes" ]
		  [ "sh" "-ec" "touch $TMPDIR/new; echo $TMPDIR >tmpdir; ls -A /run | wc -l >run" ]
		]
		install: [ [ "cp" "interfaces" "writes" "tmpdir" "run" "%{prefix}%" ] ]
	END
	opam_start
	run -0 opam install look
	same "$(cat "$PREFIX/interfaces")" lo
	same "$(cat "$PREFIX/writes")" refused
	same "$(cat "$PREFIX/tmpdir")" /opam-tmp
	same "$(cat "$PREFIX/run")" 0
}

@test "opam sees the exit code and the output of a build that fails" {
	package bad <<-'END'
		build: [ "sh" "-c" "echo this is why >&2; exit 37" ]
	END
	opam_start
	run -31 opam install bad
	says "exit-code            37"
	says "this is why"
}
