# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `both` starts
#
# ids.bats - namespaces, ids and capabilities

load compat

@test "nothing asked: a user and a mount namespace" {
	both 'bwrap $ROOT sh $PROBE ns ids'
}

@test "--unshare-user" {
	both 'bwrap --unshare-user $ROOT sh $PROBE ns ids'
}

@test "--unshare-user-try" {
	both 'bwrap --unshare-user-try $ROOT sh $PROBE ns ids'
}

@test "--unshare-ipc" {
	both 'bwrap --unshare-ipc $ROOT sh $PROBE ns'
}

@test "--unshare-pid" {
	both 'bwrap --unshare-pid $FULL sh /probe ns process init'
}

@test "--unshare-net" {
	both 'bwrap --unshare-net $FULL sh /probe ns net'
}

@test "--unshare-net: loopback works" {
	both 'bwrap \
		--unshare-net $FULL perl -MIO::Socket::INET -e "\$l = IO::Socket::INET->new(Listen => 1, LocalAddr => q(127.0.0.1)) or die; IO::Socket::INET->new(PeerAddr => q(127.0.0.1:) . \$l->sockport) or die; print qq(connected\n)"'
	says "connected"
}

@test "--unshare-uts" {
	both 'bwrap --unshare-uts $ROOT sh $PROBE ns hostname'
}

@test "--unshare-cgroup" {
	both 'bwrap --unshare-cgroup $ROOT sh -c "sh $PROBE ns; cat /proc/self/cgroup"'
}

@test "--unshare-cgroup-try" {
	both 'bwrap --unshare-cgroup-try $ROOT sh $PROBE ns'
}

@test "--unshare-all" {
	both 'bwrap --unshare-all $FULL sh /probe ns ids process net'
}

@test "--unshare-all --share-net" {
	both 'bwrap --unshare-all --share-net $FULL sh /probe ns'
}

@test "--share-net --unshare-all" {
	both 'bwrap --share-net --unshare-all $FULL sh /probe ns'
}

@test "--unshare-all --unshare-net --share-net" {
	both 'bwrap --unshare-all --unshare-net --share-net $FULL sh /probe ns'
}

@test "each namespace twice" {
	both 'bwrap --unshare-user --unshare-user --unshare-pid --unshare-pid --unshare-all \
		--unshare-ipc $FULL sh /probe ns'
}

@test "--uid and --gid" {
	both 'bwrap --unshare-user --uid 1234 --gid 5678 $FULL --dir /d sh /probe ids tree'
}

@test "--uid and --gid without --dev" {
	both 'bwrap --unshare-user --uid 1234 --gid 5678 $SYS --proc /proc --dir /d sh /probe ids \
		tree'
}

@test "--uid alone" {
	both 'bwrap --unshare-user --uid 7 $ROOT sh $PROBE ids'
}

@test "--gid alone" {
	both 'bwrap --unshare-user --gid 7 $ROOT sh $PROBE ids'
}

@test "--uid 0 --gid 0" {
	both 'bwrap --unshare-user --uid 0 --gid 0 $ROOT sh $PROBE ids'
}

@test "--uid 0 --gid 0 with --dev: one namespace" {
	both 'bwrap --unshare-user --uid 0 --gid 0 $FULL sh /probe ids'
}

@test "--uid 0 with --dev: two namespaces" {
	both 'bwrap --unshare-user --uid 0 $FULL sh /probe ids'
}

@test "--gid 0 with --dev: two namespaces" {
	both 'bwrap --unshare-user --gid 0 $FULL sh /probe ids'
}

@test "own ids with --dev: two namespaces" {
	both 'bwrap --unshare-user $FULL sh /probe ids'
}

@test "--uid 2147483647" {
	both 'bwrap --unshare-user --uid 2147483647 --gid 2147483647 $FULL sh /probe ids'
}

@test "--uid 65534" {
	both 'bwrap --unshare-user --uid 65534 --gid 65534 $FULL --bind . /w sh /probe ids tree'
}

@test "files of the host keep their owner" {
	both 'bwrap --unshare-user --uid 12 --gid 13 $FULL --bind . /w sh -c \
		"touch /w/new; chmod 600 /w/new; sh /probe tree"'
}

