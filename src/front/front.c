/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * front.c - what both front-ends need to know of the caller
 */
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front/front.h"

void front_caller(struct plan *plan)
{
	plan->host_uid = plan->uid = geteuid();
	plan->host_gid = plan->gid = getegid();
}

static bool same_folder(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

const char *front_cwd(struct plan *plan, const char *pwd)
{
	char path[PATH_MAX];

	if (pwd && pwd[0] == '/' && same_folder(pwd, "."))
		return arena_strdup(&plan->arena, pwd);
	return getcwd(path, sizeof(path)) && path[0] == '/' ? arena_strdup(&plan->arena, path)
							    : NULL;
}

void front_command(struct plan *plan, char **words)
{
	for (;; words++) {
		plan->argv = grow(plan->argv, plan->argc, sizeof(*plan->argv));
		plan->argv[plan->argc] = *words;
		if (!*words)
			return;
		plan->argc++;
	}
}
