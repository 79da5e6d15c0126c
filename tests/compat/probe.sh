# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
#
# probe.sh - says what a program inside a sandbox sees: `sh probe.sh SECTION...`
#
# Uses only the shell and what lies in /usr/bin, since nothing else need be there.

picked() { # FILE KEY...: lines of a status file
	file=$1
	shift
	while read -r key rest; do
		for wanted in "$@"; do
			[ "$key" != "$wanted:" ] || echo "$key $rest"
		done
	done <"$file"
}

lines_of() { # PREFIX FILE
	while IFS= read -r line; do
		printf '%s\n' "$1 $line"
	done <"$2"
}

capabilities="CapInh CapPrm CapEff CapBnd CapAmb"

for section in "$@"; do
	case $section in
	mounts)
		lines_of mount /proc/self/mountinfo
		;;
	ids)
		# shellcheck disable=SC2086
		picked /proc/self/status Uid Gid Groups $capabilities NoNewPrivs Seccomp Seccomp_filters
		lines_of uid_map /proc/self/uid_map
		lines_of gid_map /proc/self/gid_map
		lines_of setgroups /proc/self/setgroups
		;;
	caps)
		# shellcheck disable=SC2086
		picked /proc/self/status $capabilities
		;;
	env)
		env | sort
		;;
	fds)
		for fd in "/proc/$$/fd"/*; do
			case $(readlink "$fd") in
			/probe | */probe.sh) ;; # the shell's own
			*) echo "fd ${fd##*/} $(readlink "$fd") $(grep flags: "/proc/$$/fdinfo/${fd##*/}")" ;;
			esac
		done
		;;
	ns)
		for ns in /proc/self/ns/*; do
			echo "ns ${ns##*/} $(readlink "$ns")"
		done
		;;
	signals)
		# Without 32 and 33, which the C library keeps for its threads.
		for set in SigBlk SigIgn; do
			bits=$(picked /proc/self/status $set)
			printf '%s: %016x\n' $set $((0x${bits#* } & ~0x180000000))
		done
		;;
	process)
		picked /proc/self/status Umask NSpid NSpgid NSsid PPid
		echo "cwd $(pwd) $(pwd -P) root $(readlink /proc/self/root)"
		# shellcheck disable=SC3045 # dash and bash have both
		echo "limits $(ulimit -n) $(ulimit -c) nice $(nice) oom $(cat /proc/self/oom_score_adj)"
		;;
	init)
		# Its capabilities and filter differ on purpose: see differences.bats.
		picked /proc/1/status Name Uid Gid Groups NoNewPrivs NSpid
		;;
	tree)
		find / \( -path /usr -o -fstype proc -o -fstype sysfs \) -prune -printf '%y %m %U:%G %p\n' -o \
			-printf '%y %m %U:%G %p %l\n' | sort -k4
		;;
	net)
		while read -r name rest; do
			case $name in *:) echo "interface $name" ;; esac
		done </proc/net/dev
		grep -q 127.0.0.1 /proc/net/fib_trie && echo "loopback has an address"
		;;
	hostname)
		cat /proc/sys/kernel/hostname
		;;
	esac
done
