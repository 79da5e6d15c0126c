# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the text is for the shell that `both` starts
#
# parse.bats - how a command line is read: words, pairs, and the order of complaints; values.bats
# has their values

load compat

@test "no words at all: usage on stderr, 1" {
	both -1 'bwrap 2>usage; code=$?; grep -c . <usage >lines; [ -s usage ] && rm usage lines;
		exit $code'
}

@test "options without a command: usage on stderr, 1" {
	both -1 'bwrap --ro-bind / / 2>usage; code=$?; [ -s usage ] && rm usage; exit $code'
}

@test "--help: on stdout, 0, and names every option the other names" {
	"$BWRAP" --help | grep -oE '^ +--[a-z0-9-]+' | tr -d ' ' | sort -u >../wanted
	[ -s ../wanted ]
	ours 'bwrap --help'
	grep -oE -e '--[a-z0-9-]+' <<<"$stdout" | sort -u >../offered
	same "$(comm -23 ../wanted ../offered)" ""
	same "$stderr" ""
}

@test "--help wins over what follows it" {
	both 'bwrap --help --nonsense >text && [ -s text ] && rm text'
}

@test "an option before --help is still checked" {
	both -1 'bwrap --nonsense --help'
}

@test "unknown option" {
	both -1 'bwrap --nonsense true'
	says "Unknown option --nonsense"
}

@test "an option with = is unknown" {
	both -1 'bwrap --chdir=/ true'
}

@test "short options are unknown" {
	both -1 'bwrap -h'
}

@test "abbreviations are unknown" {
	both -1 'bwrap --ro-bin / / true'
}

@test "one dash alone is unknown" {
	both -1 'bwrap - true'
}

@test "an empty word is the command" {
	both -1 'bwrap $ROOT ""'
}

@test "the first word without a dash is the command" {
	both 'bwrap $ROOT echo --dev /dev'
	says "--dev /dev"
}

@test "-- ends the options" {
	both 'bwrap $ROOT -- echo -- x'
}

@test "-- before a command that begins with dashes" {
	both -1 'bwrap $ROOT -- --chdir'
}

@test "-- with nothing after it: usage" {
	both -1 'bwrap $ROOT -- 2>usage; code=$?; [ -s usage ] && rm usage; exit $code'
}

@test "--perms twice" {
	both -1 'bwrap --perms 700 --perms 755 --dir /d true'
}

@test "--perms before an option that makes nothing" {
	both -1 'bwrap --perms 700 --bind /usr /usr true'
	says "--perms must be followed by an option that creates a file"
}

@test "--perms before --symlink" {
	both -1 'bwrap --perms 700 --symlink a /b true'
}

@test "--perms before the command is dropped" {
	both 'bwrap $ROOT --perms 700 true'
}

@test "--perms before -- is dropped" {
	both 'bwrap $ROOT --perms 700 -- true'
}

@test "--size twice" {
	both -1 'bwrap --size 4096 --size 8192 --tmpfs /t true'
}

@test "--size before --dir" {
	both -1 'bwrap --size 4096 --dir /d true'
	says "--size must be followed by --tmpfs"
}

@test "--size and --perms before --dir" {
	both -1 'bwrap --size 4096 --perms 700 --dir /d true'
}

@test "--size before the command is dropped" {
	both 'bwrap $ROOT --size 4096 true'
}

@test "given twice: --chdir" {
	both 'bwrap $ROOT --chdir /usr --chdir /etc pwd'
	says "Only the last --chdir option will take effect"
}

@test "given twice: --uid and --gid" {
	both 'bwrap $ROOT --unshare-user --uid 5 --uid 6 --gid 7 --gid 8 sh $PROBE ids'
}

@test "given twice: --hostname" {
	both 'bwrap $ROOT --unshare-uts --hostname one --hostname two sh $PROBE hostname'
}

@test "given twice: --sync-fd" {
	both 'bwrap $ROOT --sync-fd 8 --sync-fd 9 true 8</dev/null 9</dev/null'
}

@test "given twice: --block-fd" {
	both 'bwrap $ROOT --block-fd 8 --block-fd 9 true 8</dev/null 9</dev/null'
}

@test "given twice: --info-fd" {
	both 'bwrap $ROOT --info-fd 8 --info-fd 9 true 8>one 9>two'
}

@test "given twice: --json-status-fd" {
	both 'bwrap $ROOT --json-status-fd 8 --json-status-fd 9 true 8>one 9>two'
}

@test "given twice: --seccomp" {
	both 'bwrap $ROOT --seccomp 8 --seccomp 9 true 8</dev/null 9</dev/null; echo $?'
}

@test "given twice: --userns" {
	both -1 'bwrap $ROOT --userns 8 --userns 9 true 8</dev/null 9</dev/null'
}

@test "given twice: --pidns" {
	both -1 'bwrap $ROOT --pidns 8 --pidns 9 true 8</dev/null 9</dev/null'
}

@test "given twice: --userns-block-fd" {
	both -1 'bwrap $ROOT --userns-block-fd 8 --userns-block-fd 9 true 8</dev/null 9</dev/null'
}

