/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * user.c - see user.h
 *
 * The C library's functions would ask name services, with plug-ins of the new root, in a process
 * with all privileges. So the two files are read here: passwd(5), group(5).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/sys.h"
#include "stage/caps.h"
#include "stage/user.h"

enum {
	MAX_FILE = 16 * 1024 * 1024,
	MAX_GROUPS = 65536, /* NGROUPS_MAX of setgroups(2) */
	MAX_FIELDS = 7,
};

static const char passwd_file[] = "/etc/passwd";
static const char group_file[] = "/etc/group";

/* A file of the new root; an absent one is empty. *ret_text is heap memory. */
static int read_file(const char *path, char **ret_text, struct err *e)
{
	auto_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	size_t size;

	*ret_text = NULL;
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(e, errno, "read the inside's", path);
	if (!S_ISREG(st.st_mode) || st.st_size > MAX_FILE)
		return err_refuse(e, "read the inside's", path,
				  "it is no plain file of a sane size");
	int r = read_all(fd, ret_text, &size);
	return r < 0 ? err_set(e, -r, "read the inside's", path) : 0;
}

/* The fields of the next line, NUL-terminated in place; NULL after the last. */
static char *next_line(char **at, char *fields[MAX_FIELDS], size_t *ret_count)
{
	char *line = *at, *end;
	size_t count = 0;

	if (!line || !*line)
		return NULL;
	end = line + strcspn(line, "\n");
	*at = *end ? end + 1 : end;
	*end = '\0';
	for (char *field = line; field && count < MAX_FIELDS; count++) {
		fields[count] = field;
		field = strchr(field, ':');
		if (field)
			*field++ = '\0';
	}
	*ret_count = count;
	return line;
}

static bool parse_id(const char *text, uint32_t *ret)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	unsigned long long id = strtoull(text, &end, 10);
	if (errno || *end || id >= UINT32_MAX)
		return false;
	*ret = (uint32_t)id;
	return true;
}

/* --- passwd --- */

static void take_words(struct arena *memory, const char *name, const char *home,
		       struct inside_user *user)
{
	user->home_word = arena_format(memory, "HOME=%s", home[0] ? home : "/");
	user->user_word = arena_format(memory, "USER=%s", name);
	user->logname_word = arena_format(memory, "LOGNAME=%s", name);
}

/* The entry of that name, or of that number if it is one; true if it is there. */
static bool find_user(char *text, const char *wanted, struct arena *memory,
		      struct inside_user *user, const char **ret_name)
{
	uint32_t number, uid, gid;
	bool by_number = parse_id(wanted, &number);
	char *fields[MAX_FIELDS];
	size_t count;

	while (next_line(&text, fields, &count)) {
		if (count < 6 || !parse_id(fields[2], &uid) || !parse_id(fields[3], &gid))
			continue;
		if (by_number ? uid != number : strcmp(fields[0], wanted) != 0)
			continue;
		user->uid = uid;
		user->gid = gid;
		*ret_name = arena_strdup(memory, fields[0]);
		take_words(memory, fields[0], fields[5], user);
		return true;
	}
	if (by_number)
		user->uid = number;
	return false;
}

static int no_such(const char *what, const char *name, const char *file, struct err *e)
{
	err_refuse(e, what, name, "no line of the inside's %s has that name", file);
	return err_hint(e, "a number needs no line");
}

static int find_name(const struct plan *plan, struct arena *memory, struct inside_user *user,
		     const char **ret_name, struct err *e)
{
	auto_free_ char *text = NULL;
	uint32_t number;
	int r = read_file(passwd_file, &text, e);

	if (r < 0 || find_user(text, plan->user, memory, user, ret_name))
		return r;
	return parse_id(plan->user, &number) ? 0
					     : no_such("be the user", plan->user, passwd_file, e);
}

/* --- group --- */

/* The group of that name in the text, which is left as it was. */
static bool find_group(const char *text, const char *name, gid_t *ret)
{
	size_t length = strlen(name);

	for (const char *line = text; line && *line; line += *line == '\n') {
		const char *end = line + strcspn(line, "\n"), *colon;
		uint32_t gid;
		char number[16];

		if (strncmp(line, name, length) == 0 && line[length] == ':' &&
		    (colon = memchr(line + length + 1, ':', (size_t)(end - line) - length - 1))) {
			snprintf(number, sizeof(number), "%.*s", (int)strcspn(colon + 1, ":\n"),
				 colon + 1);
			if (parse_id(number, &gid)) {
				*ret = gid;
				return true;
			}
		}
		line = end;
	}
	return false;
}

static int resolve_group(const char *text, const char *name, gid_t *ret, struct err *e)
{
	uint32_t number;

	if (parse_id(name, &number)) {
		*ret = number;
		return 0;
	}
	return find_group(text, name, ret) ? 0 : no_such("be in the group", name, group_file, e);
}

