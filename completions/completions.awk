# SPDX-License-Identifier: LGPL-2.1-or-later
#
# completions.awk - a shell's completion from the table of options and a template
#
#	options-dump >rows
#	awk -f completions.awk -v shell=bash rows crannog.bash.in >crannog.bash
#
# In a template a line "@VERBS@" becomes the verbs, "@OPTIONS@" the options of each verb, and
# "@WORDS@" what each word after an option is: file, dir, cap, var, root, layer or none. "@COMMANDS@"
# becomes the commands of the verbs that have some, and "@COMMAND_WORDS@" what each word after one is.
# How these look is up to the shell; see the functions that start with its name.

# What a word is, by its name in the table. One that may be left out gets a question mark.
function kind(word)
{
	if (word ~ /^(SRC|DEST|PATH|FILE)$/)
		return "file"
	if (word == "ROOT")
		return "root"
	if (word == "LAYER")
		return "layer"
	if (word ~ /^(DIR|RWSRC|WORKDIR)$/)
		return "dir"
	if (word == "CAP")
		return "cap"
	if (word == "VAR")
		return "var"
	return "none"
}

function has(list, word)
{
	return index("," list ",", "," word ",") > 0
}

# The kinds of an option's words, with a blank between them.
function kinds(row,    words, n, i, out)
{
	n = split(arguments[row], words, " ")
	out = ""
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? " " : "") kind(words[i]) (i > 1 && has(traits[row], "same") ? "?" : "")
	return out
}

# The same of a command's words; the last of them may be repeated if it ends in "...".
function command_kinds(row,    words, n, i, word, out)
{
	n = split(command_arguments[row], words, " ")
	out = ""
	for (i = 1; i <= n; i++) {
		word = words[i]
		gsub(/[][.]/, "", word)
		if (word == "NAME")
			word = command_verb[row] == "layer" ? "LAYER" : "ROOT_NAME"
		word = word == "SOURCE" ? "file" : word == "ROOT_NAME" ? "root-name" : kind(word)
		out = out (i > 1 ? " " : "") word (words[i] ~ /\.\.\.$/ ? "..." : "")
	}
	return out
}

# --- bash: patterns of case ---

function bash_commands(    v, row, out)
{
	for (v = 1; v <= verb_count; v++) {
		out = ""
		for (row = 1; row <= commands; row++) {
			if (command_verb[row] == verb[v])
				out = out command_name[row] " "
		}
		if (out != "")
			printf "\t%s) echo '%s' ;;\n", verb[v], out
	}
}

function bash_command_words(    row)
{
	for (row = 1; row <= commands; row++)
		printf "\t%s-%s) echo '%s' ;;\n", command_verb[row], command_name[row], command_kinds(row)
}

function bash_options(    v, row)
{
	for (v = 1; v <= verb_count; v++) {
		printf "\t%s) echo '", verb[v]
		for (row = 1; row <= rows; row++) {
			if (has(verbs[row], verb[v]))
				printf "%s ", name[row]
		}
		print "' ;;"
	}
}

function bash_verbs(    v)
{
	printf "\techo '"
	for (v = 1; v <= verb_count; v++)
		printf "%s ", verb[v]
	print "'"
}

function bash_words(    row, seen)
{
	for (row = 1; row <= rows; row++) {
		if (arguments[row] == "" || seen[name[row]]++)
			continue
		printf "\t%s) echo '%s' ;;\n", name[row], kinds(row)
	}
}

# --- zsh: specifications of _arguments ---

