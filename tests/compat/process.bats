# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `both` starts
#
# process.bats - exit codes, signals, sessions, pid 1, locks, waiting, filters

load compat

@test "exit code 0" {
	both 'bwrap $ROOT true'
}

@test "exit code 1" {
	both -1 'bwrap $ROOT false'
}

@test "exit code 42" {
	both -42 'bwrap $ROOT sh -c "exit 42"'
}

@test "exit code 42, with a pid namespace" {
	both -42 'bwrap --unshare-pid $FULL sh -c "exit 42"'
}

@test "exit code 255" {
	both -255 'bwrap --unshare-all $FULL sh -c "exit 255"'
}

@test "exit code 126 and 127 are the command's own" {
	both -126 'bwrap $ROOT sh -c "exit 127"; echo $?; bwrap --unshare-pid $FULL sh -c \
		"exit 126"'
}

@test "killed by SIGTERM: 143" {
	both -143 'bwrap $ROOT sh -c "kill -TERM \$\$"'
}

@test "killed by SIGKILL, with a pid namespace: 137" {
	both -137 'bwrap --unshare-pid $FULL sh -c "kill -KILL \$\$"'
}

@test "killed by SIGSEGV: 139" {
	both -139 'bwrap --unshare-pid $FULL sh -c "kill -SEGV \$\$"'
}

@test "as pid 1, signals without a handler do nothing" {
	both -4 'bwrap --unshare-pid --as-pid-1 $FULL sh -c "kill -TERM \$\$; exit 4"'
}

@test "pid 1 cannot be killed from inside" {
	both 'bwrap --unshare-pid $FULL sh -c "kill -KILL 1; kill -TERM 1; echo alive"'
}

@test "pid 1 killed from outside: 137" {
	both -137 'bwrap --unshare-pid --bind . /w $FULL --info-fd 9 sh -c \
		"touch /w/ready; exec sleep 10" 9>info & until_there ready; kill -KILL \
		$(grep -o "child-pid.: [0-9]*" info | grep -o "[0-9]*$"); wait $!'
}

@test "the launcher killed by SIGTERM: the command lives on" {
	both 'mkfifo go out; cat out & bwrap --unshare-pid --bind . /w $FULL sh -c \
		"touch /w/ready; read x </w/go; echo lived" >out & launcher=$!; until_there ready;
		kill -TERM $launcher; wait $launcher; echo $?; echo >go; wait'
}

@test "what stays in the background does not hold the launcher" {
	both '{ bwrap --unshare-pid --bind . /w $FULL sh -c \
		"echo now; { until test -e /w/flag; do sleep 0.02; done; echo later; } &"; echo \
		returned; touch flag; } | cat'
}

@test "without a pid namespace neither" {
	both '{ bwrap --bind . /w $FULL sh -c "echo now; { sleep 0.2; echo later; } & :" ; echo \
		returned; } | cat'
}

@test "orphans are reaped by pid 1" {
	both 'bwrap --unshare-pid $FULL sh -c \
		"for i in 1 2 3 4 5; do ( (exit 3) & ) ; done; sleep 0.2; ps -A -o stat= | grep -c Z";
		true'
}

@test "--as-pid-1" {
	both 'bwrap --unshare-pid --as-pid-1 $FULL sh /probe process'
}

@test "--as-pid-1: exit codes and children" {
	both -9 'bwrap --unshare-pid --as-pid-1 $FULL sh -c "sleep 0 & wait; exit 9"'
}

@test "the tree of processes: with a pid namespace" {
	both 'mkfifo end; bwrap --unshare-pid --bind . /w $FULL sh -c \
		"touch /w/ready; read x </w/end" & until_there ready; descendants $!; echo >end;
		wait'
}

@test "the tree of processes: without" {
	both 'mkfifo end; bwrap --bind . /w $FULL sh -c "touch /w/ready; read x </w/end" &
		until_there ready; descendants $!; echo >end; wait'
}

@test "the tree of processes: --as-pid-1" {
	both 'mkfifo end; bwrap --unshare-pid --as-pid-1 --bind . /w $FULL sh -c \
		"touch /w/ready; read x </w/end" & until_there ready; descendants $!; echo >end;
		wait'
}

@test "the tree of processes: --lock-file without a pid namespace" {
	both 'mkfifo end; bwrap --bind . /w $FULL --lock-file /w/file sh -c \
		"touch /w/ready; read x </w/end" & until_there ready; descendants $!; echo >end;
		wait'
}