@test "given twice: --exec-label" {
	both -1 'bwrap $ROOT --exec-label a --exec-label b true'
}

@test "given twice: --file-label" {
	both -1 'bwrap $ROOT --file-label a --file-label b true'
}

@test "pairs: --userns with --unshare-user" {
	both -1 'bwrap $ROOT --unshare-user --userns 9 true 9</dev/null'
}

@test "pairs: --userns with --unshare-user-try" {
	both -1 'bwrap $ROOT --unshare-user-try --userns 9 true 9</dev/null'
}

@test "pairs: --disable-userns without --unshare-user" {
	both -1 'bwrap $ROOT --disable-userns true'
}

@test "pairs: --disable-userns with --userns-block-fd" {
	both -1 'bwrap $ROOT --unshare-user --disable-userns --userns-block-fd 8 \
		--info-fd 9 true 8</dev/null 9>info'
}

@test "pairs: --userns-block-fd without --info-fd" {
	both -1 'bwrap $ROOT --unshare-user --userns-block-fd 9 true 9</dev/null'
}

@test "pairs: --userns-block-fd without --unshare-user" {
	both -1 'bwrap $ROOT --info-fd 8 --userns-block-fd 9 true 8>info 9</dev/null'
}

@test "pairs: --seccomp, then --add-seccomp-fd" {
	both -1 'bwrap $ROOT --seccomp 8 --add-seccomp-fd 9 true 8</dev/null 9</dev/null'
}

@test "pairs: --add-seccomp-fd, then --seccomp" {
	both -1 'bwrap $ROOT --add-seccomp-fd 8 --seccomp 9 true 8</dev/null 9</dev/null'
}

@test "pairs: --as-pid-1 without --unshare-pid" {
	both -1 'bwrap $ROOT --as-pid-1 true'
}

@test "pairs: --as-pid-1 with --lock-file" {
	both -1 'bwrap $ROOT --as-pid-1 --unshare-pid --lock-file /etc/passwd true'
}

@test "pairs: --hostname without --unshare-uts" {
	both -1 'bwrap $ROOT --hostname x true'
}

@test "pairs: --uid without a user namespace is given one" {
	both 'bwrap $ROOT --uid 0 id -u'
}

@test "order: a bad pair wins over a missing command" {
	both -1 'bwrap --unshare-user --userns 9 9</dev/null'
}

@test "order: a missing command wins over --as-pid-1" {
	both -1 'bwrap --as-pid-1 2>usage; code=$?; grep -q as-pid-1.requires usage && echo wrong;
		rm usage; exit $code'
}

@test "order: a missing command wins over --hostname" {
	both -1 'bwrap --hostname x 2>usage; code=$?; grep -q Specifying usage && echo wrong; rm \
		usage; exit $code'
}

@test "order: the value of a later option wins over a bad pair" {
	both -1 'bwrap --unshare-user --userns 9 --uid x true 9</dev/null'
}

@test "order: a missing source is found only after the line is read" {
	both -1 'bwrap --bind /nowhere /x --nonsense'
}

@test "--args: words from a descriptor" {
	both 'bwrap --args 9 echo ran 9< <(printf "%s\0" $ROOT --chdir /usr)'
}

@test "--args: the last NUL may be missing" {
	both 'bwrap --args 9 pwd 9< <(printf "%s\0" $ROOT; printf "%s\0%s" --chdir /usr)'
}

@test "--args: an empty blob" {
	both 'bwrap $ROOT --args 9 echo ran 9</dev/null'
}

@test "--args: empty words are words" {
	both 'bwrap $ROOT --args 9 sh -c "echo [\$A]" 9< <(printf "%s\0" --setenv A "")'
}

@test "--args: two blobs and words between them" {
	both 'bwrap --args 8 --setenv A 2 --args 9 sh -c "echo \$A \$B" 8< \
		<(printf "%s\0" $ROOT --setenv A 1) 9< <(printf "%s\0" --setenv B "\$A")'
}

@test "--args inside a blob" {
	both -1 'bwrap --args 9 true 9< <(printf "%s\0" --args 8)'
}

@test "--args: an unknown word in the blob" {
	both -1 'bwrap --args 9 true 9< <(printf "%s\0" --nonsense)'
}

@test "--args: a bad number in the blob" {
	both -1 'bwrap --args 9 true 9< <(printf "%s\0" --file x /y)'
}

@test "--args: a value missing at the end of the blob" {
	both -1 'bwrap --args 9 /usr true 9< <(printf "%s\0" --bind /usr)'
}

@test "--args: --perms at the end of a blob" {
	both -1 'bwrap --args 9 --dir /d true 9< <(printf "%s\0" $ROOT --perms 700)'
}

@test "--args: a closed descriptor" {
	both -1 'bwrap --args 9 true'
	says "Can't read --args data: Bad file descriptor"
}

@test "--args: a folder" {
	both -1 'bwrap --args 9 true 9<dir'
}

@test "--args: the descriptor does not reach the command" {
	both 'bwrap --args 9 sh $PROBE fds 9< <(printf "%s\0" $ROOT)'
}
