/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * item.c - one root or layer of a store; see store.h
 *
 * The order of events when an item is made: the store's folder is locked; the item's folder and its
 * lock file appear, and that is locked; the store is unlocked. Then the info is written, since it
 * says whose files the rest will be, then the rest. When it is removed, the lock is the last file
 * in it but the folder itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/sys.h"
#include "store/store.h"
#include "store/tree.h"
#include "watch/within.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE (1 << 0)
#endif

static const char lock_name[] = "lock";

void item_close(struct item *item)
{
	close_fd(&item->fd);
	close_fd(&item->lock_fd);
}

static int lock_file(int fd, int operation)
{
	int r;

	do
		r = flock(fd, operation);
	while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : 0;
}

/* --- opening --- */

/* What of a killed process still dies has its locks for a moment longer. */
enum { PAUSE_MS = 10, TRIES_UNKNOWN = 10, TRIES_DEAD = 200 };

/* Has that process ended, reaped or not? */
static bool has_ended(pid_t pid)
{
	auto_close_ int pidfd = sys_pidfd_open(pid);
	struct pollfd end = { .fd = pidfd, .events = POLLIN };

	return pidfd < 0 ? errno == ESRCH : poll(&end, 1, 0) > 0;
}

/* How often to try a lock that its holder, who signed it, has now. */
static int tries_for(int lock_fd)
{
	char text[32] = "";
	int pid = 0;

	if (pread(lock_fd, text, sizeof(text) - 1, 0) < 0 || sscanf(text, "pid %d", &pid) != 1)
		return TRIES_UNKNOWN;
	return has_ended(pid) ? TRIES_DEAD : 0;
}

static int lock_soon(int lock_fd, int operation)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	int r = lock_file(lock_fd, operation);

	for (int i = 0; r == -EWOULDBLOCK && i < tries_for(lock_fd); i++) {
		nanosleep(&pause, NULL);
		r = lock_file(lock_fd, operation);
	}
	return r;
}

static int in_use(const struct store *store, const struct item *item, struct err *e)
{
	char holder[128] = "";

	if (read_line_at(item->fd, lock_name, holder, sizeof(holder)) < 0 || !holder[0])
		snprintf(holder, sizeof(holder), "another process");
	err_refuse(e, "use the", store_word(store), "%s is in use by %s", item->name, holder);
	e->code = EBUSY;
	return -EBUSY;
}

/* The lock of an item that its maker never finished may be missing: then nobody has it. */
static int take_lock(const struct store *store, struct item *item, enum item_lock lock,
		     struct err *e)
{
	int more = item->name[0] == '.' ? O_CREAT : 0;

	item->lock_fd = openat(item->fd, lock_name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | more, 0600);
	if (item->lock_fd < 0)
		return err_set(e, errno, "open the lock of", item->name);
	int r = lock_soon(item->lock_fd, (lock == ITEM_ALONE ? LOCK_EX : LOCK_SH) | LOCK_NB);
	if (r == -EWOULDBLOCK)
		return in_use(store, item, e);
	return r < 0 ? err_set(e, -r, "lock", item->name) : 0;
}

