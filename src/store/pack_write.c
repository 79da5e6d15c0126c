/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pack_write.c - see pack_write.h
 *
 * libarchive is not shown the whole of a file's status: what it is not told, such as the number of
 * the device, it writes as 0, and the same tree becomes the same archive anywhere.
 *
 * Of a sparse file it wants to know where data is, and then every byte, zeros of holes as well.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/limits.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "store/acl.h"
#include "store/filecap.h"
#include "store/pack_write.h"

enum { BUFFER_SIZE = 256 * 1024 };
_Static_assert((int)BUFFER_SIZE >= (int)XATTR_SIZE_MAX + XATTR_LIST_MAX, "one of each fits");

static bool begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static int archive_failed(const struct packer *packer, const char *path, struct err *e)
{
	const char *why = packer->lib.archive_error_string(packer->archive);

	if (packer->write_error)
		return err_set(e, packer->write_error, "write", "the archive");
	return err_refuse(e, "pack", path, "%s", why ? why : "the archive cannot be written");
}

/* --- files with more than one name --- */

struct linked {
	dev_t dev;
	ino_t ino;
	char path[]; /* the first one */
};

static int by_number(const void *a, const void *b)
{
	const struct linked *x = a, *y = b;

	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return x->dev < y->dev ? -1 : x->dev > y->dev;
}

/* The path the file has in the archive already; NULL: none, and the next time it is this one. */
static const char *first_path(struct packer *packer, const struct item *item)
{
	size_t size = strlen(item->path) + 1;

	if (S_ISDIR(item->st->st_mode) || item->st->st_nlink < 2)
		return NULL;
	struct linked *linked = xrealloc(NULL, sizeof(*linked) + size);
	*linked = (struct linked){ .dev = item->st->st_dev, .ino = item->st->st_ino };
	memcpy(linked->path, item->path, size);
	struct linked **found = tsearch(linked, &packer->links, by_number);
	if (!found) { /* no memory: a second copy instead of a link */
		free(linked);
		return NULL;
	}
	if (*found == linked)
		return NULL;
	free(linked);
	return (*found)->path;
}

/* --- attributes --- */

static int add_value(struct packer *packer, const char *path, const char *name, const void *value,
		     size_t size, struct err *e)
{
	struct filecap filecap;

	for (enum acl_kind kind = 0; kind < ACL_KINDS; kind++) {
		struct acl acl = { .data = (void *)value, .size = size };

		if (strcmp(name, acl_attribute(kind)) == 0)
			return acl_decode(&packer->lib, packer->entry, kind, path, &acl, e);
	}
	if (strcmp(name, FILECAP_ATTRIBUTE) == 0) {
		if (!filecap_read(value, size, &filecap))
			return err_refuse(e, "pack", path, "its capabilities have an unknown form");
		value = &filecap;
		size = sizeof(filecap);
	}
	packer->lib.archive_entry_xattr_add_entry(packer->entry, name, value, size);
	return 0;
}