@test "--hostname" {
	both 'bwrap --unshare-uts --hostname some.name $ROOT sh -c "sh $PROBE hostname; uname -n"'
}

@test "--hostname: with --unshare-all" {
	both 'bwrap --unshare-all --hostname island $FULL sh /probe hostname'
}

@test "--hostname: empty" {
	both 'bwrap --unshare-uts --hostname "" $ROOT sh $PROBE hostname'
}

@test "--hostname: too long" {
	both -1 'bwrap --unshare-uts --hostname $(printf %065d 0) $ROOT true'
}

@test "--disable-userns" {
	both 'bwrap --unshare-user --disable-userns $ROOT sh -c \
		"sh $PROBE ids ns; unshare -U true; cat /proc/sys/user/max_user_namespaces"'
}

@test "--disable-userns with --dev" {
	both 'bwrap --unshare-user --disable-userns $FULL sh -c \
		"sh /probe ids; unshare -U true 2>&1"; true'
}

@test "--disable-userns with ids" {
	both 'bwrap --unshare-user --disable-userns --uid 3 --gid 4 $FULL sh /probe ids'
}

@test "--disable-userns as root inside" {
	both 'bwrap --unshare-user --disable-userns --uid 0 --gid 0 --cap-add ALL $FULL sh -c \
		"sh /probe ids; unshare -U true; true"'
}

@test "--disable-userns with --unshare-all alone" {
	both -1 'bwrap --unshare-all --disable-userns $ROOT true'
}

@test "without it, namespaces can be made inside" {
	both 'bwrap --unshare-all $FULL sh -c "unshare -Urpf --mount-proc echo nested"'
}

@test "a sandbox in a sandbox" {
	both 'bwrap --unshare-all $FULL --dir /tmp --perms 755 --file 9 /opt/bwrap /opt/bwrap \
		--unshare-all --ro-bind / / --proc /proc --dev /dev sh /probe ids mounts process \
		9<$(command -v bwrap)'
}

@test "a sandbox in a sandbox in a sandbox" {
	both 'bwrap --unshare-all $FULL --dir /tmp --perms 755 --file 9 /opt/bwrap /opt/bwrap \
		--unshare-all --ro-bind / / --proc /proc --dev /dev /opt/bwrap --unshare-user \
		--uid 0 --ro-bind / / sh /probe ids mounts 9<$(command -v bwrap)'
}

@test "--assert-userns-disabled: not so" {
	both -1 'bwrap --unshare-user --assert-userns-disabled $ROOT true'
	says "creation of new user namespaces was not disabled as requested"
}

@test "--assert-userns-disabled with --disable-userns" {
	both 'bwrap --unshare-user --disable-userns --assert-userns-disabled $ROOT echo ran'
}

@test "--userns" {
	both 'hold -U --map-user=5 --map-group=6; bwrap --userns 9 $ROOT sh $PROBE ids ns'
}

@test "--userns with --uid and --gid" {
	both 'hold -Ur; bwrap --userns 9 --uid 0 --gid 0 $ROOT sh $PROBE ids'
}

@test "--userns with an id it does not map" {
	both -1 'hold -Ur; bwrap --userns 9 --uid 55 $ROOT true'
}

@test "--userns with --dev" {
	both 'hold -Ur; bwrap --userns 9 $FULL sh /probe ids mounts'
}

@test "--userns: the namespace is really that one" {
	both 'hold -Ur; bwrap --userns 9 $ROOT readlink /proc/self/ns/user >got; readlink \
		/proc/$COPROC_PID/ns/user | cmp - got && rm got'
}

@test "--userns: our own" {
	both -1 'bwrap --userns 9 $ROOT true 9</proc/self/ns/user'
}

@test "--userns: not a namespace" {
	both -1 'bwrap --userns 9 $ROOT true 9<file'
}

@test "--userns: another kind of namespace" {
	both -1 'bwrap --userns 9 $ROOT true 9</proc/self/ns/net'
}

@test "--userns: a closed descriptor" {
	both -1 'bwrap --userns 9 $ROOT true'
}

