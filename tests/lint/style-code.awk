# SPDX-License-Identifier: LGPL-2.1-or-later
#
# style-code.awk - print C as FILE:LINE:CODE, without comments and without the insides of strings
#
#	awk [-v strings=1] -f style-code.awk FILE...
#
# With strings=1 their insides stay, but for brackets.

FNR == 1 { in_comment = 0 }

{
	print FILENAME ":" FNR ":" strip($0)
}

function strip(line,    at, c, two, quote, out) {
	for (at = 1; at <= length(line); at++) {
		c = substr(line, at, 1)
		two = substr(line, at, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				at++
			}
		} else if (quote != "") {
			if (strings && c != "(" && c != ")")
				out = out c
			else if (c == quote)
				out = out c
			if (c == "\\")
				at++
			else if (c == quote)
				quote = ""
		} else if (two == "/*") {
			in_comment = 1
			at++
		} else if (two == "//") {
			break
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	return out
}