static bool is_kept(const char *name)
{
	if (begins(name, "user."))
		return !begins(name, "user.overlay.") && !begins(name, "user.fuseoverlayfs.");
	return strcmp(name, FILECAP_ATTRIBUTE) == 0 ||
	       strcmp(name, acl_attribute(ACL_ACCESS)) == 0 ||
	       strcmp(name, acl_attribute(ACL_DEFAULT)) == 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_attributes(struct packer *packer, const struct item *item, struct err *e)
{
	char *list = packer->buffer, *value = packer->buffer + XATTR_LIST_MAX;
	auto_free_ const char **names = NULL;
	size_t count = 0;
	ssize_t size = flistxattr(item->fd, list, XATTR_LIST_MAX);

	if (size < 0 && errno != EOPNOTSUPP)
		return err_set(e, errno, "read the attributes of", item->path);
	for (const char *name = list; name < list + MAX(size, 0); name += strlen(name) + 1) {
		if (!is_kept(name))
			continue;
		names = grow(names, count, sizeof(*names));
		names[count++] = name;
	}
	if (count > 0)
		qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; i < count; i++) {
		size = fgetxattr(item->fd, names[i], value, XATTR_SIZE_MAX);
		if (size < 0)
			return err_set(e, errno, "read the attributes of", item->path);
		int r = add_value(packer, item->path, names[i], value, (size_t)size, e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* --- contents --- */

/* Tells where data is, unless all is. */
static int add_holes(struct packer *packer, const struct item *item, struct err *e)
{
	off_t size = item->st->st_size, data = 0, hole = 0;

	if ((off_t)item->st->st_blocks >= size / 512 || lseek(item->fd, 0, SEEK_HOLE) == size)
		return 0;
	while (hole < size && (data = lseek(item->fd, hole, SEEK_DATA)) >= 0 && data < size) {
		hole = lseek(item->fd, data, SEEK_HOLE);
		if (hole < 0)
			return err_set(e, errno, "find the holes of", item->path);
		hole = MIN(hole, size);
		packer->lib.archive_entry_sparse_add_entry(packer->entry, data, hole - data);
	}
	if (data < 0 && errno != ENXIO)
		return err_set(e, errno, "find the holes of", item->path);
	if (hole < size) /* an empty piece at the end, so that there is one at all */
		packer->lib.archive_entry_sparse_add_entry(packer->entry, size, 0);
	return 0;
}

static int put(struct packer *packer, const char *path, size_t size, struct err *e)
{
	for (size_t at = 0; at < size;) {
		la_ssize_t done = packer->lib.archive_write_data(packer->archive,
								 packer->buffer + at, size - at);

		if (done <= 0 || packer->write_error)
			return archive_failed(packer, path, e);
		at += (size_t)done;
	}
	return 0;
}

static int put_contents(struct packer *packer, const struct item *item, struct err *e)
{
	off_t left = item->st->st_size;

	while (left > 0) {
		ssize_t got = pread(item->fd, packer->buffer, (size_t)MIN(left, BUFFER_SIZE),
				    item->st->st_size - left);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(e, errno, "read", item->path);
		if (got == 0)
			return err_refuse(e, "pack", item->path, "it became shorter meanwhile");
		int r = put(packer, item->path, (size_t)got, e);
		if (r < 0)
			return r;
		left -= got;
	}
	return 0;
}

/* --- entries --- */

static int put_header(struct packer *packer, const char *path, struct err *e)
{
	int r = packer->lib.archive_write_header(packer->archive, packer->entry);

	if (packer->write_error)
		return archive_failed(packer, path, e);
	if (r == ARCHIVE_WARN) { /* a name that is not UTF-8 is written as bytes, and marked so */
		const char *why = packer->lib.archive_error_string(packer->archive);

		if (why && strstr(why, "Can't translate"))
			return 0;
	}
	return r == ARCHIVE_OK ? 0 : archive_failed(packer, path, e);
}

static void describe(struct packer *packer, const struct item *item)
{
	const struct libarchive *lib = &packer->lib;
	struct archive_entry *entry = packer->entry;

	lib->archive_entry_clear(entry);
	lib->archive_entry_copy_pathname(entry, item->path);
	lib->archive_entry_set_mode(entry, item->st->st_mode);
	lib->archive_entry_set_uid(entry, item->st->st_uid);
	lib->archive_entry_set_gid(entry, item->st->st_gid);
	lib->archive_entry_set_mtime(entry, item->st->st_mtim.tv_sec, item->st->st_mtim.tv_nsec);
	lib->archive_entry_set_size(entry, S_ISREG(item->st->st_mode) ? item->st->st_size : 0);
	if (S_ISCHR(item->st->st_mode) || S_ISBLK(item->st->st_mode))
		lib->archive_entry_set_rdev(entry, item->st->st_rdev);
}

static int describe_symlink(struct packer *packer, const struct item *item, struct err *e)
{
	char text[PATH_MAX];
	ssize_t length = readlinkat(item->dirfd, item->name, text, sizeof(text));

	if (length < 0 || length == sizeof(text))
		return err_set(e, length < 0 ? errno : ENAMETOOLONG, "read", item->path);
	text[length] = '\0';
	packer->lib.archive_entry_copy_symlink(packer->entry, text);
	return 0;
}

int packer_add(struct packer *packer, const struct item *item, struct err *e)
{
	const char *first = first_path(packer, item);
	bool is_file = S_ISREG(item->st->st_mode);
	int r = 0;

	describe(packer, item);
	if (first) {
		packer->lib.archive_entry_set_size(packer->entry, 0);
		packer->lib.archive_entry_copy_hardlink(packer->entry, first);
		return put_header(packer, item->path, e);
	}
	if (S_ISLNK(item->st->st_mode))
		r = describe_symlink(packer, item, e);
	if (r >= 0 && item->fd >= 0)
		r = add_attributes(packer, item, e);
	if (r >= 0 && is_file)
		r = add_holes(packer, item, e);
	if (r >= 0)
		r = put_header(packer, item->path, e);
	return r >= 0 && is_file ? put_contents(packer, item, e) : r;
}

int packer_add_empty(struct packer *packer, const char *path, struct err *e)
{
	const struct stat st = { .st_mode = S_IFREG };

	describe(packer, &(struct item){ .path = path, .fd = -1, .st = &st });
	return put_header(packer, path, e);
}

/* --- the archive --- */

static int add_filter(struct packer *packer, enum pack_filter filter, struct err *e)
{
	const struct libarchive *lib = &packer->lib;
	int r = ARCHIVE_OK;

	switch (filter) {
	case PACK_NONE:
		break;
	case PACK_GZIP:
		r = lib->archive_write_add_filter_gzip(packer->archive);
		if (r == ARCHIVE_OK) /* no time of now */
			r = lib->archive_write_set_filter_option(packer->archive, "gzip",
								 "timestamp", NULL);
		break;
	case PACK_XZ:
		r = lib->archive_write_add_filter_xz(packer->archive);
		break;
	case PACK_ZSTD:
		r = lib->archive_write_add_filter_zstd(packer->archive);
		break;
	}
	return r == ARCHIVE_OK ? 0 : archive_failed(packer, "the archive", e);
}

/*
 * A failure is kept from libarchive: it would not free all of its memory after one. Those who call
 * it look at write_error.
 */
static la_ssize_t write_block(struct archive *archive _unused_, void *data, const void *bytes,
			      size_t size)
{
	struct packer *packer = data;

	if (!packer->write_error)
		packer->write_error = -write_all(packer->out_fd, bytes, size);
	return (la_ssize_t)size;
}

int packer_start(struct packer *packer, int out_fd, enum pack_filter filter, struct err *e)
{
	const struct libarchive *lib = &packer->lib;

	*packer = (struct packer){ .out_fd = out_fd };
	int r = libarchive_load(&packer->lib, e);
	if (r < 0)
		return r;
	packer->archive = lib->archive_write_new();
	packer->entry = lib->archive_entry_new();
	if (!packer->archive || !packer->entry)
		return err_set(e, ENOMEM, "write", "the archive");
	packer->buffer = xrealloc(NULL, BUFFER_SIZE);
	r = add_filter(packer, filter, e);
	if (r < 0)
		return r;
	if (lib->archive_write_set_format_pax(packer->archive) != ARCHIVE_OK ||
	    lib->archive_write_set_format_option(packer->archive, "pax", "xattrheader", "SCHILY") !=
		    ARCHIVE_OK ||
	    lib->archive_write_set_bytes_in_last_block(packer->archive, 1) != ARCHIVE_OK ||
	    lib->archive_write_open(packer->archive, packer, NULL, write_block, NULL) != ARCHIVE_OK)
		return archive_failed(packer, "the archive", e);
	return 0;
}

int packer_finish(struct packer *packer, struct err *e)
{
	if (packer->lib.archive_write_close(packer->archive) != ARCHIVE_OK || packer->write_error)
		return archive_failed(packer, "the archive", e);
	return 0;
}

void packer_end(struct packer *packer)
{
	if (!packer->write_error)
		packer->write_error = ECANCELED; /* no end of an archive that has none */
	if (packer->archive)
		packer->lib.archive_write_free(packer->archive);
	if (packer->entry)
		packer->lib.archive_entry_free(packer->entry);
	tdestroy(packer->links, free);
	free(packer->buffer);
}
