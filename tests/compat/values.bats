# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `both` starts
#
# values.bats - values that are missing, or cannot be understood

load compat

@test "missing value: --chdir" {
	both -1 'bwrap --chdir'
	says "--chdir takes one argument"
}

@test "missing values: --bind with none" {
	both -1 'bwrap --bind'
	says "--bind takes two arguments"
}

@test "missing values: --bind with one" {
	both -1 'bwrap --bind /usr'
}

@test "missing values: --bind-try" {
	both -1 'bwrap --bind-try /usr'
}

@test "missing values: --dev-bind" {
	both -1 'bwrap --dev-bind /usr'
}

@test "missing values: --dev-bind-try" {
	both -1 'bwrap --dev-bind-try'
}

@test "missing values: --ro-bind" {
	both -1 'bwrap --ro-bind /usr'
}

@test "missing values: --ro-bind-try" {
	both -1 'bwrap --ro-bind-try'
}

@test "missing values: --symlink" {
	both -1 'bwrap --symlink a'
}

@test "missing values: --setenv" {
	both -1 'bwrap --setenv A'
}

@test "missing value: --unsetenv" {
	both -1 'bwrap --unsetenv'
}

@test "missing values: --file" {
	both -1 'bwrap --file 3'
}

@test "missing values: --bind-data" {
	both -1 'bwrap --bind-data 3'
}

@test "missing values: --ro-bind-data" {
	both -1 'bwrap --ro-bind-data'
}

@test "missing values: --bind-fd" {
	both -1 'bwrap --bind-fd 3'
}

@test "missing values: --chmod" {
	both -1 'bwrap --chmod 755'
}

@test "missing value: --proc" {
	both -1 'bwrap --proc'
}

@test "missing value: --dev" {
	both -1 'bwrap --dev'
}

@test "missing value: --tmpfs" {
	both -1 'bwrap --tmpfs'
}

@test "missing value: --mqueue" {
	both -1 'bwrap --mqueue'
}

@test "missing value: --dir" {
	both -1 'bwrap --dir'
}

@test "missing value: --remount-ro" {
	both -1 'bwrap --remount-ro'
}

@test "missing value: --perms" {
	both -1 'bwrap --perms'
}

@test "missing value: --size" {
	both -1 'bwrap --size'
}

@test "missing value: --uid" {
	both -1 'bwrap --uid'
}

@test "missing value: --gid" {
	both -1 'bwrap --gid'
}

@test "missing value: --hostname" {
	both -1 'bwrap --hostname'
}

@test "missing value: --userns" {
	both -1 'bwrap --userns'
}

@test "missing value: --userns2" {
	both -1 'bwrap --userns2'
}

@test "missing value: --pidns" {
	both -1 'bwrap --pidns'
}

@test "missing value: --args" {
	both -1 'bwrap --args'
}

@test "missing value: --cap-add" {
	both -1 'bwrap --cap-add'
}

@test "missing value: --cap-drop" {
	both -1 'bwrap --cap-drop'
}

@test "missing value: --seccomp" {
	both -1 'bwrap --seccomp'
}

@test "missing value: --add-seccomp-fd" {
	both -1 'bwrap --add-seccomp-fd'
}

@test "missing value: --sync-fd" {
	both -1 'bwrap --sync-fd'
}

@test "missing value: --block-fd" {
	both -1 'bwrap --block-fd'
}

@test "missing value: --userns-block-fd" {
	both -1 'bwrap --userns-block-fd'
}

@test "missing value: --info-fd" {
	both -1 'bwrap --info-fd'
}

@test "missing value: --json-status-fd" {
	both -1 'bwrap --json-status-fd'
}

@test "missing value: --lock-file" {
	both -1 'bwrap --lock-file'
}

@test "missing value: --exec-label" {
	both -1 'bwrap --exec-label'
}

@test "missing value: --file-label" {
	both -1 'bwrap --file-label'
}

@test "bad number: --uid x" {
	both -1 'bwrap --uid x'
	says "Invalid uid: x"
}

@test "bad number: --uid -1" {
	both -1 'bwrap --unshare-user --uid -1 $ROOT true'
}

@test "bad number: --uid with text after it" {
	both -1 'bwrap --uid 0x'
}

@test "bad number: an empty --gid" {
	both -1 'bwrap --gid ""'
}

@test "bad number: --gid 1.5" {
	both -1 'bwrap --gid 1.5'
}

@test "bad descriptor: --args" {
	both -1 'bwrap --args x'
}

@test "bad descriptor: --file" {
	both -1 'bwrap --file x /f'
}

@test "bad descriptor: --bind-data" {
	both -1 'bwrap --bind-data -1 /f'
}

@test "bad descriptor: --ro-bind-data" {
	both -1 'bwrap --ro-bind-data 3x /f'
}

@test "bad descriptor: --bind-fd" {
	both -1 'bwrap --bind-fd x /f'
}

@test "bad descriptor: --ro-bind-fd" {
	both -1 'bwrap --ro-bind-fd "" /f'
}

@test "bad descriptor: --seccomp" {
	both -1 'bwrap --seccomp x'
}

@test "bad descriptor: --add-seccomp-fd" {
	both -1 'bwrap --add-seccomp-fd -2'
}

@test "bad descriptor: --sync-fd" {
	both -1 'bwrap --sync-fd x'
}

@test "bad descriptor: --block-fd" {
	both -1 'bwrap --block-fd x'
}

@test "bad descriptor: --userns-block-fd" {
	both -1 'bwrap --userns-block-fd x'
}

@test "bad descriptor: --info-fd" {
	both -1 'bwrap --info-fd x'
}

@test "bad descriptor: --json-status-fd" {
	both -1 'bwrap --json-status-fd x'
}

@test "bad descriptor: --userns" {
	both -1 'bwrap --userns x'
}

@test "bad descriptor: --userns2" {
	both -1 'bwrap --userns2 x'
}

@test "bad descriptor: --pidns" {
	both -1 'bwrap --pidns x'
}

@test "bad octal: --perms 8" {
	both -1 'bwrap --perms 8 --dir /d $ROOT true'
}

@test "bad octal: --perms 10000" {
	both -1 'bwrap --perms 10000 --dir /d true'
}

@test "bad octal: --perms 0x1" {
	both -1 'bwrap --perms 0x1 --dir /d true'
}

@test "bad octal: --perms -1" {
	both -1 'bwrap --perms -1 --dir /d true'
}

@test "bad octal: an empty --perms" {
	both -1 'bwrap --perms "" --dir /d true'
}

@test "bad octal: --chmod" {
	both -1 'bwrap --chmod 99 /d true'
}

@test "--size 0" {
	both -1 'bwrap --size 0 --tmpfs /t true'
}

@test "--size with a suffix" {
	both -1 'bwrap --size 4k --tmpfs /t true'
}

@test "--size negative" {
	both -1 'bwrap --size -4096 --tmpfs /t true'
}

@test "--size empty" {
	both -1 'bwrap --size "" --tmpfs /t true'
}

@test "--size above the limit" {
	both -1 'bwrap --size 9223372036854775808 --tmpfs /t true'
	says "limited to 9223372036854775807"
}

@test "--size above what a number can say" {
	both -1 'bwrap --size 99999999999999999999999 --tmpfs /t true'
}