/* Is the folder still the one of that name? Its remover may have been faster. */
static bool is_there(const struct store *store, const struct item *item)
{
	struct stat have, named;

	return fstat(item->fd, &have) == 0 &&
	       fstatat(store->fd, item->name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       have.st_ino == named.st_ino && have.st_dev == named.st_dev;
}

static int none(const struct store *store, const char *name, struct err *e)
{
	err_usage(e, "there is no %s %s", store_word(store), name);
	e->code = ENOENT;
	return -ENOENT;
}

int item_open(const struct store *store, const char *name, enum item_lock lock, struct arena *arena,
	      struct item *ret, struct err *e)
{
	auto_item_ struct item item = ITEM_CLOSED;

	if (store->fd < 0)
		return none(store, name, e);
	snprintf(item.name, sizeof(item.name), "%s", name);
	item.fd = openat(store->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (item.fd < 0 && errno == ENOENT)
		return none(store, name, e);
	if (item.fd < 0)
		return err_set(e, errno, "open", name);
	int r = lock == ITEM_LOOK ? 0 : take_lock(store, &item, lock, e);
	if (r < 0)
		return r;
	if (!is_there(store, &item))
		return none(store, name, e);
	r = info_read(item.fd, name, arena, &item.info, e);
	if (r < 0 && item.name[0] != '.') /* an unfinished one may have none yet */
		return r;
	*ret = item;
	item = ITEM_CLOSED;
	return 0;
}

void item_sign(const struct item *item, const char *what)
{
	char text[128];
	int size = snprintf(text, sizeof(text), "pid %d (%.64s)\n", (int)getpid(), what);

	/* On a full disk others are told of "another process"; that is no reason to stop. */
	if (ftruncate(item->lock_fd, 0) < 0 || pwrite(item->lock_fd, text, (size_t)size, 0) < 0)
		return;
}

/*
 * -EEXIST if the new name is there. Where a file system cannot rename so, the plain way will do: an
 * item is a folder that is not empty, and such a one is not replaced.
 */
static int rename_new(const struct store *store, const char *from, const char *to)
{
	if (syscall(SYS_renameat2, store->fd, from, store->fd, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno == EINVAL && renameat(store->fd, from, store->fd, to) == 0)
		return 0;
	return errno == ENOTEMPTY ? -EEXIST : -errno;
}

/* --- making --- */

static int exists(const struct store *store, const char *name, struct err *e)
{
	err_usage(e, "there is a %s %s already", store_word(store), name);
	e->code = EEXIST;
	return -EEXIST;
}

int item_check_free(const struct store *store, const char *name, struct err *e)
{
	struct stat st;
	int r = store_check_name(store, name, e);

	if (r < 0)
		return r;
	if (fstatat(store->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return exists(store, name, e);
	return errno == ENOENT ? 0 : err_set(e, errno, "look for", name);
}

static int make_locked(const struct store *store, struct item *item, struct err *e)
{
	for (unsigned tries = 0; tries < 1000; tries++) {
		snprintf(item->name, sizeof(item->name), ".new-%d-%u", (int)getpid(), tries);
		if (mkdirat(store->fd, item->name, 0700) == 0)
			break;
		if (errno != EEXIST)
			return err_set(e, errno, "make a folder in", store->path);
	}
	item->fd = openat(store->fd, item->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (item->fd < 0)
		return err_set(e, errno, "open", item->name);
	int r = take_lock(store, item, ITEM_ALONE, e);
	if (r >= 0)
		item_sign(item, "crannog");
	return r;
}

int item_new(const struct store *store, const struct info *info, struct item *ret, struct err *e)
{
	auto_close_ int folder_fd = openat(store->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_item_ struct item item = ITEM_CLOSED;
	int r = folder_fd < 0 ? -errno : lock_file(folder_fd, LOCK_EX);

	if (r < 0)
		return err_set(e, -r, "lock the folder", store->path);
	r = make_locked(store, &item, e);
	if (r >= 0)
		r = info_write(item.fd, info, e);
	if (r < 0)
		return r;
	item.info = *info;
	*ret = item;
	item = ITEM_CLOSED;
	return 0;
}

int item_publish(const struct store *store, struct item *item, const char *name, bool has_contents,
		 struct err *e)
{
	if (has_contents && syncfs(item->fd) < 0)
		return err_set(e, errno, "write to disk", name);
	int r = rename_new(store, item->name, name);
	if (r < 0)
		return r == -EEXIST ? exists(store, name, e)
				    : err_set(e, -r, "name the new", store_word(store));
	snprintf(item->name, sizeof(item->name), "%s", name);
	return has_contents && fsync(store->fd) < 0
		       ? err_set(e, errno, "write to disk", store->path)
		       : 0;
}

/* --- removing --- */

static int remove_parts(void *arg, struct err *e)
{
	static const char *const parts[] = { "root", "upper", "work" };
	const struct item *item = arg;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(parts); i++)
		r = tree_remove(item->fd, parts[i], e);
	return r;
}

static int hide(const struct store *store, struct item *item, struct err *e)
{
	char name[sizeof(item->name)];

	if (item->name[0] == '.')
		return 0;
	for (unsigned tries = 0;; tries++) {
		snprintf(name, sizeof(name), ".old-%d-%u", (int)getpid(), tries);
		int r = rename_new(store, item->name, name);
		if (r >= 0)
			break;
		if (r != -EEXIST)
			return err_set(e, -r, "remove", item->name);
	}
	memcpy(item->name, name, sizeof(name));
	return 0;
}

static int unlink_all(const struct store *store, const struct item *item, struct err *e)
{
	static const char *const names[] = { "info.new", "info", lock_name };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (unlinkat(item->fd, names[i], 0) < 0 && errno != ENOENT)
			return err_set(e, errno, "remove", names[i]);
	}
	if (unlinkat(store->fd, item->name, AT_REMOVEDIR) < 0)
		return err_set(e, errno, "remove", item->name);
	return 0;
}

int item_remove(const struct store *store, struct item *item, struct err *e)
{
	int r = hide(store, item, e);

	if (r < 0)
		return r;
	/* One id needs no namespace: the files are the caller's own. */
	r = item->info.ids.uid.count ? within_ids(&item->info.ids, remove_parts, item, e)
				     : remove_parts(item, e);
	return r < 0 ? r : unlink_all(store, item, e);
}
