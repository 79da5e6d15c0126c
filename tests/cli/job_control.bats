#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# job_control.bats - at a terminal a sandbox behaves as any job of the shell

load ../lib
load pty

teardown() {
	touch stop 2>/dev/null
	terminal_teardown
}

# Programs for the jobs, in the folder that is /w inside. They wait without starting anything: a child
# that is stopped between vfork and exec would keep its parent from stopping.
write_jobs() {
	[[ -p nothing ]] || mkfifo nothing
	cat >waiting <<-'END'
		exec 8<>/w/nothing
		still_waiting() {
			read -r -t 0.05 -u 8
			((++naps < 400)) && [[ ! -e /w/stop ]]
		}
	END
	cat >wait-for-int <<-'END'
		. /w/waiting
		trap 'echo interrupted; exit 7' INT
		echo started
		while still_waiting; do :; done
	END
	cat >child <<-'END'
		. /w/waiting
		trap 'echo child interrupted; exit' INT
		echo child started
		while still_waiting; do :; done
	END
	cat >children <<-'END'
		trap 'echo parent interrupted' INT
		bash /w/child
		echo end
	END
	cat >count <<-'END'
		. /w/waiting
		trap 'echo resumed' CONT
		echo started
		while still_waiting; do :; done
		echo stopped at last
	END
	cat >tick <<-'END'
		. /w/waiting
		while still_waiting; do
			echo >>/w/ticks
			echo ticking
		done
	END
	cat >winch <<-'END'
		$| = 1;
		$SIG{WINCH} = sub {
			my $size = "\0" x 8;
			ioctl STDIN, 0x5413, $size; # TIOCGWINSZ
			printf "new size: %d %d\n", unpack "S2", $size;
		};
		print "started\n";
		select undef, undef, undef, 0.05 for 1 .. 400;
	END
}

# Each test runs in the program's own session and in the caller's.
in_either_session() {
	write_jobs
	for SESSION in --new-session --keep-session; do
		rm -f stop
		terminal
		"$@"
		touch stop
		terminal_teardown
	done
}

job() {
	types "crannog run $SESSION --bind . /w -- $1"
}

ctrl_c() {
	job 'bash /w/wait-for-int'
	shows $'started\r\n'
	presses $'\003'
	shows $'interrupted\r\n'
	shows 'ready> '
	types 'echo code=$?'
	shows $'code=7\r\n'
}

@test "Ctrl-C interrupts the program, once" {
	in_either_session ctrl_c
}

ctrl_c_kills() {
	job 'sh -c "echo started; exec sleep 30"'
	shows $'started\r\n'
	presses $'\003'
	shows 'ready> '
	types 'echo code=$?'
	shows $'code=130\r\n'
}

@test "Ctrl-C ends a program that does not catch it, with 130" {
	in_either_session ctrl_c_kills
}

ctrl_c_children() {
	job 'bash /w/children'
	shows $'child started\r\n'
	presses $'\003'
	shows $'child interrupted\r\n'
	shows $'parent interrupted\r\n'
	shows 'ready> '
}

@test "Ctrl-C reaches the children of the program as well" {
	in_either_session ctrl_c_children
}

ctrl_backslash() {
	types 'ulimit -c 0'
	shows 'ready> '
	job 'sh -c "echo started; exec sleep 30"'
	shows $'started\r\n'
	presses $'\034'
	shows 'ready> '
	types 'echo code=$?'
	shows $'code=131\r\n'
}

@test "Ctrl-\\ ends the program with 131" {
	in_either_session ctrl_backslash
}

ctrl_z() {
	job 'bash /w/count'
	shows $'started\r\n'
	presses $'\032'
	shows Stopped
	shows 'ready> '
	types 'jobs'
	shows Stopped
	shows 'ready> '
	types 'fg'
	shows $'resumed\r\n'
	touch stop
	shows $'stopped at last\r\n'
	shows 'ready> '
	types 'echo code=$?'
	shows $'code=0\r\n'
}