@test "the tree of processes: --sync-fd without a pid namespace" {
	both 'mkfifo end; bwrap --bind . /w $FULL --sync-fd 9 sh -c \
		"touch /w/ready; read x </w/end" 9>sync & until_there ready; descendants $!; echo \
		>end; wait'
}

@test "pid 1 as seen from inside" {
	both 'bwrap --unshare-all $FULL sh /probe init; bwrap \
		--unshare-all $FULL ps -A -o pid,ppid,comm'
}

@test "pid 1 as seen from inside, with capabilities" {
	both 'bwrap --unshare-all --cap-add ALL $FULL sh /probe init caps'
}

@test "--new-session" {
	both 'bwrap --unshare-pid --new-session $FULL sh /probe process'
}

@test "without --new-session" {
	both 'bwrap --unshare-pid $FULL sh /probe process'
}

@test "--new-session: no terminal" {
	both 'script -qec "bwrap --new-session --unshare-pid $FULL sh -c \": </dev/tty\"" \
		/dev/null; true'
}

@test "without --new-session: the terminal is there" {
	both 'script -qec \
		"bwrap --unshare-pid $FULL sh -c \": </dev/tty && test -t 0 && echo terminal\"" \
		/dev/null'
}

@test "--new-session: as a session leader" {
	both 'setsid -w bwrap --unshare-pid --new-session $FULL sh /probe process'
}

@test "--die-with-parent" {
	both -137 'bash -c \
		"coproc bwrap --die-with-parent $ROOT sh -c \"echo started; sleep 0.3; echo survived >&9\"; read -r line <&\${COPROC[0]}; echo \$line; kill -9 \$\$" \
		9>&1 | cat'
}

@test "--die-with-parent: with a pid namespace, grandchildren too" {
	both -137 'bash -c \
		"coproc bwrap --unshare-pid --die-with-parent $FULL sh -c \"(sleep 0.3; echo survived >&9) & echo started; wait\"; read -r line <&\${COPROC[0]}; echo \$line; kill -9 \$\$" \
		9>&1 | cat'
}

@test "--die-with-parent: as pid 1" {
	both -137 'bash -c \
		"coproc bwrap --unshare-pid --as-pid-1 --die-with-parent $FULL sh -c \"echo started; sleep 0.3; echo survived >&9\"; read -r line <&\${COPROC[0]}; echo \$line; kill -9 \$\$" \
		9>&1 | cat'
}

@test "--die-with-parent: the launcher killed" {
	both 'mkfifo out; cat out & bwrap --die-with-parent --bind . /w $FULL sh -c \
		"touch /w/ready; sleep 0.4; echo survived" >out & launcher=$!; until_there ready;
		kill -9 $launcher; wait $launcher; echo $?; wait'
}

@test "without --die-with-parent the command outlives the parent" {
	both -137 'bash -c \
		"coproc bwrap $ROOT sh -c \"echo started; sleep 0.2; echo survived >&9\"; read -r line <&\${COPROC[0]}; echo \$line; kill -9 \$\$" \
		9>&1 | cat'
}

@test "ignored signals are inherited" {
	both 'trap "" PIPE HUP; bwrap --unshare-pid $FULL sh /probe signals'
}

@test "blocked signals are inherited" {
	both 'perl -MPOSIX -e \
		"sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGUSR1, SIGTERM)); exec @ARGV" bwrap \
		--unshare-pid $FULL sh /probe signals'
}

@test "SIGCHLD blocked by the caller" {
	both -3 'perl -MPOSIX -e "sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGCHLD)); exec @ARGV" \
		bwrap --unshare-pid $FULL sh -c "sh /probe signals; exit 3"'
}

@test "children that were there before" {
	both -5 'sleep 0.1 & exec bwrap --unshare-pid $FULL sh -c "sleep 0.3; exit 5"'
}

@test "limits and niceness are inherited" {
	both 'ulimit -n 64; ulimit -c 0; nice -n 3 bwrap --unshare-pid $FULL sh /probe process'
}

@test "few descriptors" {
	both 'ulimit -n 24; words=; for i in $(seq 60); do words="$words --ro-bind dir /many/$i";
		done; bwrap $FULL $words sh -c "ls /many | wc -l"'
}

@test "stdin, stdout and stderr are passed on" {
	both 'echo data | bwrap $ROOT sh -c "cat; echo complaint >&2"'
}

@test "stdin closed" {
	both 'bwrap $ROOT sh -c "cat; echo \$?" <&-'
}

@test "stdout closed" {
	both 'bwrap $ROOT sh -c "echo lost; echo \$? >&2" >&-'
}

@test "stderr closed" {
	both -1 'bwrap $ROOT no-such-command 2>&-'
}