static void add_group(struct inside_user *user, struct arena *memory, gid_t gid)
{
	/* Doubling: room for the next power of two. */
	if ((user->group_count & (user->group_count - 1)) == 0) {
		size_t room = user->group_count ? 2 * user->group_count : 1;
		gid_t *more = arena_alloc(memory, room * sizeof(*more));

		if (user->group_count)
			memcpy(more, user->groups, user->group_count * sizeof(*more));
		user->groups = more;
	}
	user->groups[user->group_count++] = gid;
}

static bool lists(char *members, const char *name)
{
	for (char *member = strtok(members, ","); member; member = strtok(NULL, ",")) {
		if (strcmp(member, name) == 0)
			return true;
	}
	return false;
}

/* The groups that have the user among their members. */
static void add_groups_of(char *text, const char *name, struct arena *memory,
			  struct inside_user *user)
{
	char *fields[MAX_FIELDS];
	size_t count;
	uint32_t gid;

	while (next_line(&text, fields, &count) && user->group_count < MAX_GROUPS) {
		if (count >= 4 && parse_id(fields[2], &gid) && gid != user->gid &&
		    lists(fields[3], name))
			add_group(user, memory, gid);
	}
}

static int add_list(const char *text, const char *list, struct arena *memory,
		    struct inside_user *user, struct err *e)
{
	char *words = arena_strdup(memory, list);

	for (char *word = strtok(words, ","); word; word = strtok(NULL, ",")) {
		gid_t gid;
		int r = resolve_group(text, word, &gid, e);

		if (r < 0)
			return r;
		add_group(user, memory, gid);
	}
	return 0;
}

static int find_groups(const struct plan *plan, const char *name, struct arena *memory,
		       struct inside_user *user, struct err *e)
{
	auto_free_ char *text = NULL;
	int r = read_file(group_file, &text, e);

	e->origin = plan->user_origin;
	if (r >= 0 && plan->group)
		r = resolve_group(text, plan->group, &user->gid, e);
	if (r < 0)
		return r;
	e->origin = plan->groups_origin;
	if (plan->groups == GROUPS_LIST)
		return add_list(text, plan->group_list, memory, user, e);
	if (plan->groups == GROUPS_USER && name && text)
		add_groups_of(text, name, memory, user);
	return 0;
}

int user_find_inside(const struct plan *plan, struct arena *memory, struct inside_user *ret,
		     struct err *e)
{
	struct inside_user user = { .uid = plan->uid,
				    .gid = plan->gid,
				    .sets_groups = plan->groups != GROUPS_KEEP };
	const char *name = NULL;
	int r = 0;

	e->origin = plan->user_origin;
	if (plan->user)
		r = find_name(plan, memory, &user, &name, e);
	if (r >= 0 && (plan->group || plan->groups == GROUPS_USER || plan->groups == GROUPS_LIST))
		r = find_groups(plan, name, memory, &user, e);
	if (r < 0)
		return r;
	e->origin = (struct origin){ 0 };
	*ret = user;
	return 0;
}

/* --- becoming --- */

static int switch_failed(const char *what, unsigned id, struct err *e)
{
	char number[16];
	int code = errno;

	snprintf(number, sizeof(number), "%u", id);
	err_set(e, code, what, number);
	return code == EINVAL ? err_hint(e, "it is not among the mapped ids: see --map-ids")
			      : -code;
}

static int is_that_user(const struct inside_user *user)
{
	uid_t r, eu, su;
	gid_t rg, eg, sg;

	return getresuid(&r, &eu, &su) == 0 && getresgid(&rg, &eg, &sg) == 0 && r == user->uid &&
	       eu == user->uid && su == user->uid && rg == user->gid && eg == user->gid &&
	       sg == user->gid;
}

int user_become(const struct plan *plan, const struct inside_user *user, struct err *e)
{
	if (!plan->maps_outside || (!user->sets_groups && is_that_user(user)))
		return 0;
	e->origin = plan->user_origin;
	int r = caps_raise(e);
	if (r < 0)
		return r;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return err_set(e, errno, "keep capabilities over", "the switch of user");
	if (user->sets_groups && sys_setgroups(user->group_count, user->groups) < 0)
		return switch_failed("set the supplementary groups, the last one is",
				     user->group_count ? user->groups[user->group_count - 1] : 0,
				     e);
	if (sys_setgid(user->gid) < 0)
		return switch_failed("switch to the group id", user->gid, e);
	if (sys_setuid(user->uid) < 0)
		return switch_failed("switch to the user id", user->uid, e);
	e->origin = (struct origin){ 0 };
	return plan->suid ? caps_raise(e) : 0;
}

void user_put_env(const struct plan *plan, const struct inside_user *user)
{
	if ((plan->late_env & LATE_HOME) && user->home_word)
		env_put_word(plan->env_words, user->home_word);
	if ((plan->late_env & LATE_USER) && user->user_word)
		env_put_word(plan->env_words, user->user_word);
	if ((plan->late_env & LATE_LOGNAME) && user->logname_word)
		env_put_word(plan->env_words, user->logname_word);
}
