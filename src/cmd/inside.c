/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * inside.c - see inside.h
 *
 * Each is a function for within_ids(): its argument is a struct that the child has a copy of, so
 * an answer goes through memory that both share.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cmd/inside.h"
#include "store/unpack.h"
#include "watch/within.h"

struct job {
	int from_fd, to_fd;
	const char *name;
	const struct tree_shift *shift;
	unsigned flags;
	enum pack_kind kind;
	enum pack_filter filter;
	struct tree_usage *usage; /* shared */
};

/* An ACL of the caller's home is not for what is in a root. */
static int inherit_nothing(int fd, struct err *e)
{
	static const char *const names[] = { "system.posix_acl_default",
					     "system.posix_acl_access" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (fremovexattr(fd, names[i]) < 0 && errno != ENODATA && errno != EOPNOTSUPP)
			return err_set(e, errno, "remove the ACL of", "the new folder");
	}
	return 0;
}

/* The folder that is to be filled. */
static int new_folder(const struct job *job, struct err *e)
{
	umask(0);
	if (mkdirat(job->to_fd, job->name, 0755) < 0)
		return err_set(e, errno, "make folder", job->name);
	int fd = openat(job->to_fd, job->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno, "open folder", job->name);
	return inherit_nothing(fd, e) < 0 ? (close_fd(&fd), -e->code) : fd;
}

static int measure(void *arg, struct err *e)
{
	const struct job *job = arg;

	return tree_usage(job->from_fd, job->usage, e);
}

int inside_usage(const struct ids *ids, int dirfd, struct tree_usage *ret, struct err *e)
{
	struct tree_usage *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
					 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct job job = { .from_fd = dirfd, .usage = shared };

	if (shared == MAP_FAILED)
		return err_set(e, errno, "get memory for", "an answer");
	int r = within_ids(ids, measure, &job, e);
	*ret = *shared;
	munmap(shared, sizeof(*shared));
	return r;
}

static int copy(void *arg, struct err *e)
{
	const struct job *job = arg;
	auto_close_ int fd = new_folder(job, e);

	return fd < 0 ? fd : tree_copy(job->from_fd, fd, job->shift, job->flags, e);
}

int inside_copy(const struct ids *ids, int from_fd, const struct tree_shift *shift, unsigned flags,
		int to_dirfd, const char *name, struct err *e)
{
	struct job job = {
		.from_fd = from_fd, .to_fd = to_dirfd, .name = name, .shift = shift, .flags = flags
	};

	return within_ids(ids, copy, &job, e);
}

static int unpack_there(void *arg, struct err *e)
{
	const struct job *job = arg;
	auto_close_ int fd = new_folder(job, e);

	return fd < 0 ? fd : unpack(job->from_fd, fd, 0, e);
}

int inside_unpack(const struct ids *ids, int archive_fd, int to_dirfd, const char *name,
		  struct err *e)
{
	struct job job = { .from_fd = archive_fd, .to_fd = to_dirfd, .name = name };

	return within_ids(ids, unpack_there, &job, e);
}

static int pack_there(void *arg, struct err *e)
{
	const struct job *job = arg;

	return pack(job->from_fd, job->to_fd, job->kind, job->filter, e);
}

int inside_pack(const struct ids *ids, int dirfd, int out_fd, enum pack_kind kind,
		enum pack_filter filter, struct err *e)
{
	struct job job = { .from_fd = dirfd, .to_fd = out_fd, .kind = kind, .filter = filter };

	return within_ids(ids, pack_there, &job, e);
}
