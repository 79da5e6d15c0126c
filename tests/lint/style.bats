# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Sources look as they should: licence, sizes, forbidden calls, blanks, and what other linters say.

load ../lib
load docs
load style

# --- every source ---

@test "every source file names its licence in its first lines" {
	cd "$SRCDIR"
	sources | while read -r file; do
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: LGPL-2.1-or-later' || echo "$file"
	done | none "without an SPDX line"
}

@test "no source file is longer than 600 lines" {
	cd "$SRCDIR"
	sources | xargs wc -l | awk '$2 != "total" && $1 > 600' | none "longer than 600 lines"
}

@test "no line ends in a blank, and every file ends with a line" {
	cd "$SRCDIR"
	{ sources; prose; } | xargs grep -nE '[[:blank:]]$' | none "blanks at the end of a line"
	{ sources; prose; } | while read -r file; do
		[[ ! -s $file || -z $(tail -c 1 "$file") ]] || echo "$file"
	done | none "no newline at the end"
}

@test "no line of C or prose is wider than 100 columns" {
	cd "$SRCDIR"
	{ c_sources .; prose; } | while read -r file; do
		# A row of a table in prose cannot be broken.
		expand "$file" | LC_ALL=C.UTF-8 grep -nE '^[^|].{100}' | sed "s,^,$file:,"
	done | none "wider than 100 columns"
}

# --- functions ---

# The functions that may have more than 60 lines, up to 100, as FILE NAME, and why.
may_be_long() {
	cat <<'END'
END
}

@test "functions have at most 60 lines" {
	has_universal_ctags || skip "universal-ctags is not installed"
	function_lengths . >lengths
	(($(wc -l <lengths) > 100))
	may_be_long >listed
	awk 'NR == FNR { listed[$1, $2] = 1; next }
		{ split($2, place, ":") }
		$1 == "no-end" || $1 > 100 || $1 > 60 && !((place[1], $3) in listed)' listed lengths |
		none "too long"
}

@test "half of the functions have at most 20 lines" {
	has_universal_ctags || skip "universal-ctags is not installed"
	function_lengths src/ | sort -n >lengths
	(($(sed -n "$((($(wc -l <lengths) + 1) / 2))s/ .*//p" lengths) <= 20))
}

# --- what C may not do ---

@test "no unbounded copies and no memory of unknown size on the stack" {
	code . | grep -E '\b(gets|strcpy|strcat|sprintf|vsprintf|alloca|strdupa)[[:blank:]]*\(' |
		none "forbidden calls"
}

@test "no arrays of variable length" {
	local cc=${CC:-cc}

	command -v "${cc%% *}" >/dev/null || skip "there is no C compiler"
	cd "$SRCDIR"
	c_sources 'src/.*\.c$' | while read -r file; do
		# The words of $CC are a command.
		$cc -std=gnu11 -fsyntax-only -w -Werror=vla -DHAVE_CONFIG_H -Isrc \
			-I"$(dirname "$(built config.h)")" "$file" 2>&1 | grep -F 'Werror=vla' || true
	done | none "arrays of variable length"
}

inherited() {
	awk -v strings=1 -f "$BATS_TEST_DIRNAME/style-code.awk" "$@" |
		awk -f "$BATS_TEST_DIRNAME/style-cloexec.awk"
}

@test "every descriptor is closed on exec from the start" {
	cd "$SRCDIR"
	c_sources src/ | grep -vx src/base/sys.h | xargs awk -v strings=1 -f tests/lint/style-code.awk |
		awk -f tests/lint/style-cloexec.awk | none "descriptors that programs would inherit"
}

@test "the check for that finds them" {
	cat >bad.c <<'END'
{
	fd = open(path, O_RDONLY);
	fd = openat(dirfd, name(x),
		    O_RDONLY | O_DIRECTORY);
	if (take(open("/", O_PATH)) < 0 || pipe(fds) < 0)
		fcntl(fd, F_DUPFD, 3);
	FILE *file = fopen(path, "r");
	fd = sys_openat2(dirfd, path, &how);
	dup2(fd, 5);
}
END
	run -0 inherited bad.c
	same "$(grep -o '^bad.c:[0-9]*: [a-z0-9_]*' <<<"$output")" "bad.c:2: open
bad.c:3: openat
bad.c:5: open
bad.c:5: pipe
bad.c:6: fcntl
bad.c:7: fopen
bad.c:8: sys_openat2
bad.c:9: dup2"
}

@test "the check for that lets the others pass" {
	cat >good.c <<'END'
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC };
	/* open(2) is called here */
	fd = openat(dirfd, name(x),
		    O_RDONLY | O_CLOEXEC);
	say("open(x)");
	fd = sys_openat2(dirfd, path, &how);
	FILE *file = fopen(path, "re");
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	fd = reopen(x, 0);
	if (sys_open_tree(-1, "", 0) < 0 || dup2(fd, 1) < 0 || socket(A, B | SOCK_CLOEXEC, 0) < 0)
		return;
}
END
	run -0 inherited good.c
	same "$output" ""
}

@test "only main.c and the verbs end the program or print to stdout" {
	code src/ | grep -v '^src/\(main\.c\|cmd/\)' |
		grep -E '\b(exit|quick_exit|printf|vprintf|puts|putchar|stdout)\b' | none "not in cmd/"
}

@test "only processes inside, and no memory, end without a word" {
	code src/ | grep -v '^src/\(watch\|stage\|cmd\)/' | grep -v '^src/base/mem\.c' |
		grep -E '\b(_exit|_Exit|abort)\b' | none "ends the process"
}

# --- other linters ---

@test "shellcheck has nothing to say" {
	# Not seen: what bats and loaded files define, and who uses that. SC2266 takes "2>&1 |" for "||".
	local skipped=SC1091,SC2034,SC2154,SC2266

	command -v shellcheck >/dev/null || skip "shellcheck is not installed"
	cd "$SRCDIR"
	# bats stops a test at a failed cd, and runs it in a subshell; a file may be called cut.
	shell_sources | grep '\.bats$' |
		xargs shellcheck --shell=bats --severity=warning "--exclude=$skipped,SC2031,SC2164,SC2238"
	shell_sources | grep -v '\.bats$' | xargs shellcheck --severity=warning "--exclude=$skipped"
}

@test "codespell finds no misspelt word" {
	command -v codespell >/dev/null || skip "codespell is not installed"
	cd "$SRCDIR"
	# passt is a program; nin stands in "\nin".
	{ sources; prose; } | xargs codespell --quiet-level=3 --ignore-words-list=passt,nin |
		none "misspelt"
}

@test "clang-format would change nothing" {
	command -v clang-format >/dev/null || skip "clang-format is not installed"
	cd "$SRCDIR"
	[[ -e .clang-format ]] || skip "there is no .clang-format here"
	c_sources src/ | xargs clang-format --dry-run --Werror
}
