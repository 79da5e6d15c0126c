/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * opt_caps.c - the program's capabilities
 *
 * As bwrap, options change the set that the caller's user gives at the start. In `run` the set to
 * start from depends on who the program is inside, which later options say: --cap-add and
 * --cap-drop are noted, and caps_settle() puts it all together.
 */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>

#include "front/capname.h"
#include "front/caps.h"
#include "front/handlers.h"

#define BIT(cap) (UINT64_C(1) << (cap))

const uint64_t caps_docker = BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FOWNER) |
			     BIT(CAP_FSETID) | BIT(CAP_KILL) | BIT(CAP_SETGID) | BIT(CAP_SETUID) |
			     BIT(CAP_SETPCAP) | BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_NET_RAW) |
			     BIT(CAP_SYS_CHROOT) | BIT(CAP_MKNOD) | BIT(CAP_AUDIT_WRITE) |
			     BIT(CAP_SETFCAP);

/* One capability, or ALL, as a set. */
static int parse_cap(const struct request *request, const char *name, uint64_t *ret)
{
	int cap;

	if (strcasecmp(name, "ALL") == 0) {
		*ret = ~UINT64_C(0);
		return 0;
	}
	if (capname_parse(name, &cap) < 0)
		return -EINVAL;
	if (request->mode != MODE_BWRAP && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) < 0)
		return -EINVAL; /* a number may be of none */
	*ret = BIT(cap);
	return 0;
}

static void change(uint64_t *to, uint64_t *from, uint64_t set)
{
	*to |= set;
	*from &= ~set;
}

int opt_cap(struct request *request, const struct option *option, char **values, struct err *e)
{
	uint64_t set, *added = &request->caps_added, *dropped = &request->caps_dropped;

	if (parse_cap(request, values[0], &set) < 0)
		return err_usage(e, "unknown cap: %s", values[0]);
	if (option->value)
		change(added, dropped, set);
	else
		change(dropped, added, set);
	request->plan->keep_caps = false;
	return 0;
}

/* A word of --caps: a set's name, or a capability with or without "cap_". */
static int parse_set(const struct request *request, const char *word, uint64_t *ret)
{
	char name[64];

	if (strcmp(word, "none") == 0 || strcmp(word, "docker") == 0) {
		*ret = word[0] == 'n' ? 0 : caps_docker;
		return 0;
	}
	if (parse_cap(request, word, ret) == 0)
		return 0;
	snprintf(name, sizeof(name), "cap_%.50s", word);
	return parse_cap(request, name, ret);
}

int opt_caps(struct request *request, const struct option *o _unused_, char **values, struct err *e)
{
	char *words = arena_strdup(&request->plan->arena, values[0]);
	uint64_t set;

	request->caps = 0;
	request->caps_given = true;
	for (char *word = strtok(words, ","); word; word = strtok(NULL, ",")) {
		if (parse_set(request, word, &set) < 0) {
			err_usage(e, "unknown capability %s", word);
			return err_hint(e, "none, docker, all, or names such as net_raw, with "
					   "commas between");
		}
		request->caps |= set;
	}
	return 0;
}

void caps_settle(struct request *request, uint64_t usual)
{
	struct plan *plan = request->plan;
	uint64_t base = request->caps_given ? request->caps : usual;

	plan->caps = (base & ~request->caps_dropped) | request->caps_added;
	plan->bounding = plan->caps | (plan->suid ? caps_docker : 0);
}
