# SPDX-License-Identifier: LGPL-2.1-or-later
#
# style-cloexec.awk - print each call that makes a descriptor which programs would inherit
#
#	awk -v strings=1 -f style-code.awk FILE... | awk -f style-cloexec.awk
#
# A call's arguments hold a flag that ends in CLOEXEC, or "how", and then that flag stands before it
# in the same function. Not meant are calls that cannot succeed, on -1 or NULL, which only ask
# whether the kernel knows them.

BEGIN {
	makers = "open|openat|open64|socket|socketpair|accept4|pipe2|dup3|epoll_create1|eventfd|" \
		 "signalfd|timerfd_create|inotify_init1|memfd_create|mkostemp|recvmsg|fanotify_init|" \
		 "sys_openat2|sys_open_tree|sys_open_tree_attr|sys_fsopen|sys_fsmount"
	never = "creat|accept|pipe|dup|dup2|epoll_create|inotify_init|mkstemp|tmpfile|popen"
	call = "(^|[^A-Za-z0-9_.>])(" makers "|" never "|fopen|fcntl)[ \t]*[(]"
}

{
	place = $0
	match(place, /:[0-9]+:/)
	code = substr($0, RSTART + RLENGTH)
	place = substr(place, 1, RSTART + RLENGTH - 2)
	if (code ~ /^[{]/)
		has_flag = 0
	while (code != "")
		code = waits ? continue_call(code) : look_for_call(code)
	if (/CLOEXEC/)
		has_flag = 1
}

function look_for_call(text,    rest) {
	if (!match(text, call))
		return ""
	name = substr(text, RSTART, RLENGTH)
	rest = substr(text, RSTART + RLENGTH)
	gsub(/[^A-Za-z0-9_]/, "", name)
	start = place
	arguments = ""
	waits = 1
	return rest
}

# Collects up to the bracket that closes the call.
function continue_call(text,    at, c) {
	for (at = 1; at <= length(text); at++) {
		c = substr(text, at, 1)
		waits += (c == "(") - (c == ")")
		if (!waits)
			break
	}
	arguments = arguments substr(text, 1, at - 1) " "
	if (waits)
		return ""
	if (!is_fine())
		print start ": " name "(" arguments ")"
	return arguments "; " substr(text, at + 1) # calls may be arguments of calls
}

function is_fine() {
	if (name == "fopen")
		return arguments ~ /"[rwa][b+]*e[b+]*"/
	if (name == "fcntl")
		return arguments !~ /F_DUPFD/ || arguments ~ /F_DUPFD_CLOEXEC/
	if (name == "dup2")
		return arguments ~ /, *([012]|STD(IN|OUT|ERR)_FILENO) *$/
	if (name ~ "^(" never ")$")
		return 0
	if (arguments ~ /CLOEXEC/ || arguments ~ /^(-1|NULL),/)
		return 1
	return arguments ~ /[^a-z]how[^a-z]/ && has_flag
}
