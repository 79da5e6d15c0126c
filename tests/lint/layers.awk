# SPDX-License-Identifier: LGPL-2.1-or-later
#
# layers.awk - print each #include of a layer that the including layer may not see
#
#	awk -f layers.awk SRCDIR/src/*/*.[ch] SRCDIR/src/*.c
#
# The layer of a file is the folder it is in, right below src; files of src itself see all. A header
# without a folder in its name would escape the check, so it is refused too, but for what the
# build makes: config.h and files that end in .inc.

BEGIN {
	sees["base"] = "base"
	sees["plan"] = "base plan"
	sees["front"] = "base plan front"
	sees["stage"] = "base plan stage"
	sees["store"] = "base plan stage watch store"
	sees["watch"] = "base plan stage watch"
	sees["cmd"] = "base plan front stage store watch cmd"
}

FNR == 1 {
	count = split(FILENAME, parts, "/")
	layer = count > 2 && parts[count - 2] == "src" ? parts[count - 1] : ""
	if (layer != "" && !(layer in sees))
		complain("no rule for the layer " layer)
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
	name = $0
	sub(/^[^"<]*["<]/, "", name)
	sub(/[">].*/, "", name)
	folder = name
	if (!sub(/\/.*/, "", folder))
		folder = ""
	if (name ~ /(^|\/)\.\.?\//)
		complain("a header is named from src down, not " name)
	else if (/"/ && name != "config.h" && name !~ /\.inc$/ && !(folder in sees))
		complain("no layer has " name)
	else if (layer != "" && folder in sees && index(" " sees[layer] " ", " " folder " ") == 0)
		complain(layer " includes " name)
}

function complain(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}

END { exit bad }
