/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * user.h - who the program is, by the passwd and group files of the inside
 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "base/mem.h"
#include "plan/plan.h"

struct inside_user {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* the supplementary ones */
	size_t group_count;
	bool sets_groups;                                 /* else they stay as they are */
	const char *home_word, *user_word, *logname_word; /* "HOME=…", or NULL */
};

/**
 * user_find_inside: what plan->user, plan->group and plan->groups mean, in the new root.
 * @memory: what the answer lives in
 *
 * The files are as hostile as the root: what is no plain file of a sane size is an error, and lines
 * that say nothing are passed over. A number needs no line; then its group is plan->gid.
 */
_must_check_ int user_find_inside(const struct plan *plan, struct arena *memory,
				  struct inside_user *ret, struct err *e);

/* The calling process becomes that user. Its permitted capabilities stay. */
_must_check_ int user_become(const struct plan *plan, const struct inside_user *user,
			     struct err *e);

/* HOME, USER and LOGNAME in plan->env_words, as plan->late_env asks. */
void user_put_env(const struct plan *plan, const struct inside_user *user);
