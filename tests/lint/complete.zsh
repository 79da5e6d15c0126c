# SPDX-License-Identifier: LGPL-2.1-or-later
#
# complete.zsh - prints what zsh offers: complete.zsh COMPLETION-FILE LINE
#
# Completion works in an interactive shell only, so one is started on a terminal of its own, with
# the line typed into it. There compadd, which every completion ends in, writes down what matches.

zmodload zsh/zpty || exit 2

folder=$(mktemp -d) || exit 2
mkdir $folder/functions
cp $1 $folder/functions/_crannog
: >$folder/offers

cat >$folder/start <<-END
	PROMPT= fpath=($folder/functions \$fpath)
	autoload -Uz compinit && compinit -u -D
	stty -echo
	compadd() {
	    local -a hits
	    builtin compadd -O hits "\$@"
	    (( \$#hits )) && print -rl -- \$hits >>$folder/offers
	    builtin compadd "\$@"
	}
	done-with-it() { : >$folder/done }
	zle -N done-with-it
	bindkey '^I' complete-word '^X' done-with-it
	: >$folder/ready
END

wait_for() {
	for (( i = 0; i < 600; i++ )); do
		[[ -e $folder/$1 ]] && return
		sleep 0.1
	done
	print -u2 "complete.zsh: no answer"
	rm -rf $folder
	exit 2
}

zpty shell zsh -f -i
zpty -w shell "source $folder/start"
wait_for ready
zpty -n -w shell "$2"$'\t\x18'
wait_for done
zpty -d shell
cat $folder/offers
rm -rf $folder
