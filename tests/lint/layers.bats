# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Includes point one way: base <- plan <- stage <- watch, base <- plan <- front; cmd and main.c see
# all, front and stage never meet.

load ../lib
load docs

layers() {
	awk -f "$BATS_TEST_DIRNAME/layers.awk" "$@"
}

@test "no file includes what its layer may not see" {
	run -0 layers "$SRCDIR"/src/*/*.[ch] "$SRCDIR"/src/*/*.def "$SRCDIR"/src/*.c
	same "$output" ""
}

# A file of that layer with that one line.
bad() {
	mkdir -p "src/$1"
	printf '%s\n' "$2" >"src/$1/bad.c"
	run -1 layers "src/$1/bad.c"
	says "src/$1/bad.c:1: "
}

@test "the check finds what points the wrong way" {
	bad base '#include "plan/plan.h"'
	bad plan '#include "front/options.h"'
	bad plan '#include "stage/ctx.h"'
	bad front '#include "stage/ctx.h"'
	bad front '#include "watch/launch.h"'
	bad stage '#include "front/options.h"'
	bad stage '#include "watch/report.h"'
	bad stage '#include "cmd/cmd.h"'
	bad watch '#include "front/options.h"'
	bad watch '#include "cmd/cmd.h"'
}

@test "the check is not fooled by spelling" {
	bad stage '#include <front/options.h>'
	bad stage '	# include	"front/options.h"'
	bad stage '#include "stage/../front/options.h"'
	bad stage '#include "../front/options.h"'
	bad stage '#include "options.h"'
	bad stage '#include "./options.h"'
	bad newlayer '#include "base/err.h"'
}

@test "the check lets pass what points the right way" {
	mkdir -p src/stage src/cmd
	printf '#include "config.h"\n#include <sys/mount.h>\n#include "plan/plan.h"\n' >src/stage/good.c
	printf '#include "front/front.h"\n#include "watch/launch.h"\n' >src/cmd/good.c
	cp src/cmd/good.c src/main.c
	run -0 layers src/stage/good.c src/cmd/good.c src/main.c
	same "$output" ""
}
