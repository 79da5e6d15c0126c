/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe_ids.c - ranges of ids: who owns them, and can they be mapped
 *
 * Lines of /etc/subuid and /etc/subgid are "OWNER:FIRST:COUNT", OWNER a name or a number
 * (subuid(5)). newuidmap(1) is tried for real: it writes one of the ids to the map of a child that
 * waits in a user namespace of its own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/user.h"
#include "cmd/probe_tools.h"

static const char subuid[] = "/etc/subuid";
static const char subgid[] = "/etc/subgid";

struct ranges {
	unsigned lines;
	unsigned long long count;     /* of all lines of ours */
	unsigned long first;          /* of our first line */
	unsigned long long next_free; /* above every line, whoever owns it */
};

/* Who may write maps without newuidmap has no use for it, nor for lines that allow it. */
static bool writes_maps_itself(void)
{
	return caps_may_map_ids() && probe_id_count() > 1;
}

static const char *user_name(char number[16])
{
	const struct passwd *user = user_find(geteuid());

	snprintf(number, 16, "%u", geteuid());
	return user ? user->pw_name : number;
}

static void read_line(char *line, struct ranges *ranges)
{
	char number[16], *colon = strchr(line, ':');
	unsigned long first, count;
	const char *name = user_name(number);

	if (!colon || sscanf(colon, ":%lu:%lu", &first, &count) != 2)
		return;
	ranges->next_free = MAX(ranges->next_free, (unsigned long long)first + count);
	*colon = '\0';
	if (strcmp(line, name) != 0 && strcmp(line, number) != 0)
		return;
	if (ranges->lines++ == 0)
		ranges->first = first;
	ranges->count += count;
}

static void read_ranges(const char *path, struct ranges *ret)
{
	enum { FIRST_EVER = 100000, LINE = 256 };
	auto_fclose_ FILE *file = fopen(path, "re");
	char line[LINE];

	*ret = (struct ranges){ .next_free = FIRST_EVER };
	while (file && fgets(line, sizeof(line), file))
		read_line(line, ret);
}

static void probe_ranges(const char *path, const char *other, struct finding *ret)
{
	enum { USUAL = 65536 };
	struct ranges ranges, others;
	char number[16];
	const char *name = user_name(number);

	read_ranges(path, &ranges);
	if (ranges.count > 0) {
		probe_ok(ret, "%llu from %lu on, in %s%s", ranges.count, ranges.first, path,
			 ranges.count < USUAL ? "; a whole system needs 65536" : "");
		return;
	}
	if (writes_maps_itself()) {
		probe_not_needed(ret, "no line for %s in %s; we may map any id", name, path);
		return;
	}
	probe_missing(ret, "no line for %s in %s, nor for its number, %s", name, path, number);
	if (probe_id_count() < UINT_MAX)
		return; /* what is free above us cannot be seen from here */
	read_ranges(other, &others);
	/* The same numbers for users and groups, if that can be: it is easier to read. */
	unsigned long long next =
		MAX(ranges.next_free, others.count ? others.first : others.next_free);
	probe_mend(ret, "echo %s:%llu:%d | %stee -a %s", name, next, USUAL, probe_sudo(), path);
}

void probe_subuid(const struct probe *probe _unused_, struct finding *ret)
{
	probe_ranges(subuid, subgid, ret);
}

void probe_subgid(const struct probe *probe _unused_, struct finding *ret)
{
	probe_ranges(subgid, subuid, ret);
}

/* --- newuidmap, newgidmap --- */

/* Why a program has no more rights than its caller, as far as can be seen; false: it has. */
static bool is_powerless(const char *path, struct finding *ret)
{
	struct statvfs fs;
	struct stat st;
	char caps[64];

	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1) {
		probe_missing(ret, "%s has no power here: the caller gave it up (no_new_privs)",
			      path);
		probe_mend(ret,
			   "start from a shell that no sandbox and no service manager confines");
	} else if (statvfs(path, &fs) == 0 && (fs.f_flag & ST_NOSUID)) {
		probe_missing(ret, "%s has no power here: it is on a file system mounted nosuid",
			      path);
		probe_mend_as_root(ret, "mount -o remount,suid \"$(findmnt -no TARGET -T %s)\"",
				   path);
	} else if (stat(path, &st) < 0 ||
		   getxattr(path, "security.capability", caps, sizeof(caps)) > 0) {
		return false;
	} else if (!(st.st_mode & S_ISUID)) {
		probe_missing(ret, "%s is neither setuid root nor has file capabilities", path);
		probe_mend_as_root(ret, "chmod u+s %s", path);
	} else if (st.st_uid != 0) {
		probe_missing(
			ret,
			"%s has no power here: it is setuid, but not to this user namespace's root",
			path);
	} else {
		return false;
	}
	return true;
}

/* Maps our own id and one of the range. 0, or the helper's exit code, with its words in @text. */
static int map_one(const char *path, unsigned own, unsigned long first, char *text, size_t size)
{
	char pid_text[16], own_text[16], first_text[24];
	int fd;
	pid_t pid = probe_hold(&fd);

	text[0] = '\0';
	if (pid < 0)
		return pid;
	snprintf(pid_text, sizeof(pid_text), "%d", pid);
	snprintf(own_text, sizeof(own_text), "%u", own);
	snprintf(first_text, sizeof(first_text), "%lu", first);
	const char *const words[] = {
		path, pid_text, "0", own_text, "1", "1", first_text, "1", NULL
	};
	int r = probe_run(words, text, size);
	probe_release(pid, fd);
	return r;
}

static void probe_mapper(const char *name, unsigned own, const char *file, struct finding *ret)
{
	char path[PATH_MAX], text[512];
	struct ranges ranges;

	if (!probe_find(name, path)) {
		probe_missing(ret, "no %s on PATH", name);
		probe_mend_install(ret, name);
		return;
	}
	read_ranges(file, &ranges);
	if (ranges.count == 0) {
		if (!is_powerless(path, ret))
			probe_ok(ret, "%s; not tried: there is no range", path);
		return;
	}
	int r = map_one(path, own, ranges.first, text, sizeof(text));
	if (r == 0)
		probe_ok(ret, "%s wrote a map", path);
	else if (r < 0)
		probe_missing(ret, "%s was not tried: %s", path, strerror(-r));
	else if (!is_powerless(path, ret))
		probe_missing(ret, "%s fails: %s", path, text);
}

static void probe_mapper_or_root(const char *name, unsigned own, const char *file,
				 struct finding *ret)
{
	probe_mapper(name, own, file, ret);
	if (ret->status != PROBE_MISSING || !writes_maps_itself())
		return;
	ret->mend[0] = '\0';
	probe_not_needed(ret, "we write id maps ourselves");
}

void probe_newuidmap(const struct probe *probe, struct finding *ret)
{
	probe_mapper_or_root(probe->name, geteuid(), subuid, ret);
}

void probe_newgidmap(const struct probe *probe, struct finding *ret)
{
	probe_mapper_or_root(probe->name, getegid(), subgid, ret);
}
