# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `both` starts
#
# env.bats - the environment, the working directory, and how the command is found

load compat

@test "the environment is passed on" {
	both 'bwrap $ROOT env | sort'
}

@test "empty and odd values are passed on" {
	both 'export A= B="x=y" C="two
lines"; bwrap $ROOT env | sort'
}

@test "--setenv" {
	both 'bwrap $ROOT --setenv A 1 --setenv B "two words" --setenv C "" --setenv D =x= env |
		sort'
}

@test "--setenv: the later wins" {
	both 'bwrap $ROOT --setenv A 1 --setenv A 2 --setenv WORD mine env | sort'
}

@test "--unsetenv" {
	both 'bwrap $ROOT --unsetenv WORD --unsetenv NEVER_SET env | sort'
}

@test "--setenv and --unsetenv in order" {
	both 'bwrap $ROOT --setenv A 1 --unsetenv A --unsetenv B --setenv B 2 env | sort'
}

@test "--clearenv" {
	both 'bwrap $ROOT --clearenv /usr/bin/env | sort'
}

@test "--clearenv: what came before goes, what comes after stays" {
	both 'bwrap $ROOT --setenv A 1 --clearenv --setenv B 2 /usr/bin/env | sort'
}

@test "--clearenv: a command is found without PATH" {
	both 'bwrap $ROOT --clearenv env | sort'
}

@test "--setenv: an empty name" {
	both -1 'bwrap $ROOT --setenv "" x true'
	says "setenv failed"
}

@test "--setenv: a name with =" {
	both -1 'bwrap $ROOT --setenv A=B x true'
}

@test "--unsetenv: an empty name" {
	both -1 'bwrap $ROOT --unsetenv "" true'
}

@test "--unsetenv: a name with =" {
	both -1 'bwrap $ROOT --unsetenv A=B true'
}

@test "PATH decides where the command is found" {
	both 'bwrap $SYS --ro-bind . /w --setenv PATH /w script a b'
}

@test "PATH with empty entries" {
	both 'bwrap $SYS --ro-bind . /w --chdir /w --setenv PATH "/nowhere::/usr/bin" script'
}

@test "PATH: not found" {
	both -1 'bwrap $SYS --setenv PATH /nowhere true'
	says "execvp true: No such file or directory"
}

@test "PATH: a place that may not be searched" {
	both -1 'bwrap $SYS --perms 0 --dir /shut --setenv PATH /shut:/usr/bin no-such-command'
}

@test "PATH: unset" {
	both 'bwrap $SYS --unsetenv PATH true'
}

@test "PATH: empty" {
	both -1 'bwrap $SYS --setenv PATH "" true'
}

@test "LD_PRELOAD and the like are passed on" {
	both 'bwrap $ROOT --setenv LD_LIBRARY_PATH /x --setenv TMPDIR /y \
		--setenv MALLOC_ARENA_MAX 1 env | sort'
}

@test "PWD: the caller's folder when it is there" {
	both 'bwrap $ROOT sh -c "pwd; pwd -P; echo \$PWD"'
}

@test "PWD: the folder is not there: HOME" {
	both 'bwrap $SYS --dir /tmp env | sort'
}

@test "PWD: neither folder nor HOME: /" {
	both 'bwrap $SYS env | sort'
}

@test "PWD: HOME as --setenv makes it" {
	both 'bwrap $SYS --dir /my/home --setenv HOME /my/home sh -c "pwd; echo \$PWD"'
}

@test "PWD: HOME unset" {
	both 'bwrap $SYS --dir /tmp --unsetenv HOME sh -c "pwd; echo \$PWD"'
}

@test "PWD: a folder of that name in the view, another one" {
	both 'bwrap $SYS --dir "$PWD" sh -c "ls -A; echo \$PWD"'
}

# Through /bin, a link on every merged-/usr system: below /tmp bwrap loses the name, as it mounts there.
@test "PWD: through a link, the link stays" {
	both 'cd /bin; bwrap $ROOT sh -c "echo \$PWD; pwd -P"'
}

@test "PWD: through a link, without PWD" {
	both 'cd /bin; bwrap $ROOT --unsetenv PWD env | sort'
}

@test "PWD: through a link, with --clearenv" {
	both 'cd /bin; bwrap $ROOT --clearenv env | sort'
}

@test "PWD: set by --setenv" {
	both 'cd dir; bwrap $ROOT --setenv PWD /elsewhere env | sort'
}

@test "PWD: a wrong one from the caller" {
	both 'cd dir; PWD=/etc bwrap $ROOT env | sort'
}

@test "PWD: a relative one from the caller" {
	both 'cd dir; PWD=sub bwrap $ROOT env | sort'
}

@test "OLDPWD is left alone" {
	both 'cd dir; bwrap $ROOT --chdir /usr env | sort'
}

@test "--chdir" {
	both 'bwrap $SYS --bind . /w --chdir /w/dir sh -c "ls; echo \$PWD; pwd -P"'
}

@test "--chdir: the text is kept" {
	both 'bwrap $ROOT --chdir /usr/../etc env | sort'
}

@test "--chdir: through a link" {
	both 'bwrap $SYS --bind . /w --chdir /w/dirlink sh -c "echo \$PWD; pwd -P"'
}

@test "--chdir: relative" {
	both 'bwrap $ROOT --chdir usr sh -c "echo \$PWD; pwd -P"'
}

@test "--chdir: nothing there" {
	both -1 'bwrap $ROOT --chdir /nowhere true'
	says "Can't chdir to /nowhere: No such file or directory"
}

@test "--chdir: a file" {
	both -1 'bwrap $ROOT --chdir /etc/passwd true'
}

@test "--chdir: shut" {
	both -1 'bwrap $SYS --perms 0 --dir /shut --chdir /shut true'
}

@test "--chdir: empty" {
	both -1 'bwrap $ROOT --chdir "" true'
}

@test "--chdir: the command is taken from there" {
	both 'bwrap $SYS --bind . /w --chdir /w ./script x'
}

@test "argv reaches the command as it is" {
	both 'bwrap $ROOT printf "%s|" "" " " "a b" "*" "\$x" "-x" "--" "é"'
}

@test "the command's argv[0] is the word given" {
	both 'bwrap $SYS --bind . /w --chdir /w sh -c "echo \$0; exec sleep 0" word; bwrap $SYS \
		--proc /proc cat /proc/self/cmdline | tr "\0" " "'
}

@test "a command with many long words" {
	both 'bwrap $ROOT sh -c "echo \$# \${#1}" x $(printf "%0100000d " 1 2 3 4 5)'
}

@test "the launcher's own environment is not read" {
	both 'BWRAP_DEBUG=1 CRANNOG_DEBUG=1 CRANNOG_LOG=debug POSIXLY_CORRECT=1 bwrap $ROOT env |
		sort'
}
