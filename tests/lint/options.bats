# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The table of options, --help, the manual and the completions say the same.

load ../lib
load docs

# --- help ---

@test "the --help of each verb lists the verb's options, no more and no less" {
	local verb

	for verb in run bwrap show doctor rootfs layer; do
		run -0 --separate-stderr crannog "$verb" --help
		same "$(options_in_help <<<"$output")" "$(options_of "$verb")"
	done
}

@test "the --help of run names every argument" {
	run -0 --separate-stderr crannog run --help
	output=$(tr -d '[]' <<<"$output")
	while IFS=$'\t' read -r name arguments; do
		says "$name${arguments:+ $arguments}"
	done < <(rows | awk -F '\t' '$1 == "OPTION" && $4 ~ /run/ { print $2 "\t" $3 }')
}

@test "the program's --help lists the verbs that the completions know, in the same words" {
	run -0 --separate-stderr crannog --help
	same "$(sed -nE 's/^ +([a-z]+) +/\1\t/p' <<<"$output")" \
		"$(rows | awk -F '\t' '$1 == "VERB" { print $2 "\t" $3 }')"
}

# --- manual ---

@test "crannog(1) has every option of run, show and doctor, with its arguments" {
	same "$(headings "$(built man/crannog.1)" | tr -d '[]')" \
		"$(rows | awk -F '\t' '$1 == "OPTION" && $4 ~ /run|show|doctor/ { print $2 ($3 == "" ? "" : " ") $3 }' |
			sort -u)"
}

@test "crannog-bwrap(1) has every option of bwrap, with its arguments" {
	same "$(headings "$(built man/crannog-bwrap.1)")" \
		"$(rows | awk -F '\t' '$1 == "OPTION" && $4 ~ /bwrap/ { print $2 ($3 == "" ? "" : " ") $3 }' |
			sort -u)"
}

@test "the pages of rootfs and layer have every option and command of theirs, with the arguments" {
	local verb

	for verb in rootfs layer; do
		same "$(headings "$(built "man/crannog-$verb.1")")" \
			"$(rows | awk -F '\t' -v verb="$verb" '$1 == "OPTION" && index("," $4 ",", "," verb ",") {
				print $2 ($3 == "" ? "" : " ") $3 }' | sort -u)"
		same "$(headings "$(built "man/crannog-$verb.1")" '^[a-z]+( [A-Z[].*)?$' | sort)" \
			"$(rows | awk -F '\t' -v verb="$verb" '$1 == "COMMAND" && $2 == verb {
				print $3 ($4 == "" ? "" : " ") $4 }' | sort)"
		run -0 --separate-stderr crannog "$verb" --help
		same "$(sed -nE '/^Commands:/,/^$/s/^ +([^ ].*[^ ])  .*/\1/p' <<<"$output" | sed 's/ *$//')" \
			"$(rows | awk -F '\t' -v verb="$verb" '$1 == "COMMAND" && $2 == verb {
				print $3 ($4 == "" ? "" : " ") $4 }')"
	done
}

@test "a command that the page lacks is refused" {
	rows >rows
	grep -v '^@COMMAND diff' "$SRCDIR/man/crannog-layer.1.in" >page
	run -1 awk -f "$SRCDIR/man/manual.awk" -v dialect=layer -v version=0 rows "$SRCDIR/man/options.txt" page
	says "the command diff is missing"
}

page_with_prose() {
	rows >rows
	awk -f "$SRCDIR/man/manual.awk" -v dialect=run -v version=0 rows "$1" "$SRCDIR/man/crannog.1.in"
}

@test "an option without prose is refused" {
	awk '/^--/ { skip = $0 == "--tmpfs" } !skip' "$SRCDIR/man/options.txt" >prose
	run -1 page_with_prose prose
	says "no prose for --tmpfs"
}

@test "prose without an option is refused" {
	{ cat "$SRCDIR/man/options.txt"; printf '\n--no-such-option\nIt does nothing.\n'; } >prose
	run -1 page_with_prose prose
	says "prose for --no-such-option, which is no option"
}

@test "an option whose prose is all for the other page is refused" {
	awk '/^--/ { mine = $0 == "--tmpfs"; print; if (mine) print "bwrap: Only there."; next } !mine' \
		"$SRCDIR/man/options.txt" >prose
	run -1 page_with_prose prose
	says "no prose for --tmpfs in this page"
}

