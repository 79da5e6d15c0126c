/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * dest.c - see dest.h
 *
 * The kernel does all of the resolving. To make a missing path we look from its end for the folder
 * above that exists, and from there make one component after the other, each in the folder that the
 * one before gave us. A component that is there all the same is a dangling link: its text takes its
 * place in the path, and the search begins again, inside the root like any other.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/sys.h"
#include "stage/dest.h"

enum {
	MAX_LINKS = 40,   /* as the kernel's own limit */
	MAX_RETRIES = 64, /* of a resolution that raced with a rename */
};

static int open_in_root(const struct ctx *ctx, const char *path, int flags, mode_t mode)
{
	struct open_how how = { .flags = (unsigned)flags | O_CLOEXEC,
				.mode = mode,
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	int fd, tries = 0;

	do
		fd = sys_openat2(ctx->root_fd, path, &how);
	while (fd < 0 && (errno == EAGAIN || errno == EINTR) && ++tries < MAX_RETRIES);
	return fd < 0 ? -errno : fd;
}

/* What the descriptor stands for. */
static int look(const struct ctx *ctx, struct dest *dest)
{
	struct statx st;

	if (statx(dest->fd, "", AT_EMPTY_PATH, STATX_TYPE | STATX_INO | STATX_MNT_ID, &st) < 0)
		return -errno;
	if (!(st.stx_mask & STATX_MNT_ID))
		return -ENOSYS;
	dest->is_dir = S_ISDIR(st.stx_mode);
	dest->is_root = st.stx_mnt_id == ctx->root_mount_id && st.stx_ino == ctx->root_inode;
	return 0;
}

int dest_open(const struct ctx *ctx, const char *path, int flags, struct dest *ret)
{
	int fd = open_in_root(ctx, path, O_PATH | flags, 0);

	*ret = (struct dest){ .fd = fd, .in_parents = fd == -ENOTDIR };
	if (fd < 0)
		return fd;
	int r = look(ctx, ret);
	if (r < 0)
		close_fd(&ret->fd);
	return r;
}

/* "a/b//" is parent "a" and name "b"; both are copies. */
static int split(const char *path, char parent[PATH_MAX], char name[NAME_MAX + 1])
{
	size_t length = strlen(path), start;

	while (length > 0 && path[length - 1] == '/')
		length--;
	for (start = length; start > 0 && path[start - 1] != '/';)
		start--;
	if (length - start > NAME_MAX || start >= PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(name, path + start, length - start);
	name[length - start] = '\0';
	while (start > 0 && path[start - 1] == '/')
		start--;
	memcpy(parent, path, start);
	if (start == 0)
		parent[start++] = '/';
	parent[start] = '\0';
	return 0;
}

static bool is_dots(const char *name)
{
	return !name[0] || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int make_one(int parent_fd, const char *name, enum dest_kind kind, mode_t mode)
{
	if (kind == DEST_DIR)
		return mkdirat(parent_fd, name, mode) < 0 ? -errno : 0;
	auto_close_ int fd =
		openat(parent_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	return fd < 0 ? -errno : 0;
}

/* A path that is being made: its text up to @at leads to the folder @fd, the rest is missing. */
struct making {
	const struct ctx *ctx;
	char text[PATH_MAX];
	size_t at;
	int fd; /* O_PATH, or -errno */
};

static int open_prefix(struct making *making, size_t length)
{
	char cut = making->text[length];

	making->text[length] = '\0';
	int fd = open_in_root(making->ctx, length ? making->text : "/", O_PATH | O_DIRECTORY, 0);
	making->text[length] = cut;
	return fd;
}

/* The last folder on the way that is there. */
static int find_folder(struct making *making)
{
	size_t end = strlen(making->text);

	while (end > 0 && making->text[end - 1] == '/')
		end--;
	do {
		while (end > 0 && making->text[end - 1] != '/')
			end--;
		making->at = end;
		while (end > 0 && making->text[end - 1] == '/')
			end--;
		making->fd = open_prefix(making, end);
	} while (making->fd == -ENOENT && end > 0);
	return MIN(making->fd, 0);
}

/* The link @name, which leads nowhere: its text takes its place. @rest: what comes after it. */
static int follow(struct making *making, const char *name, size_t rest)
{
	char target[PATH_MAX], joined[PATH_MAX];
	ssize_t length = readlinkat(making->fd, name, target, sizeof(target) - 1);

	if (length < 0)
		return errno == EINVAL ? -EEXIST : -errno;
	target[length] = '\0';
	int size =
		snprintf(joined, sizeof(joined), "%.*s%s%s", target[0] == '/' ? 0 : (int)making->at,
			 making->text, target, making->text + rest);
	if (size >= (int)sizeof(joined))
		return -ENAMETOOLONG;
	memcpy(making->text, joined, (size_t)size + 1);
	close_fd(&making->fd);
	return find_folder(making);
}

/* Makes the component and goes there; dots lead back to what exists. @end: of its text. */
static int step(struct making *making, const char *name, size_t end, enum dest_kind kind,
		mode_t mode)
{
	int fd;

	if (is_dots(name)) {
		fd = open_prefix(making, end);
	} else {
		int r = make_one(making->fd, name, kind, mode);
		if (r < 0)
			return r;
		fd = openat(making->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		fd = fd < 0 ? -errno : fd;
	}
	if (fd < 0)
		return fd;
	close_fd(&making->fd);
	making->fd = fd;
	return 0;
}

/* What dest_make() makes, from the folder that was found on. */
static int make_rest(struct making *making, enum dest_kind kind, mode_t mode, mode_t parent_mode,
		     struct dest *ret)
{
	char name[NAME_MAX + 1];
	unsigned links = 0;

	for (ret->in_parents = true; making->text[making->at];) {
		const char *text = making->text;
		size_t length = strcspn(text + making->at, "/"), end = making->at + length;
		bool last = !text[end + strspn(text + end, "/")];

		ret->in_parents = !last;
		if (length > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, text + making->at, length);
		name[length] = '\0';
		int r = step(making, name, end, last ? kind : DEST_DIR, last ? mode : parent_mode);
		if (r == -EEXIST)
			r = ++links > MAX_LINKS ? -ELOOP : follow(making, name, end);
		else if (r == 0)
			making->at = end + strspn(text + end, "/");
		if (r < 0)
			return r;
	}
	ret->in_parents = false;
	return 0;
}

/* Makes what does not exist yet; ret->fd is O_PATH. */
static int make_path(const struct ctx *ctx, const char *path, enum dest_kind kind, mode_t mode,
		     mode_t parent_mode, struct dest *ret)
{
	struct making making = { .ctx = ctx, .fd = -1 };

	*ret = (struct dest){ .fd = -1, .in_parents = true };
	if (strlen(path) >= sizeof(making.text))
		return -ENAMETOOLONG;
	memcpy(making.text, path, strlen(path) + 1);
	int r = find_folder(&making);
	if (r == 0)
		r = make_rest(&making, kind, mode, parent_mode, ret);
	if (r == 0) {
		ret->fd = take_fd(&making.fd);
		r = look(ctx, ret);
	}
	close_fd(&making.fd);
	if (r < 0)
		close_fd(&ret->fd);
	return r;
}

/* The folder @parent, opened, made if need be. */
static int open_parent(const struct ctx *ctx, const char *parent, mode_t parent_mode)
{
	int fd = open_in_root(ctx, parent, O_PATH | O_DIRECTORY, 0);
	struct dest dest;

	if (fd != -ENOENT)
		return fd;
	int r = make_path(ctx, parent, DEST_DIR, parent_mode, parent_mode, &dest);
	return r < 0 ? r : dest.fd;
}

int dest_make(const struct ctx *ctx, const char *path, enum dest_kind kind, mode_t mode,
	      mode_t parent_mode, struct dest *ret)
{
	int r = dest_open(ctx, path, 0, ret);

	if (r == -ENOENT)
		r = make_path(ctx, path, kind, mode, parent_mode, ret);
	if (r == -EEXIST) /* somebody made it between the two: then it is there */
		r = dest_open(ctx, path, 0, ret);
	if (r < 0 || ret->is_dir == (kind == DEST_DIR))
		return r;
	close_fd(&ret->fd);
	return kind == DEST_DIR ? -ENOTDIR : -EISDIR;
}

int dest_parent(const struct ctx *ctx, const char *path, mode_t parent_mode, char *name,
		struct dest *ret)
{
	char parent[PATH_MAX];
	size_t length = strlen(path);
	int r = split(path, parent, name);

	*ret = (struct dest){ .fd = -1, .in_parents = true };
	if (r < 0)
		return r;
	if (is_dots(name) || path[length - 1] == '/')
		return -EEXIST;
	ret->fd = open_parent(ctx, parent, parent_mode);
	return MIN(ret->fd, 0);
}

int dest_open_file(const struct ctx *ctx, const char *path, int flags, mode_t mode,
		   mode_t parent_mode, struct dest *ret)
{
	char name[NAME_MAX + 1];
	int fd = open_in_root(ctx, path, flags, mode);

	*ret = (struct dest){ .fd = fd };
	if (fd == -ENOENT) {
		int r = dest_parent(ctx, path, parent_mode, name, ret);

		if (r < 0)
			return r;
		close_fd(&ret->fd);
		fd = open_in_root(ctx, path, flags, mode);
	}
	*ret = (struct dest){ .fd = fd, .in_parents = fd == -ENOTDIR };
	return MIN(fd, 0);
}

int dest_failed(const struct dest *dest, int code, const char *what, const char *path,
		struct err *e)
{
	return err_set(e, code, dest->in_parents ? "make the folders above" : what, path);
}

int dest_set_root(struct ctx *ctx, int mount_fd)
{
	struct statx st;

	if (statx(mount_fd, "", AT_EMPTY_PATH, STATX_INO | STATX_MNT_ID, &st) < 0)
		return -errno;
	if (!(st.stx_mask & STATX_MNT_ID))
		return -ENOSYS;
	int fd = fcntl(mount_fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	close_fd(&ctx->root_fd);
	ctx->root_fd = fd;
	ctx->root_mount_id = st.stx_mnt_id;
	ctx->root_inode = st.stx_ino;
	return 0;
}

int dest_mount(struct ctx *ctx, const struct dest *dest, int mount_fd)
{
	if (sys_move_mount(mount_fd, "", dest->fd, "",
			   MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
		return -errno;
	return dest->is_root ? dest_set_root(ctx, mount_fd) : 0;
}
