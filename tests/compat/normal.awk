# SPDX-License-Identifier: LGPL-2.1-or-later
#
# normal.awk - rewrites in a report what differs between any two runs of the same program
#
# Mount lines ("mount " before a line of mountinfo) lose ids and device numbers and are sorted by mount
# point; mounts on the same point keep the order of the stack, which the parents tell. Of what this
# leaves, three things may differ, since no program can build on them:
#  - The root of a sandbox is a folder of a tmpfs for one program, a whole tmpfs for the other, and the
#    files given by descriptor lie in yet another: the root field and the mode of that tmpfs.
#  - The flags of a mount hidden below another on the same point. bwrap goes by name and so reaches the
#    uppermost alone.
#  - The source of a file system that has none, such as tmpfs; one test in view.bats looks at it.
# Names of namespaces become "host" or "new". A mount of xdg-document-portal is that of another test,
# which comes and goes as it likes.
#
# host	the names of the caller's namespaces, separated by blanks

/ - fuse\.portal / { next }

BEGIN {
	parts = split(host, list, " ")
	for (i = 1; i <= parts; i++)
		outside[list[i]] = 1
}

function depth(id, steps) {
	for (steps = 0; (id in parent) && steps < 1000; steps++)
		id = parent[id]
	return steps
}

# Sorting keys: point, then depth.
function before(a, b) {
	if (point[a] != point[b])
		return point[a] < point[b]
	return depth(a) < depth(b)
}

function flush_mounts(i, j, id) {
	for (i = 2; i <= mounts; i++) {
		id = order[i]
		for (j = i - 1; j >= 1 && before(id, order[j]); j--)
			order[j + 1] = order[j]
		order[j + 1] = id
	}
	for (i = 1; i <= mounts; i++) {
		id = order[i]
		if (i < mounts && point[id] == point[order[i + 1]])
			print "mount " what[id] " hidden"
		else
			print "mount " what[id] " " flags[id]
	}
	mounts = 0
	split("", parent)
}

function remember_mount(i, dash, type, root, source, super, tags) {
	for (dash = 8; $dash != "-" && dash < NF; dash++)
		;
	type = $(dash + 1)
	root = $5
	source = $(dash + 2)
	super = $(dash + 3)
	if (type == "tmpfs" && (root != "/" || $6 == "/")) {
		root = $6 == "/" ? "/" : "(a file)"
		sub(/,mode=[0-7]+/, "", super)
	}
	if (type ~ /^(tmpfs|proc|devpts|mqueue)$/ && source == type)
		source = "none"
	sub(/:\[[0-9]+\]$/, ":[N]", root)
	for (i = 8; i < dash; i++) {
		sub(/:.*/, "", $i)
		tags = tags " " $i
	}
	order[++mounts] = $2
	parent[$2] = $3
	point[$2] = $6
	what[$2] = $6 " root=" root " " type " " source
	flags[$2] = $7 tags " " super
}

FNR == 1 {
	flush_mounts()
	count = split(FILENAME, steps, "/")
	print "== " steps[count]
}

/^mount [0-9]/ {
	remember_mount()
	next
}

{
	flush_mounts()
}

/^ns / {
	$3 = ($3 in outside) ? "host" : "new"
}

/"child-pid"|-namespace"/ {
	gsub(/: [0-9]+/, ": N")
}

/(pipe|socket):\[/ {
	gsub(/:\[[0-9]+\]/, ":[N]")
}

# When the process that enters the pid namespace fails, bwrap's launcher adds a word on its own socket
# to the message that tells the reason.
/^bwrap: Unexpected short read from pid socket$/ {
	next
}

# What bash says of a job that a signal ended.
/^bash: line [0-9]+: +[0-9]+ (Killed|Terminated)/ || /^ +[0-9]+ Done / {
	sub(/: +[0-9]+/, ": N")
	sub(/^ +[0-9]+/, "N")
}

/bindfile/ {
	gsub(/bindfile[A-Za-z0-9]+/, "bindfile")
}

{
	print
}

END {
	flush_mounts()
}
