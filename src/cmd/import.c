/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * import.c - see import.h
 *
 * Numbers in an archive are those of the inside, so it is unpacked where the map of the new root
 * is. A folder has the numbers of some convention already: it is copied where the caller and all
 * subordinate ids exist, and each number is looked up in the one map and then in the other.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/import.h"
#include "cmd/inside.h"
#include "plan/ids_host.h"

static const char root_folder[] = "root";

/* What is to be made, and from what. */
struct import {
	const struct store *store;
	struct arena *arena;
	struct info info;
	struct item item;
};

/* --- a folder --- */

static int not_yours(const char *path, uid_t owner, struct err *e)
{
	err_refuse(e, "import", path, "it belongs to the user %u, who is root in none of your maps",
		   owner);
	return err_hint(e, "a root is made as yourself or in your subordinate ids; an archive of "
			   "it, made by its owner, can be imported");
}

/* The convention of a root that belongs to this user: 0 inside is its owner. */
static int find_kind(const char *path, uid_t owner, struct arena *arena, struct ids *ret,
		     struct err *e)
{
	static const enum map_kind kinds[] = { MAP_AUTO, MAP_SUBID };
	uint32_t outside;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		int r = ids_settle(kinds[i], arena, ret, e);

		if (r < 0)
			return r;
		if (id_map_outside(&ret->uid, 0, &outside) && outside == owner)
			return 0;
	}
	return not_yours(path, owner, e);
}

/*
 * One table of a shift: the numbers of @from, as they look where @within is the map, and those of
 * @to there.
 */
static void compose(const struct id_map *from, const struct id_map *to, const struct id_map *within,
		    struct arena *arena, struct id_map *ret)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct id_range *range = &from->ranges[i];
		uint32_t outside, found, given;

		for (uint32_t n = 0; n < range->count; n++) {
			if (!id_map_inside(within, range->outside + n, &found) ||
			    !id_map_outside(to, range->inside + n, &outside) ||
			    !id_map_inside(within, outside, &given))
				continue;
			id_map_add(ret, arena, (struct id_range){ found, given, 1 });
		}
	}
}

/* With one id there are no ranges to look for; all files must be the caller's own. */
static int copy_own(struct import *import, const char *path, int fd, uid_t owner, struct err *e)
{
	struct id_map root = { 0 };
	const struct tree_shift shift = { .uid = &root, .gid = &root };

	if (owner != geteuid())
		return not_yours(path, owner, e);
	id_map_add(&root, import->arena, (struct id_range){ 0, 0, 1 });
	int r = inside_copy(&import->info.ids, fd, &shift, 0, import->item.fd, root_folder, e);
	return r < 0 && !e->hint ? err_hint(e, "--map-ids auto keeps files of several users") : r;
}

static int copy_folder(struct import *import, const char *path, int fd, struct err *e)
{
	struct ids found = { 0 }, within = { 0 };
	struct id_map uid = { 0 }, gid = { 0 };
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(e, errno, "look at", path);
	if (import->info.ids.uid.count == 0)
		return copy_own(import, path, fd, st.st_uid, e);
	int r = find_kind(path, st.st_uid, import->arena, &found, e);
	if (r >= 0)
		r = ids_settle(MAP_AUTO, import->arena, &within, e);
	if (r < 0)
		return r;
	log_step("%s was made by --map-ids %s", path, map_kind_name(found.kind));
	compose(&found.uid, &import->info.ids.uid, &within.uid, import->arena, &uid);
	compose(&found.gid, &import->info.ids.gid, &within.gid, import->arena, &gid);
	const struct tree_shift shift = { .uid = &uid, .gid = &gid };
	return inside_copy(&within, fd, &shift, 0, import->item.fd, root_folder, e);
}

/* --- mmdebstrap --- */

/* "SUITE,word,word" to the words of a command line. */
static const char **debstrap_words(const char *source, struct arena *arena)
{
	char *text = arena_strdup(arena, source), *suite = strsep(&text, ","), *word;
	const char **words = arena_alloc(arena, (strlen(source) + 8) * sizeof(*words));
	bool has_variant = false;
	size_t count = 0;

	words[count++] = "mmdebstrap";
	words[count++] = "--mode=unshare";
	words[count++] = "--format=tar";
	if (!log_is_verbose())
		words[count++] = "--quiet";
	while ((word = strsep(&text, ","))) {
		has_variant |= strncmp(word, "variant=", 8) == 0;
		words[count++] = arena_format(arena, "--%s", word);
	}
	if (!has_variant)
		words[count++] = "--variant=minbase";
	words[count++] = suite;
	words[count++] = "-";
	return words;
}

static int start_debstrap(const char **words, int write_fd, pid_t *ret_pid, struct err *e)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	int code = posix_spawn_file_actions_init(&actions);

	if (code == 0)
		code = posix_spawnattr_init(&attr);
	if (code == 0)
		code = posix_spawn_file_actions_adddup2(&actions, write_fd, STDOUT_FILENO);
	/* One that fails sends SIGHUP to its whole process group. */
	if (code == 0)
		code = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	if (code == 0)
		code = posix_spawnp(ret_pid, words[0], &actions, &attr, (char **)words, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	if (code == 0)
		return 0;
	err_set(e, code, "start", words[0]);
	return code == ENOENT ? err_hint(e, "install the package mmdebstrap") : -code;
}

