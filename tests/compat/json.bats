# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `both` starts
#
# json.bats - what --info-fd and --json-status-fd write, to the byte but for the numbers

load compat

@test "--info-fd: no namespace asked for" {
	both 'bwrap $ROOT --info-fd 9 true 9>info'
}

@test "--info-fd: every namespace" {
	both 'bwrap --unshare-all $FULL --info-fd 9 true 9>info'
}

@test "--info-fd: some namespaces" {
	both 'bwrap --unshare-ipc --unshare-uts $ROOT --info-fd 9 true 9>info'
}

@test "--info-fd: --share-net" {
	both 'bwrap --unshare-all --share-net $FULL --info-fd 9 true 9>info'
}

@test "--info-fd: --unshare-cgroup-try and --unshare-user" {
	both 'bwrap --unshare-user --unshare-cgroup-try $ROOT --info-fd 9 true 9>info'
}

@test "--info-fd: a pipe, whose end is seen while the command runs" {
	both 'mkfifo i go; { cat i; echo ended; echo >go; } & bwrap --unshare-pid \
		--bind . /w $FULL --info-fd 9 sh -c "read x </w/go; echo went" 9>i; wait'
}

@test "--info-fd: child-pid is the first process inside" {
	both 'mkfifo go; bwrap --unshare-pid --bind . /w $FULL --info-fd 9 sh -c \
		"touch /w/ready; read x </w/go" 9>info & until_there ready; sed -n \
		"s/^NSpid.*\t/NSpid /p" \
		/proc/$(grep -o "child-pid.: [0-9]*" info | grep -o "[0-9]*$")/status; echo >go;
		wait'
	says "NSpid 1"
}

@test "--info-fd: the numbers are those of the namespaces" {
	both 'bwrap --unshare-all $FULL \
		--info-fd 9 stat -L -c "%n %i" /proc/self/ns/cgroup /proc/self/ns/ipc /proc/self/ns/mnt /proc/self/ns/net /proc/self/ns/pid /proc/self/ns/uts 9>info \
		| while read -r path inode; do grep -o "${path##*/}-namespace.: $inode\b" info |
		grep -o "^[a-z]*"; done'
}

@test "--json-status-fd: no namespace asked for" {
	both 'bwrap $ROOT --json-status-fd 9 true 9>status'
}

@test "--json-status-fd: every namespace, exit code 3" {
	both -3 'bwrap --unshare-all $FULL --json-status-fd 9 sh -c "exit 3" 9>status'
}

@test "--json-status-fd: exit code 255" {
	both -255 'bwrap $ROOT --json-status-fd 9 sh -c "exit 255" 9>status'
}

@test "--json-status-fd: killed" {
	both -137 'bwrap --unshare-pid $FULL --json-status-fd 9 sh -c "kill -9 \$\$" 9>status'
}

@test "--json-status-fd: killed, without a pid namespace" {
	both -143 'bwrap $FULL --json-status-fd 9 sh -c "kill \$\$" 9>status'
}

@test "--json-status-fd: pid 1 killed" {
	both -137 'bwrap --unshare-pid --bind . /w $FULL --json-status-fd 9 sh -c \
		"touch /w/ready; exec sleep 10" 9>status & until_there ready; kill -9 \
		$(grep -o "child-pid.: [0-9]*" status | grep -o "[0-9]*$"); wait $!'
}

@test "--json-status-fd: as pid 1" {
	both -6 'bwrap --unshare-pid --as-pid-1 $FULL --json-status-fd 9 sh -c "exit 6" 9>status'
}

@test "--json-status-fd: the command cannot be started" {
	both -1 'bwrap --unshare-pid $FULL --json-status-fd 9 no-such-command 9>status'
}

@test "--json-status-fd: setup fails" {
	both -1 'bwrap $FULL --json-status-fd 9 --chdir /nowhere true 9>status'
}

@test "--json-status-fd: a source is missing" {
	both -1 'bwrap $FULL --json-status-fd 9 --ro-bind nowhere /x true 9>status'
}

@test "--json-status-fd and --info-fd together" {
	both -2 'bwrap --unshare-all $FULL --info-fd 8 --json-status-fd 9 sh -c "exit 2" 8>info \
		9>status'
}

@test "--json-status-fd: with --lock-file and --sync-fd" {
	both -2 'bwrap $FULL --ro-bind . /w --lock-file /w/file --sync-fd 8 --json-status-fd 9 sh \
		-c "exit 2" 8>sync 9>status'
}

@test "--json-status-fd: with --pidns" {
	both -8 'hold -Urpf; bwrap --userns 9 --pidns 8 $ROOT --json-status-fd 7 sh -c "exit 8" \
		7>status'
}

@test "--json-status-fd: appended to" {
	both 'echo before >status; bwrap $ROOT --json-status-fd 9 true 9>>status'
}

@test "--json-status-fd: a pipe" {
	both -4 'bwrap --unshare-pid $FULL --json-status-fd 9 sh -c "exit 4" 9> >(cat >copy);
		code=$?; wait $!; exit $code'
}