# --- bash ---

# What bash offers for the last of the words.
bash_offers() {
	bash -c 'source "$1"; shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_crannog 2>/dev/null
		printf "%s\n" "${COMPREPLY[@]}"' bash "$(built completions/crannog.bash)" crannog "$@" | sort -u
}

@test "bash completes the options of each verb" {
	local verb

	for verb in run bwrap show doctor rootfs layer; do
		same "$(bash_offers "$verb" --)" "$(options_of "$verb")"
	done
	same "$(bash_offers --)" "$(options_of bwrap)"
	same "$(bash_offers '')" "$(verbs | sort)"
}

@test "bash completes the words after an option" {
	mkdir folder
	touch file
	same "$(bash_offers run --bind f)" $'file\nfolder'
	same "$(bash_offers run --rw-rootfs f)" folder
	same "$(bash_offers run --chdir = f)" folder
	same "$(bash_offers run --overlay folder folder "$PWD/fi")" "$PWD/file"
	same "$(bash_offers run --cap-add CAP_SYS_T)" $'CAP_SYS_TIME\nCAP_SYS_TTY_CONFIG'
	same "$(MY_OWN_VARIABLE=1 bash_offers run --keep-env MY_OWN)" MY_OWN_VARIABLE
	same "$(bash_offers run --uid '')" ""
}

@test "bash knows that run takes --bind SRC alone and bwrap does not" {
	same "$(bash_offers run --bind file --rw-)" --rw-rootfs
	same "$(bash_offers run --bind file "$PWD" --rw-)" --rw-rootfs
	same "$(bash_offers bwrap --bind file --remount)" ""
	same "$(bash_offers bwrap --bind file / --remount)" --remount-ro
}

@test "bash knows that the options after show bwrap are bwrap's" {
	same "$(bash_offers show bwrap --rem)" --remount-ro
	same "$(bash_offers show --json bwrap --bind file --remount)" ""
	same "$(bash_offers show bwrap --mas)" ""
}

@test "bash leaves the options alone after the command" {
	touch -- --rw-file
	same "$(bash_offers run -- ls --rw-)" --rw-file
	same "$(bash_offers run -v ls --rw-)" --rw-file
}

# A root and two layers.
keep_some() {
	export XDG_DATA_HOME=$PWD/data
	mkdir -p data/crannog/roots/{deb12,.new-1} data/crannog/layers/{one,two} folder
	touch file
}

@test "bash completes the commands of rootfs and layer, and what is kept" {
	keep_some
	same "$(bash_offers rootfs '')" "$(rows | awk -F '\t' '$2 == "rootfs" && $1 == "COMMAND" { print $3 }' | sort)"
	same "$(bash_offers layer --json d)" $'diff\ndiscard\ndu'
	same "$(bash_offers layer diff --)" "$(options_of layer)"
	same "$(bash_offers layer diff '')" $'one\ntwo'
	same "$(bash_offers layer commit --as-layer '')" $'one\ntwo'
	same "$(bash_offers layer commit one '')" ""
	same "$(bash_offers layer rm one '')" $'one\ntwo'
	same "$(bash_offers rootfs rm a b '')" deb12
	same "$(bash_offers rootfs export deb12 'fi')" file
	same "$(bash_offers rootfs --map-ids auto import f)" $'file\nfolder'
	same "$(bash_offers run --layer '')" $'one\ntmp\ntwo'
	same "$(bash_offers run --rootfs d)" $'data\ndeb12'
}

# --- fish ---

fish_offers() {
	HOME=$PWD fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \
		"$(built completions/crannog.fish)" "crannog $1" | cut -f 1 | sort -u
}

@test "fish completes the options of each verb" {
	local verb

	command -v fish >/dev/null || skip "fish is not installed"
	for verb in run bwrap show doctor rootfs layer; do
		same "$(fish_offers "$verb --")" "$(options_of "$verb")"
	done
	same "$(fish_offers --)" "$(options_of bwrap)"
	same "$(fish_offers '')" "$(verbs | sort)"
}