static int end_debstrap(pid_t pid, struct err *e)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return err_set(e, errno, "wait for", "mmdebstrap");
	}
	if (status == 0)
		return 0;
	if (WIFSIGNALED(status))
		return err_refuse(e, "make the root with", "mmdebstrap",
				  "it was ended by signal %d", WTERMSIG(status));
	return err_refuse(e, "make the root with", "mmdebstrap",
			  "it failed with status %d, for the reason above", WEXITSTATUS(status));
}

/* Nobody could have written more: then it is not the archive that is to blame. */
static bool is_full(const struct err *e)
{
	return e->code == ENOSPC || e->code == EDQUOT || e->code == EFBIG;
}

static int debstrap(struct import *import, const char *source, struct err *e)
{
	const char **words = debstrap_words(source, import->arena);
	auto_close_ int read_fd = -1, write_fd = -1;
	struct err unpacking = { 0 };
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, errno, "open a pipe from", "mmdebstrap");
	read_fd = ends[0];
	write_fd = ends[1];
	/* Its dpkg runs as another id, and would complain of a home that is closed to that. */
	if (setenv("HOME", "/", 1) < 0)
		return err_set(e, errno, "set HOME for", "mmdebstrap");
	int r = start_debstrap(words, write_fd, &pid, e);
	if (r < 0)
		return r;
	close_fd(&write_fd);
	int unpacked =
		inside_unpack(&import->info.ids, read_fd, import->item.fd, root_folder, &unpacking);
	close_fd(&read_fd); /* if we gave up, so does it */
	r = end_debstrap(pid, e);
	if (unpacked >= 0 || (r < 0 && !is_full(&unpacking)))
		return r;
	*e = unpacking;
	return unpacked;
}

/* --- all of them --- */

static int open_source(const char *path, struct err *e)
{
	int fd = strcmp(path, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
					: open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? err_set(e, errno, "open", path) : fd;
}

static int from_path(struct import *import, const char *path, struct err *e)
{
	auto_close_ int fd = open_source(path, e);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return err_set(e, errno, "look at", path);
	if (S_ISDIR(st.st_mode))
		return copy_folder(import, path, fd, e);
	return inside_unpack(&import->info.ids, fd, import->item.fd, root_folder, e);
}

/* An archive that a user made of a folder of the own has the user's number for root's. */
static int check_owner(const struct import *import, const char *source, const char *folder,
		       const struct stat *st, struct err *e)
{
	const struct id_map *map = &import->info.ids.uid;
	uint32_t root = geteuid(), inside;

	if (map->count && !id_map_outside(map, 0, &root))
		return 0;
	if (st->st_uid == root)
		return 0;
	inside = st->st_uid;
	(void)id_map_inside(map, st->st_uid, &inside); /* all that is made has an id of the map */
	err_refuse(e, "import", source, "%s in it belongs to the user %u, and not to root", folder,
		   inside);
	return err_hint(e, "tar --owner=0 --group=0 makes an archive where all is root's; a folder "
			   "of your own can be imported as it is");
}

/* A root has folders of a system at its top, or it is something else. */
static int check_root(const struct import *import, const char *source, struct err *e)
{
	static const char *const folders[] = { "root/usr", "root/bin", "root/etc", "root/lib",
					       "root/sbin" };
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		if (fstatat(import->item.fd, folders[i], &st, AT_SYMLINK_NOFOLLOW) == 0)
			return check_owner(import, source, folders[i] + strlen("root/"), &st, e);
	}
	err_refuse(e, "import", source, "there is no usr, bin or etc at its top");
	return err_hint(e, "a root file system is wanted; if it lies in a folder of the archive, "
			   "unpack that and import the folder");
}

static int begin(struct import *import, const struct store *store, const char *name,
		 enum map_kind kind, struct err *e)
{
	int r = store->kind == STORE_CACHE ? 0 : item_check_free(store, name, e);

	if (r >= 0)
		r = ids_settle(kind, import->arena, &import->info.ids, e);
	return r < 0 ? r : item_new(store, &import->info, &import->item, e);
}

/* Published, or removed again. */
static int end(struct import *import, const char *source, const char *name, int r, struct err *e)
{
	struct err unused = { 0 };

	if (r >= 0)
		r = check_root(import, source, e);
	if (r >= 0)
		r = item_publish(import->store, &import->item, name, true, e);
	if (r < 0 && item_remove(import->store, &import->item, &unused) < 0)
		log_warning("%s/%s could not be removed: the next command tries again",
			    import->store->path, import->item.name);
	item_close(&import->item);
	return r;
}

int import_root(const struct store *store, const char *source, const char *name, enum map_kind kind,
		struct arena *arena, struct err *e)
{
	static const char debstrap_prefix[] = "mmdebstrap:";
	size_t length = strlen(debstrap_prefix);
	struct import import = {
		.store = store, .arena = arena, .info = { .source = source }, .item = ITEM_CLOSED
	};
	int r = begin(&import, store, name, kind, e);

	if (r < 0)
		return r;
	if (strncmp(source, debstrap_prefix, length) == 0)
		r = debstrap(&import, source + length, e);
	else
		r = from_path(&import, source, e);
	return end(&import, source, name, r, e);
}

int import_archive(const struct store *store, int archive_fd, const char *digest, const char *name,
		   enum map_kind kind, struct arena *arena, struct err *e)
{
	struct import import = { .store = store,
				 .arena = arena,
				 .info = { .source = "archive", .digest = digest },
				 .item = ITEM_CLOSED };
	int r = begin(&import, store, name, kind, e);

	if (r < 0)
		return r;
	r = inside_unpack(&import.info.ids, archive_fd, import.item.fd, root_folder, e);
	return end(&import, "the archive", name, r, e);
}
