/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * export.c - see export.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/export.h"
#include "cmd/inside.h"

static int to_stdout(const struct item *item, int dirfd, enum pack_kind kind, struct err *e)
{
	if (isatty(STDOUT_FILENO))
		return err_usage(e, "an archive is not for a terminal: name a file, or redirect");
	return inside_pack(&item->info.ids, dirfd, STDOUT_FILENO, kind, PACK_NONE, e);
}

static int to_file(const struct item *item, int dirfd, enum pack_kind kind, const char *path,
		   struct err *e)
{
	auto_free_ char *partial = NULL;

	if (asprintf(&partial, "%s.partial-XXXXXX", path) < 0)
		return err_set(e, ENOMEM, "write", path);
	auto_close_ int fd = mkostemp(partial, O_CLOEXEC);
	if (fd < 0)
		return err_set(e, errno, "make a file beside", path);
	mode_t mask = umask(0);
	umask(mask);
	int r = inside_pack(&item->info.ids, dirfd, fd, kind, pack_filter_for(path), e);
	if (r >= 0 && (fchmod(fd, 0666 & ~mask) < 0 || fsync(fd) < 0 || rename(partial, path) < 0))
		r = err_set(e, errno, "write", path);
	if (r < 0)
		unlink(partial); /* of no use to anybody */
	return r;
}

int export_folder(const struct item *item, const char *name, enum pack_kind kind, const char *path,
		  struct err *e)
{
	auto_close_ int fd = openat(item->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "open", name);
	return strcmp(path, "-") == 0 ? to_stdout(item, fd, kind, e)
				      : to_file(item, fd, kind, path, e);
}
