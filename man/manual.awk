# SPDX-License-Identifier: LGPL-2.1-or-later
#
# manual.awk - a page of the manual from the table of options, their prose and a template
#
#	options-dump >rows
#	awk -f manual.awk -v dialect=run -v version=1.0 rows options.txt crannog.1.in >crannog.1
#
# dialect is "run" for crannog(1), "bwrap" for crannog-bwrap(1), "rootfs" and "layer" for the pages of
# these verbs: whose options, and which of the paragraphs that are marked for some. In a template,
# lines that start with a dot are roff; "* " starts an item of a list; a line "@OPTIONS@" becomes the
# options by group, and "@COMMAND name" the heading of a command; what stands between "@EXAMPLE" and
# "@END" is shown as it is, and a test runs it; all else is text with the marks that options.txt
# explains. An option without prose, prose without an option, a command that the page lacks, or an
# open mark is an error.

function fail(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text >"/dev/stderr"
	failed = 1
	exit 1
}

# Text that must come out character by character.
function literal(text)
{
	gsub(/\\/, "\\e", text)
	gsub(/-/, "\\-", text)
	gsub(/'/, "\\(aq", text)
	gsub(/`/, "\\(ga", text)
	gsub(/\^/, "\\(ha", text)
	gsub(/~/, "\\(ti", text)
	gsub(/"/, "\\(dq", text)
	return text
}

function bold(text)
{
	return "\\fB" literal(text) "\\fR"
}

function italic(text)
{
	return "\\fI" literal(text) "\\fR"
}

# A mark at the start of the text: sets used to its length and returns the roff, or used to 0.
function take_mark(text, arguments,    word)
{
	used = 0
	if (match(text, /^`[^`]*`/)) {
		used = RLENGTH
		return bold(substr(text, 2, used - 2))
	}
	if (match(text, /^_[A-Z][A-Z0-9-]*_/)) {
		used = RLENGTH
		return italic(substr(text, 2, used - 2))
	}
	if (match(text, /^--[a-z][a-z0-9-]*/)) {
		used = RLENGTH
		return bold(substr(text, 1, used))
	}
	if (match(text, /^[a-z_][a-z0-9_.-]*\([1-8]\)/)) {
		used = RLENGTH
		return bold(substr(text, 1, used - 3)) substr(text, used - 2, 3)
	}
	if (match(text, /^[A-Z]+[0-9]*/)) {
		word = substr(text, 1, RLENGTH)
		if (index(" " arguments " ", " " word " ")) {
			used = RLENGTH
			return italic(word)
		}
	}
	return ""
}

# A line of text with its marks; arguments are words to set off without one.
function prose(text, arguments,    out, last, part)
{
	out = ""
	last = " "
	while (text != "") {
		used = 0
		if (last !~ /[A-Za-z0-9_]/)
			part = take_mark(text, arguments)
		if (!used) {
			part = substr(text, 1, 1)
			used = 1
			if (part == "`")
				fail("a mark is open at the end of the line: " text)
			if (part == "\\")
				part = "\\e"
		}
		last = substr(text, used, 1)
		out = out part
		text = substr(text, used + 1)
	}
	sub(/ - /, " \\- ", out)
	return out ~ /^[.']/ ? "\\&" out : out
}

function has(list, word)
{
	return index("," list ",", "," word ",") > 0
}

# Is a row for the page at hand?
function is_ours(row)
{
	if (dialect != "run")
		return has(verbs[row], dialect)
	return has(verbs[row], "run") || has(verbs[row], "show") || has(verbs[row], "doctor")
}

function heading(row,    words, n, i, out)
{
	out = bold(name[row])
	n = split(arguments[row], words, " ")
	for (i = 1; i <= n; i++) {
		if (i == 2 && has(traits[row], "same") && dialect == "run")
			out = out " [" italic(words[i]) "]"
		else
			out = out " " italic(words[i])
	}
	return out
}

# The paragraphs of an option that are for this page.
function print_prose(row,    paragraphs, lines, n, m, i, j, text, shown)
{
	n = split(text_of[name[row]], paragraphs, "\n\n")
	shown = 0
	for (i = 1; i <= n; i++) {
		text = paragraphs[i]
		if (match(text, /^(run|bwrap|rootfs|layer)(,(run|bwrap|rootfs|layer))*: /)) {
			if (!has(substr(text, 1, RLENGTH - 2), dialect))
				continue
			text = substr(text, RLENGTH + 1)
		}
		if (shown++)
			print ".IP"
		m = split(text, lines, "\n")
		for (j = 1; j <= m; j++)
			print prose(lines[j], arguments[row])
	}
	if (!shown)
		fail("no prose for " name[row] " in this page")
}

function print_options(    row, title)
{
	title = ""
	for (row = 1; row <= rows; row++) {
		if (!is_ours(row) || shown_already[name[row]]++)
			continue
		if (group[row] != title)
			print ".SS " group[row]
		title = group[row]
		print ".TP"
		print heading(row)
		print_prose(row)
	}
}

# "NAME..." with what is to be replaced set off.
function command_heading(name,    out)
{
	if (!((dialect, name) in command))
		fail(dialect " has no command " name)
	out = literal(command[dialect, name])
	gsub(/[A-Z]+/, "\\fI&\\fR", out)
	described[name] = 1
	return bold(name) (out == "" ? "" : " " out)
}

function check_commands(    pair, parts)
{
	for (pair in command) {
		split(pair, parts, SUBSEP)
		if (parts[1] == dialect && !(parts[2] in described))
			fail("the command " parts[2] " is missing")
	}
}

function check_prose(    row, option)
{
	for (row = 1; row <= rows; row++) {
		if (!(name[row] in text_of))
			fail("no prose for " name[row])
		known[name[row]] = 1
	}
	for (option in text_of) {
		if (!(option in known))
			fail("prose for " option ", which is no option")
	}
}

BEGIN { FS = "\t" }

FNR == 1 { file++ }

# --- the rows ---

file == 1 && $1 == "GROUP" { title_now = $2 }

file == 1 && $1 == "COMMAND" { command[$2, $3] = $4 }

file == 1 && $1 == "OPTION" {
	rows++
	name[rows] = $2
	arguments[rows] = $3
	verbs[rows] = $4
	traits[rows] = $5
	group[rows] = title_now
}

file == 1 { next }

# --- the prose ---

file == 2 && /^#/ { next }

file == 2 && /^--[a-z0-9-]+$/ {
	option = $0
	if (option in text_of)
		fail(option " has prose already")
	text_of[option] = ""
	gap = 0
	next
}

file == 2 && /^$/ {
	gap = 1
	next
}

file == 2 {
	if (text_of[option] != "")
		text_of[option] = text_of[option] (gap ? "\n\n" : "\n")
	text_of[option] = text_of[option] $0
	gap = 0
	next
}

# --- the template ---

file == 3 && FNR == 1 { check_prose() }

{ gsub(/@VERSION@/, version) }

/^@OPTIONS@$/ {
	print_options()
	next
}

/^@COMMAND / {
	print ".TP"
	print command_heading(substr($0, length("@COMMAND ") + 1))
	next
}

/^@EXAMPLE/ {
	example = 1
	print ".PP"
	print ".RS 4"
	print ".EX"
	next
}

/^@END$/ {
	example = 0
	print ".EE"
	print ".RE"
	next
}

example && /^[$>] / {
	print substr($0, 1, 2) bold(substr($0, 3))
	next
}

example {
	text = literal($0)
	print text ~ /^[.']/ ? "\\&" text : text
	next
}

/^\./ {
	print
	next
}

/^\* / {
	print ".IP \\[u2022] 2"
	print prose(substr($0, 3), "")
	next
}

{ print prose($0, "") }

END {
	if (!failed && file < 3)
		fail("needs three files: rows, prose, template")
	if (!failed)
		check_commands()
}