@test "Ctrl-Z stops the program, fg resumes it" {
	in_either_session ctrl_z
}

ctrl_z_twice() {
	job 'bash /w/count'
	shows $'started\r\n'
	for _ in 1 2 3; do
		presses $'\032'
		shows Stopped
		shows 'ready> '
		types 'fg'
		shows $'resumed\r\n'
	done
	presses $'\003'
	shows 'ready> '
}

@test "Ctrl-Z and fg work again and again" {
	in_either_session ctrl_z_twice
}

ctrl_z_bg() {
	job 'bash /w/count'
	shows $'started\r\n'
	presses $'\032'
	shows Stopped
	shows 'ready> '
	types 'bg'
	shows $'resumed\r\n'
	touch stop
	shows $'stopped at last\r\n'
}

@test "bg resumes a stopped program in the background" {
	in_either_session ctrl_z_bg
}

really_stopped() {
	job 'bash /w/tick'
	shows $'ticking\r\n'
	presses $'\032'
	shows Stopped
	before=$(wc -l <ticks)
	sleep 0.3
	same "$(wc -l <ticks)" "$before"
	types 'kill %1; fg'
	shows 'ready> '
}

@test "a program that Ctrl-Z stopped does nothing" {
	in_either_session really_stopped
}

kill_job() {
	job 'bash /w/count &'
	shows $'started\r\n'
	types 'kill %1; wait %1; echo code=$?'
	shows $'code=143\r\n'
}

@test "kill ends a job in the background" {
	in_either_session kill_job
}

typed() {
	job "sh -c 'read line; echo got: \$line'"
	sleep 0.3
	types hello
	shows $'got: hello\r\n'
	shows 'ready> '
}

@test "what is typed reaches the program" {
	in_either_session typed
}

size() {
	job 'perl /w/winch'
	shows $'started\r\n'
	tty=$(readlink "/proc/$(pgrep -P "$TERMINAL_PID" -x bash)/fd/0")
	stty -F "$tty" rows 33 cols 77
	shows 'new size: 33 77'
	presses $'\003'
	shows 'ready> '
}

@test "the program hears of a new size of the terminal" {
	in_either_session size
}

@test "the terminal is the program's own with --keep-session only" {
	terminal
	types "crannog run -- sh -c 'echo x >/dev/tty; echo code=\$?'"
	shows $'code=2\r\n'
	types "crannog run --keep-session -- sh -c 'echo x >/dev/tty; echo code=\$?'"
	shows $'code=0\r\n'
}

@test "the program cannot type into the caller's shell" {
	terminal
	types "crannog run -- perl -e '\$x = \"x\"; print ioctl(STDIN, 0x5412, \$x) ? \"typed\" : \"refused\", \"\\n\"'"
	shows $'refused\r\n'
}

@test "--keep-session lets a shell inside have jobs of its own" {
	terminal
	types 'crannog run --keep-session -- bash --norc -i'
	shows '$ '
	types 'sh -c "echo started; exec sleep 30"'
	shows $'started\r\n'
	presses $'\032'
	shows Stopped
	types 'kill %1; fg; echo gone'
	shows $'gone\r\n'
	types 'exit 4'
	shows 'ready> '
	types 'echo code=$?'
	shows $'code=4\r\n'
}

@test "a shell inside, in a session of its own, can be left with exit" {
	terminal
	types 'crannog run -- bash --norc -i'
	types 'echo $((40 + 2))'
	shows $'42\r\n'
	types 'exit 4'
	shows 'ready> '
	types 'echo code=$?'
	shows $'code=4\r\n'
}

@test "when the terminal goes, the sandbox ends" {
	mkfifo alive
	terminal
	types 'crannog run --keep-fd 9 -- sh -c "sleep 30" 9>alive'
	exec 8<alive
	kill -HUP "$(pgrep -P "$TERMINAL_PID" -x bash)"
	timeout 5 cat <&8
}
