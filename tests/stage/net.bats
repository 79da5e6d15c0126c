#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell inside
#
# net.bats - a network that ends at the loopback

load ../lib

# A listener on a loopback port of the caller's; its number is in $PORT.
listen() {
	coproc perl -MIO::Socket::INET -e '$| = 1;
		$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 5) or die;
		print $s->sockport, "\n"; alarm 20; $c = $s->accept; print $c "reached\n"; close $c; sleep 20' 3>&-
	LISTENER=$COPROC_PID
	read -r PORT <&"${COPROC[0]}"
}

teardown() {
	[[ ! ${LISTENER-} ]] || kill "$LISTENER"
}

@test "there is the loopback and nothing else" {
	run -0 crannog run -- sh -c 'tail -n +3 /proc/net/dev | cut -d: -f1'
	same "$(flat)" lo
}

@test "the loopback is up, with its addresses" {
	run -0 crannog run -- perl -MIO::Socket::INET -e '
		$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 5) or die "listen: $!";
		$c = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $s->sockport) or die "connect: $!";
		print "connected"'
	same "$output" connected
}

@test "the loopback is up as bwrap --unshare-net" {
	run -0 "$OURS" --unshare-net --dev-bind / / perl -MIO::Socket::INET -e '
		$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 5) or die "listen: $!";
		$c = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $s->sockport) or die "connect: $!";
		print "connected"'
	same "$output" connected
}

@test "the loopback has an IPv6 address where the kernel has IPv6" {
	[[ -e /proc/net/if_inet6 ]] || skip "this kernel has no IPv6"
	run -0 crannog run -- cat /proc/net/if_inet6
	says 00000000000000000000000000000001
}

# without_net COMMAND...: in a user namespace that may not have another network.
without_net() {
	unshare --user --map-root-user sh -c 'echo 0 >/proc/sys/user/max_net_namespaces && exec "$@"' sh "$@"
}

@test "a network that cannot be made is the end, beside the root" {
	run ! without_net "$OURS" --unshare-all --ro-bind / / true
	says "Creating new namespace failed: No space left on device"
}

@test "a network that cannot be made is the end, before the root" {
	run ! without_net "$OURS" --unshare-all --ro-bind / / --info-fd 2 true
	says "Creating new namespace failed: No space left on device"
}

@test "the failure of the network goes before that of the root" {
	run ! without_net "$OURS" --unshare-all --ro-bind /no/such/folder /x true
	says "Creating new namespace failed: No space left on device"
}

@test "who made the network is gone, and had no number inside" {
	run -0 "$OURS" --unshare-all --ro-bind / / --proc /proc sh -c 'echo $$; cd /proc && echo [0-9]*'
	same "$output" $'2\n1 2'
}

@test "pid 1 is in the program's network" {
	"$OURS" --unshare-all --ro-bind / / --proc /proc sleep 20 3>&- &
	LISTENER=$!
	until pid=$(pgrep -P "$LISTENER") && program=$(pgrep -P "$pid" -x sleep); do sleep 0.02; done
	same "$(readlink "/proc/$pid/ns/net")" "$(readlink "/proc/$program/ns/net")"
	[[ $(readlink "/proc/$pid/ns/net") != "$(readlink /proc/self/ns/net)" ]]
	kill -KILL "$pid"
	LISTENER= # ends with it
}

@test "a port of the caller's loopback is out of reach" {
	listen
	run ! crannog run -- bash -c "exec 9<>/dev/tcp/127.0.0.1/$PORT"
	says "Connection refused"
}

@test "with --share-net it is in reach" {
	listen
	run -0 crannog run --share-net -- bash -c "exec 9<>/dev/tcp/127.0.0.1/$PORT && cat <&9"
	same "$output" reached
}

@test "other networks cannot be reached" {
	run ! crannog run -- bash -c 'exec 9<>/dev/tcp/192.0.2.1/80'
	says "Network is unreachable"
}

@test "the caller's abstract sockets are out of reach" {
	name=crannog-test-$$
	perl -MSocket -e '$| = 1; socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("\0" . $ARGV[0])) or die;
		listen(S, 1); print "up\n"; sleep 20' "$name" >up 3>&- &
	LISTENER=$!
	until [[ -s up ]]; do sleep 0.02; done
	connect='socket(S, PF_UNIX, SOCK_STREAM, 0);
		connect(S, pack_sockaddr_un("\0" . $ARGV[0])) or die "no: $!"; print "yes"'
	run -0 perl -MSocket -e "$connect" "$name"
	run ! crannog run -- perl -MSocket -e "$connect" "$name"
	says "Connection refused"
}

@test "the program cannot bring in an interface" {
	command -v ip >/dev/null || skip "ip is not installed"
	run ! crannog run -- ip link add dummy0 type dummy
}
