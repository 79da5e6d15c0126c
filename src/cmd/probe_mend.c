/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe_mend.c - which package brings a program, in the words of this machine
 *
 * os-release(5) says whose machine it is; where it does not, the first package manager on PATH
 * counts. PATH alone would mislead: some distributions ship the managers of others.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/probe_tools.h"

enum manager { APT, DNF, PACMAN, APK, ZYPPER, MANAGERS };

static const struct {
	const char *program, *install;
	const char *ids; /* of os-release, with blanks around each */
} managers[MANAGERS] = {
	[APT] = { "apt", "apt install", " debian ubuntu " },
	[DNF] = { "dnf", "dnf install", " fedora rhel centos " },
	[PACMAN] = { "pacman", "pacman -S", " arch " },
	[APK] = { "apk", "apk add", " alpine " },
	[ZYPPER] = { "zypper", "zypper install",
		     " suse opensuse sles opensuse-leap opensuse-tumbleweed " },
};

static const struct {
	const char *program;
	const char *packages[MANAGERS];
} sources[] = {
	{ "newuidmap", { "uidmap", "shadow-utils", "shadow", "shadow-subids", "shadow" } },
	{ "newgidmap", { "uidmap", "shadow-utils", "shadow", "shadow-subids", "shadow" } },
	{ "fusermount3", { "fuse3", "fuse3", "fuse3", "fuse3", "fuse3" } },
	{ "fuse-overlayfs",
	  { "fuse-overlayfs", "fuse-overlayfs", "fuse-overlayfs", "fuse-overlayfs",
	    "fuse-overlayfs" } },
	{ "slirp4netns",
	  { "slirp4netns", "slirp4netns", "slirp4netns", "slirp4netns", "slirp4netns" } },
	{ "pasta", { "passt", "passt", "passt", "passt", "passt" } },
	{ "libselinux", { "libselinux1", "libselinux", NULL, "libselinux", "libselinux1" } },
};

static enum manager manager_of(char *ids)
{
	char word[64];

	for (char *id = strtok(ids, " \t\"'"); id; id = strtok(NULL, " \t\"'")) {
		snprintf(word, sizeof(word), " %s ", id);
		for (enum manager m = 0; m < MANAGERS; m++) {
			if (strstr(managers[m].ids, word))
				return m;
		}
	}
	return MANAGERS;
}

/* By the lines ID= and ID_LIKE=. */
static enum manager from_os_release(void)
{
	auto_fclose_ FILE *file = fopen("/etc/os-release", "re");
	enum manager found = MANAGERS, like = MANAGERS;
	char line[256];

	if (!file)
		file = fopen("/usr/lib/os-release", "re");
	while (file && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "ID=", strlen("ID=")) == 0)
			found = manager_of(line + strlen("ID="));
		if (strncmp(line, "ID_LIKE=", strlen("ID_LIKE=")) == 0)
			like = manager_of(line + strlen("ID_LIKE="));
	}
	return found < MANAGERS ? found : like;
}

static enum manager from_path(void)
{
	char path[PATH_MAX];
	enum manager m = 0;

	while (m < MANAGERS && !probe_find(managers[m].program, path))
		m++;
	return m;
}

void probe_mend_install(struct finding *ret, const char *name)
{
	enum manager m = from_os_release();
	const char *package = NULL;

	if (m == MANAGERS)
		m = from_path();
	for (size_t i = 0; m < MANAGERS && i < ARRAY_SIZE(sources); i++) {
		if (strcmp(sources[i].program, name) == 0)
			package = sources[i].packages[m];
	}
	if (package)
		probe_mend_as_root(ret, "%s %s", managers[m].install, package);
	else
		probe_mend(ret, "install the package that brings %s", name);
}
