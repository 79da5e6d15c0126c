# SPDX-License-Identifier: LGPL-2.1-or-later
#
# examples.awk - writes each example of a page's template to a file of its own, NAME.1, NAME.2 …
#
#	awk -v name=crannog -f examples.awk crannog.1.in
#
# The first line is what stands after @EXAMPLE. See run-example.

/^@END$/ {
	close(file)
	file = ""
}

file { print >file }

/^@EXAMPLE/ {
	file = name "." ++count
	print $2 >file
}
