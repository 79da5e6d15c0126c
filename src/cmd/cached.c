/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * cached.c - see cached.h
 *
 * To read an archive only for its digest takes as long as many a launch. So the digest is noted by
 * what stat(2) says of the file, as the target of a link in the cache: a file that was changed has
 * another time or size.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/cached.h"
#include "cmd/import.h"
#include "watch/helper.h"

enum { DIGEST_LENGTH = 64 };

static int compute(int fd, char digest[DIGEST_LENGTH + 1], struct err *e)
{
	auto_free_ char *path = helper_find("sha256sum");
	char file[32], line[128];
	const char *const argv[] = { "sha256sum", file, NULL };
	const struct helper_start start = {
		.path = path, .argv = argv, .kept_fds = &fd, .kept_count = 1, .listens = true
	};
	struct helper helper = HELPER_NONE;
	int status;

	if (!path) {
		err_refuse(e, "find the digest of", "the archive", "sha256sum is not installed");
		return err_hint(e, "install the package coreutils");
	}
	snprintf(file, sizeof(file), "/dev/fd/%d", fd);
	int r = helper_start(&start, &helper, e);
	if (r >= 0)
		r = helper_finish(&helper, line, sizeof(line), &status, e);
	if (r < 0)
		return r;
	if (status != 0 || strspn(line, "0123456789abcdef") != DIGEST_LENGTH)
		return err_refuse(e, "find the digest of", "the archive", "%s", line);
	memcpy(digest, line, DIGEST_LENGTH);
	digest[DIGEST_LENGTH] = '\0';
	return 0;
}

/* What is noted of this file, or its digest found and noted. */
static int find_digest(const struct store *store, int fd, char digest[DIGEST_LENGTH + 1],
		       struct err *e)
{
	char note[NAME_MAX + 1];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(e, errno, "look at", "the archive");
	snprintf(note, sizeof(note), ".seen-%llx-%llx-%llx-%llx.%lx-%llx.%lx",
		 (unsigned long long)st.st_dev, (unsigned long long)st.st_ino,
		 (unsigned long long)st.st_size, (unsigned long long)st.st_mtim.tv_sec,
		 st.st_mtim.tv_nsec, (unsigned long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
	if (store->fd >= 0 &&
	    readlinkat(store->fd, note, digest, DIGEST_LENGTH + 1) == DIGEST_LENGTH) {
		digest[DIGEST_LENGTH] = '\0';
		return 0;
	}
	int r = compute(fd, digest, e);
	/* Without a note the next launch is slower, and no worse. */
	if (r >= 0 && store->fd >= 0 && symlinkat(digest, store->fd, note) < 0)
		log_step("the archive's digest cannot be noted: %s", strerror(errno));
	return r;
}

static int unpack_root(const struct store *store, int fd, const char *digest, const char *name,
		       enum map_kind kind, struct arena *arena, struct err *e)
{
	log_step("the archive is unpacked to %s/%s", store->path, name);
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_set(e, errno, "read", "the archive");
	int r = import_archive(store, fd, digest, name, kind, arena, e);
	return r == -EEXIST ? 0 : r; /* somebody was faster */
}

int cached_root(int archive_fd, enum map_kind kind, bool unpacks, struct arena *arena,
		struct item *ret_item, char **ret_path, struct err *e)
{
	enum map_kind used = kind == MAP_SINGLE || kind == MAP_ROOT ? MAP_AUTO : kind;
	auto_store_ struct store store = STORE_CLOSED;
	char digest[DIGEST_LENGTH + 1];

	if (kind == MAP_EXPLICIT)
		return err_usage(e, "an archive is unpacked by a convention of --map-ids, and not "
				    "by --uid-map");
	int r = store_open(STORE_CACHE, unpacks, &store, e);
	if (r >= 0)
		r = find_digest(&store, archive_fd, digest, e);
	if (r < 0)
		return r;
	const char *name = arena_format(arena, "sha256-%s-%s", digest, map_kind_name(used));
	*ret_path = arena_format(arena, "%s/%s/root", store.path, name);
	r = item_open(&store, name, ITEM_SHARED, arena, ret_item, e);
	if (r != -ENOENT || !unpacks)
		return r == -ENOENT ? 0 : r;
	r = unpack_root(&store, archive_fd, digest, name, used, arena, e);
	return r < 0 ? r : item_open(&store, name, ITEM_SHARED, arena, ret_item, e);
}