@test "--userns2" {
	both 'hold -Ur sh -c \
		"echo ready; read line; exec unshare -U --map-user=3 --map-group=4 sh -c \"echo ready; read line\"";
		echo >&${COPROC[1]}; read -r line <&${COPROC[0]}; bwrap --userns 9 \
		--userns2 7 $ROOT sh $PROBE ids 7</proc/$COPROC_PID/ns/user | grep -v CapBnd'
	says "3          0          1"
}

@test "--pidns" {
	both 'hold -Urpf; bwrap --userns 9 --pidns 8 $ROOT --proc /proc sh $PROBE ns init'
}

@test "--pidns with --unshare-pid" {
	both 'hold -Urpf; bwrap --userns 9 --pidns 8 --unshare-pid $ROOT --proc /proc sh $PROBE ns \
		process init'
}

@test "--pidns: exit codes come through" {
	both -7 'hold -Urpf; bwrap --userns 9 --pidns 8 $ROOT sh -c "exit 7"'
}

@test "--pidns: not a namespace" {
	both -1 'bwrap --pidns 9 $ROOT true 9<file'
}

@test "--pidns without the right to enter" {
	both -1 'hold -Urpf; bwrap --pidns 8 $ROOT true'
}

@test "no capabilities by default" {
	both 'bwrap --unshare-all $FULL sh /probe caps'
}

@test "no capabilities as root inside" {
	both 'bwrap --unshare-user --uid 0 --gid 0 $ROOT sh $PROBE caps'
}

@test "--cap-add ALL" {
	both 'bwrap --unshare-all --cap-add ALL $FULL sh /probe caps'
}

@test "--cap-add of one" {
	both 'bwrap --unshare-user --cap-add CAP_NET_ADMIN $ROOT sh $PROBE caps'
}

@test "--cap-add in lower case" {
	both 'bwrap --unshare-user --cap-add cap_sys_admin --cap-add all --cap-drop cap_kill $ROOT \
		sh $PROBE caps'
}

@test "--cap-add without a user namespace named" {
	both 'bwrap --cap-add CAP_SYS_PTRACE $ROOT sh $PROBE caps'
}

@test "--cap-add ALL, then --cap-drop" {
	both 'bwrap --unshare-user --cap-add ALL --cap-drop CAP_SYS_ADMIN \
		--cap-drop CAP_MKNOD $ROOT sh $PROBE caps'
}

@test "--cap-drop ALL, then --cap-add" {
	both 'bwrap --unshare-user --cap-drop ALL --cap-add CAP_CHOWN --cap-add CAP_FOWNER $ROOT \
		sh $PROBE caps'
}

@test "--cap-add, then --cap-drop of the same" {
	both 'bwrap --unshare-user --cap-add CAP_CHOWN --cap-drop CAP_CHOWN $ROOT sh $PROBE caps'
}

@test "--cap-drop ALL alone" {
	both 'bwrap --unshare-user --cap-drop ALL $ROOT sh $PROBE caps'
}

@test "--cap-add as root inside" {
	both 'bwrap --unshare-user --uid 0 --gid 0 --cap-add CAP_SYS_CHROOT $FULL sh /probe ids'
}

@test "--cap-add with --dev and own ids: after the second namespace" {
	both 'bwrap --unshare-user --cap-add CAP_SYS_ADMIN $FULL sh /probe ids'
}

@test "--cap-add: the capability works" {
	both 'bwrap --unshare-all --uid 0 --gid 0 --cap-add CAP_SYS_ADMIN $FULL --dir /m sh -c \
		"mount -t tmpfs none /m && sh /probe mounts"'
}

@test "--cap-add by number" {
	both 'bwrap --unshare-user --cap-add 21 --cap-add 5 $ROOT sh $PROBE caps'
}

@test "--cap-add unknown" {
	both -1 'bwrap --cap-add CAP_NONSENSE $ROOT true'
	says "unknown cap: CAP_NONSENSE"
}

@test "--cap-add without the prefix" {
	both -1 'bwrap --cap-add NET_ADMIN $ROOT true'
}

@test "--cap-drop unknown" {
	both -1 'bwrap --cap-drop "" $ROOT true'
}

@test "setuid programs give nothing" {
	both 'bwrap --bind / / sh -c "sh $PROBE ids; find /usr/bin/su -perm -4000"'
}

@test "supplementary groups" {
	both 'bwrap $ROOT id -G'
}