function zsh_quote(text)
{
	gsub(/'/, "'\\''", text)
	return text
}

function zsh_help(text)
{
	gsub(/[][\\:]/, "\\\\&", text)
	return zsh_quote(text)
}

function zsh_spec(row, v,    words, n, i, out)
{
	n = split(arguments[row], words, " ")
	out = "'*" name[row] (n == 1 && verb[v] != "bwrap" ? "=" : "")
	out = out "[" zsh_help(help[row]) "]"
	for (i = 1; i <= n; i++) {
		out = out (i == 2 && has(traits[row], "same") && verb[v] != "bwrap" ? "::" : ":")
		out = out words[i] ":" zsh_action[kind(words[i])]
	}
	return out "'"
}

function zsh_options(    v, row)
{
	for (v = 1; v <= verb_count; v++) {
		printf "\t%s)\n\t\tspecs=(\n", verb[v]
		for (row = 1; row <= rows; row++) {
			if (has(verbs[row], verb[v]))
				print "\t\t\t" zsh_spec(row, v)
		}
		print "\t\t) ;;"
	}
}

function zsh_verbs(    v)
{
	for (v = 1; v <= verb_count; v++)
		printf "\t\t'%s:%s'\n", verb[v], zsh_quote(verb_help[v])
}

function zsh_commands(    row)
{
	for (row = 1; row <= commands; row++)
		printf "\t%s) commands+=('%s:%s') ;|\n", command_verb[row], command_name[row],
			zsh_quote(command_help[row])
}

# --- fish: candidates with a tab before their description ---

function fish_commands(    v, row, out)
{
	for (v = 1; v <= verb_count; v++) {
		out = ""
		for (row = 1; row <= commands; row++) {
			if (command_verb[row] == verb[v])
				out = out sprintf("\t\tprintf '%%s\\t%%s\\n' %s '%s'\n", command_name[row],
					fish_quote(command_help[row]))
		}
		if (out != "")
			printf "\tcase %s\n%s", verb[v], out
	}
}

function fish_command_words(    row)
{
	for (row = 1; row <= commands; row++)
		printf "\tcase %s-%s\n\t\techo '%s'\n", command_verb[row], command_name[row],
			command_kinds(row)
}

function fish_quote(text)
{
	gsub(/\\/, "\\\\", text)
	gsub(/'/, "\\'", text)
	return text
}

function fish_verbs(    v)
{
	for (v = 1; v <= verb_count; v++)
		printf "\tprintf '%%s\\t%%s\\n' %s '%s'\n", verb[v], fish_quote(verb_help[v])
}

function fish_options(    v, row)
{
	for (v = 1; v <= verb_count; v++) {
		printf "\tcase %s\n", verb[v]
		for (row = 1; row <= rows; row++) {
			if (has(verbs[row], verb[v]))
				printf "\t\tprintf '%%s\\t%%s\\n' %s '%s'\n", name[row], fish_quote(help[row])
		}
	}
}

function fish_words(    row, seen)
{
	for (row = 1; row <= rows; row++) {
		if (arguments[row] == "" || seen[name[row]]++)
			continue
		printf "\tcase %s\n\t\techo '%s'\n", name[row], kinds(row)
	}
}

BEGIN {
	FS = "\t"
	zsh_action["file"] = "_files"
	zsh_action["dir"] = "_files -/"
	zsh_action["cap"] = "_crannog_capabilities"
	zsh_action["root"] = "_crannog_root"
	zsh_action["layer"] = "_crannog_layer"
	zsh_action["var"] = "_parameters -g \"*export*\""
	zsh_action["none"] = " "
}

FNR == 1 { file++ }

file == 1 && $1 == "VERB" {
	verb[++verb_count] = $2
	verb_help[verb_count] = $3
}

file == 1 && $1 == "COMMAND" {
	commands++
	command_verb[commands] = $2
	command_name[commands] = $3
	command_arguments[commands] = $4
	command_help[commands] = $5
}

file == 1 && $1 == "OPTION" {
	rows++
	name[rows] = $2
	arguments[rows] = $3
	verbs[rows] = $4
	traits[rows] = $5
	help[rows] = $6
}

file == 1 { next }

/^@VERBS@$/ {
	if (shell == "bash")
		bash_verbs()
	else if (shell == "zsh")
		zsh_verbs()
	else
		fish_verbs()
	next
}

/^@OPTIONS@$/ {
	if (shell == "bash")
		bash_options()
	else if (shell == "zsh")
		zsh_options()
	else
		fish_options()
	next
}

/^@COMMANDS@$/ {
	if (shell == "bash")
		bash_commands()
	else if (shell == "zsh")
		zsh_commands()
	else
		fish_commands()
	next
}

/^@COMMAND_WORDS@$/ {
	if (shell == "fish")
		fish_command_words()
	else
		bash_command_words() # zsh's case is the same
	next
}

/^@WORDS@$/ {
	if (shell == "bash")
		bash_words()
	else
		fish_words()
	next
}

{ print }
