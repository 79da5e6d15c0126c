#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# show.bats - what show prints is what happens
#
# Random plans are launched, and what show said of some tens of paths is compared with what a probe
# finds inside; where show said that the launch would fail, it must fail, with the same words. A
# plan that breaks the promise is printed with its seed: SHOW_SEED=N SHOW_PLANS=1 repeats it.

load ../lib
load plans

setup_file() {
	ours_make
	export PROBE=$BATS_FILE_TMPDIR/probe
	cc -static -O1 -o "$PROBE" "$BATS_TEST_DIRNAME/probe.c" 2>/dev/null ||
		skip "needs a C compiler that links statically"
}

complain() {
	printf 'seed %s: %s\n  plan: %s' "$SEED" "$1" "$VERB" >&2
	printf ' %q' "${PLAN[@]}" >&2
	printf '\n' >&2
	return 1
}

# The program with the plan's verb, for show or for real.
show_it() {
	if [[ $VERB == run ]]; then
		crannog show "$@" "${PLAN[@]}" -- "${COMMAND[@]}"
	else
		crannog show "$@" bwrap "${PLAN[@]}" "${COMMAND[@]}"
	fi
}

launch_it() {
	crannog "$VERB" "${PLAN[@]}" "${COMMAND[@]}"
}

# With all the descriptors that a plan may name.
with_data() {
	"$@" 11<"$DIR/data-11" 12<"$DIR/data-12" 13<"$DIR/data-13" 14<"$DIR/data-14" 15<"$DIR/data-15" \
		16<"$DIR/data-16" 17<"$DIR/data-17" 18<"$DIR/data-18" 19<"$DIR/data-19"
}

foretell() {
	for path in "${PATHS[@]}"; do
		show_it --json --why "$path" || true
	done | awk -f "$BATS_TEST_DIRNAME/foretold.awk"
}

# The contents that show promises: those of a descriptor, of a file of the host now, or none.
foretold_contents() {
	local backing=$1 source=$2 words=$3

	if [[ $words =~ --(file|bind-data|ro-bind-data)\ ([0-9]+) ]]; then
		echo "data-${BASH_REMATCH[2]}_"
	elif [[ $backing == host || $backing == layer ]]; then
		head -c 63 "$source" 2>/dev/null | tr -c '!-~' _
	fi
}

# Completes the foretold lines with what can only be read before the launch.
complete() {
	local path state type readable writable backing source words extra

	while IFS='|' read -r path state type readable writable backing source words; do
		extra=
		if [[ $state == present && $type == file && $readable == readable && $backing != proc ]]; then
			extra=$(foretold_contents "$backing" "$source" "$words")
		fi
		[[ $backing == host ]] && extra+="|$(stat -c %d:%i "$source")"
		printf '%s|%s|%s|%s|%s|%s|%s|%s\n' "$path" "$state" "$type" "$readable" "$writable" \
			"$backing" "$source" "$extra"
	done
}

# Is what was found of one path what was foretold?
agrees() {
	local path state type readable writable backing source contents id
	local -a found

	IFS='|' read -r path state type readable writable backing source contents id <<<"$1"
	IFS='|' read -ra found <<<"$2"
	[[ $path == "${found[0]}" ]] || return 1
	[[ $state == unknown ]] && return
	[[ "$state|$type" == "${found[1]}|${found[2]}" ]] || return 1
	[[ $state == absent ]] && return
	[[ "$readable|$writable" == "${found[3]}|${found[4]}" ]] || return 1
	[[ $backing == launch ]] && id=$(stat -c %d:%i "$source")
	[[ -z $id || $id == "${found[5]}" ]] || return 1
	# What is in memory is not on the file system of the sources.
	[[ $backing != tmpfs && $backing != data && $backing != mask ]] ||
		[[ ${found[5]%:*} != "$(stat -c %d "$DIR")" ]] || return 1
	[[ $backing == proc || $type != file || $contents == "${found[6]-}" ]]
}

compare() {
	local i
	local -a promised=() found=()

	mapfile -t promised <"$1"
	mapfile -t found <"$2"
	[[ ${#promised[@]} == "${#PATHS[@]}" && ${#found[@]} == "${#PATHS[@]}" ]] ||
		complain "asked for ${#PATHS[@]} paths, ${#promised[@]} foretold, ${#found[@]} found" || return
	for i in "${!PATHS[@]}"; do
		agrees "${promised[i]}" "${found[i]}" || complain "foretold ${promised[i]}
  found    ${found[i]}" || return
	done
}

# One plan: foretell, launch, compare.
try_plan() {
	SEED=$1 DIR=$PWD/plan-$1
	local foretold_code=0 code=0

	mkdir "$DIR"
	plan_sources "$DIR"
	plan_make "$SEED" "$DIR"
	PLAN+=(--ro-bind "$PROBE" /the-probe)
	COMMAND=(/the-probe "${PATHS[@]}")
	with_data show_it >plan.txt 2>foretold-error.txt || foretold_code=$?
	((foretold_code == 125 || foretold_code == 0)) || complain "show ended with $foretold_code" || return
	if ((foretold_code == 0)); then
		with_data foretell | complete >foretold.txt
	fi
	with_data launch_it >found.txt 2>error.txt || code=$?
	if ((foretold_code)); then
		((code)) || complain "launched, but foretold: $(<foretold-error.txt)" || return
	fi
	cmp -s error.txt foretold-error.txt ||
		complain "foretold '$(<foretold-error.txt)', said '$(<error.txt)'" || return
	((foretold_code)) && FAILING=$((FAILING + 1)) && return
	((code == 0)) || complain "ended with $code" || return
	compare foretold.txt found.txt
}

forget_plan() {
	chmod -R u+rwx "$DIR"
	rm -rf "$DIR"
}

@test "random plans show what show foretold" {
	local first=${SHOW_SEED:-1} count=${SHOW_PLANS:-30} broken=0

	FAILING=0
	for ((seed = first; seed < first + count; seed++)); do
		try_plan "$seed" || broken=$((broken + 1))
		forget_plan
	done
	echo "# $count plans, $FAILING of them refused as foretold, $broken not as foretold" >&3
	((broken == 0))
}