@test "fish completes the words after an option" {
	command -v fish >/dev/null || skip "fish is not installed"
	mkdir folder
	touch file
	same "$(fish_offers 'run --bind f')" $'file\nfolder/'
	same "$(fish_offers 'run --rw-rootfs f')" folder/
	same "$(fish_offers 'run --chdir=f')" --chdir=folder/
	same "$(fish_offers 'run --cap-add CAP_SYS_T')" $'CAP_SYS_TIME\nCAP_SYS_TTY_CONFIG'
	same "$(MY_OWN_VARIABLE=1 fish_offers 'run --keep-env MY_OWN')" MY_OWN_VARIABLE
	same "$(fish_offers 'run --uid ')" ""
	same "$(fish_offers 'run --bind file --rw-')" --rw-rootfs
	same "$(fish_offers 'bwrap --bind file --remount')" ""
	same "$(fish_offers 'show bwrap --rem')" --remount-ro
	[[ $'\n'$(fish_offers 'show bwrap --mas')$'\n' != *$'\n'--mask$'\n'* ]] # others match loosely
	same "$(fish_offers 'run -- crannog show --wh')" --why
}

@test "fish completes the commands of rootfs and layer, and what is kept" {
	command -v fish >/dev/null || skip "fish is not installed"
	keep_some
	same "$(fish_offers 'rootfs ')" "$(rows | awk -F '\t' '$2 == "rootfs" && $1 == "COMMAND" { print $3 }' | sort)"
	same "$(fish_offers 'layer diff ')" $'one\ntwo'
	same "$(fish_offers 'layer commit --as-layer ')" $'one\ntwo'
	same "$(fish_offers 'layer commit one ')" ""
	same "$(fish_offers 'layer rm one ')" $'one\ntwo'
	same "$(fish_offers 'rootfs rm a b ')" deb12
	same "$(fish_offers 'rootfs --map-ids auto import fi')" file
	same "$(fish_offers 'run --layer ')" $'one\ntmp\ntwo'
	same "$(fish_offers 'run --rootfs de')" deb12
}

# --- zsh ---

zsh_offers() {
	HOME=$PWD zsh -f "$BATS_TEST_DIRNAME/complete.zsh" "$(built completions/_crannog)" "crannog $1" |
		sed 's/=$//' | sort -u
}

@test "zsh completes the options of each verb" {
	local verb

	command -v zsh >/dev/null || skip "zsh is not installed"
	for verb in run bwrap show doctor rootfs layer; do
		same "$(zsh_offers "$verb --")" "$(options_of "$verb")"
	done
	same "$(zsh_offers --)" "$(options_of bwrap)"
	same "$(zsh_offers '')" "$(verbs | sort)"
}

@test "zsh completes the words after an option" {
	command -v zsh >/dev/null || skip "zsh is not installed"
	mkdir folder
	touch file
	same "$(zsh_offers 'run --bind f')" $'file\nfolder'
	same "$(zsh_offers 'run --rw-rootfs f')" folder
	same "$(zsh_offers 'run --chdir=f')" folder
	same "$(zsh_offers 'run --cap-add CAP_SYS_T')" $'CAP_SYS_TIME\nCAP_SYS_TTY_CONFIG'
	same "$(MY_OWN_VARIABLE=1 zsh_offers 'run --keep-env MY_OWN')" MY_OWN_VARIABLE
	same "$(zsh_offers 'run --uid ')" ""
	same "$(zsh_offers 'run --bind file --rw-')" --rw-rootfs
	same "$(zsh_offers 'show bwrap --rem')" --remount-ro
	same "$(zsh_offers 'show bwrap --mas')" ""
}

@test "zsh completes the commands of rootfs and layer, and what is kept" {
	command -v zsh >/dev/null || skip "zsh is not installed"
	keep_some
	same "$(zsh_offers 'rootfs ')" "$(rows | awk -F '\t' '$2 == "rootfs" && $1 == "COMMAND" { print $3 }' | sort)"
	same "$(zsh_offers 'layer diff ')" $'one\ntwo'
	same "$(zsh_offers 'layer commit --as-layer ')" $'one\ntwo'
	same "$(zsh_offers 'layer commit one ')" ""
	same "$(zsh_offers 'layer rm one ')" $'one\ntwo'
	same "$(zsh_offers 'rootfs rm a b ')" deb12
	same "$(zsh_offers 'rootfs --map-ids auto import fi')" file
	same "$(zsh_offers 'run --layer ')" $'one\ntmp\ntwo'
	same "$(zsh_offers 'run --rootfs de')" deb12
}