@test "--lock-file: a read lock while the sandbox lives" {
	both 'inode=$(stat -c %i file)
		bwrap --unshare-pid $FULL --ro-bind . /w --lock-file /w/file sh -c \
		"for i in \$(seq 200); do grep -q :$inode /proc/locks && break; sleep 0.02; done; grep :$inode /proc/locks" |
		while read -r n kind how mode rest; do echo $how $mode; done
		for i in $(seq 200); do grep -q :$inode /proc/locks || break; sleep 0.02; done
		grep -c :$inode /proc/locks; true'
}

@test "--lock-file: twice" {
	both 'bwrap --unshare-pid $FULL --ro-bind . /w --lock-file /w/file \
		--lock-file /w/script echo ran'
}

@test "--lock-file: nothing there" {
	both -1 'bwrap --unshare-pid $FULL --lock-file /nowhere sleep 5'
}

@test "--lock-file: a folder" {
	both 'bwrap --unshare-pid $FULL --lock-file /usr echo ran'
}

@test "--lock-file: locked for writing by another" {
	both -1 'perl -MFcntl -e \
		"open F, q(+<), q(file) or die; \$l = pack(q(s s l! l! i), F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, \$l) or die; open R, q(>), q(ready); sleep 10" \
		& until_there ready; bwrap --unshare-pid $FULL --bind . /w \
		--lock-file /w/file sleep 5; code=$?; kill $!; exit $code'
}

@test "--sync-fd: closed when the last process ends" {
	both 'mkfifo s; { cat s; echo sync closed; } & bwrap --unshare-pid --bind . /w $FULL \
		--sync-fd 9 sh -c \
		"{ until test -e /w/flag; do sleep 0.02; done; echo later; } & echo now" 9>s; echo \
		returned; touch flag; wait'
}

@test "--sync-fd: not in the command" {
	both 'bwrap --unshare-pid $FULL --sync-fd 9 sh /probe fds 9<file'
}

@test "--sync-fd: as pid 1 it is" {
	both 'bwrap --unshare-pid --as-pid-1 $FULL --sync-fd 9 sh /probe fds 9<file'
}

@test "--block-fd: waits" {
	both 'mkfifo b; bwrap $ROOT --block-fd 9 echo ran 9<b & exec 5>b; sleep 0.1; echo \
		unblocking; echo >&5; wait'
}

@test "--block-fd: the end of the file is enough" {
	both 'bwrap $ROOT --block-fd 9 echo ran 9</dev/null'
}

@test "--userns-block-fd: the caller writes the maps" {
	both 'mkfifo b i; bwrap --unshare-user --userns-block-fd 8 --info-fd 9 $ROOT sh $PROBE ids \
		8<b 9>i & exec 5>b;
		pid=$(cat i | grep -o "child-pid.: [0-9]*" | grep -o "[0-9]*$"); echo deny \
		>/proc/$pid/setgroups; echo "7 $(id -u) 1" >/proc/$pid/uid_map; echo \
		"8 $(id -g) 1" >/proc/$pid/gid_map; echo >&5; wait'
}

@test "--userns-block-fd: no maps written" {
	both 'mkfifo b i; bwrap --unshare-user --userns-block-fd 8 \
		--info-fd 9 $ROOT id 8<b 9>i 2>/dev/null & exec 5>b; cat i >/dev/null; echo >&5;
		wait $! 2>/dev/null; echo $?'
}

@test "--seccomp: refuses" {
	both -1 'bwrap $ROOT --seccomp 9 uname 9< <(filter_uname)'
	says "uname"
}

@test "--seccomp: allows the rest" {
	both 'bwrap --unshare-pid $FULL --seccomp 9 sh /probe ids init fds 9< <(filter_uname)'
}

@test "--seccomp: of zero length" {
	both 'bwrap $ROOT --seccomp 9 echo ran 9</dev/null; echo $?'
}

@test "--add-seccomp-fd: two" {
	both -1 'bwrap $ROOT --add-seccomp-fd 8 --add-seccomp-fd 9 sh -c "sh $PROBE ids; uname" 8< \
		<(filter_uname) 9< <(filter_none)'
}

@test "--add-seccomp-fd: two filters, pid 1 and descriptors" {
	both 'bwrap --unshare-pid $FULL --add-seccomp-fd 8 --add-seccomp-fd 9 sh /probe init ids \
		fds 8< <(filter_none) 9< <(filter_none)'
}

@test "no_new_privs is always set" {
	both 'bwrap --unshare-user --unshare-pid --cap-add ALL $FULL sh /probe ids init'
}
