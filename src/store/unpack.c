/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack.c - see unpack.h
 *
 * libarchive decodes; unpack_write.c makes what an entry names, unpack_attrs.c gives it its owner
 * and the rest, to folders at the end.
 *
 * Sizes in headers are believed only when the last byte of the data is there: room is taken by
 * writing, and a hole at the end costs nothing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/log.h"
#include "store/libarchive.h"
#include "store/unpack.h"
#include "store/unpack_attrs.h"
#include "store/unpack_folders.h"
#include "store/unpack_name.h"
#include "store/unpack_write.h"

struct job {
	struct libarchive lib;
	struct archive *archive;
	unsigned flags;
	struct writer writer;
	struct folders folders;
	size_t entry_count, device_count;
	bool has_absolute; /* said that slashes were taken off */
};

/* What libarchive says about it. */
static int archive_failed(const struct job *job, const char *path, struct err *e)
{
	const char *why = job->lib.archive_error_string(job->archive);

	if (!path)
		return err_refuse(e, "read", "the archive", "%s", why ? why : "it is damaged");
	return err_refuse(e, "unpack", path, "%s", why ? why : "the archive is damaged");
}

/* --- files --- */

static int write_at(int fd, const void *data, size_t size, off_t offset)
{
	const char *at = data;

	while (size > 0) {
		ssize_t done = pwrite(fd, at, size, offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done < 0 ? -errno : -EIO;
		at += done;
		size -= (size_t)done;
		offset += done;
	}
	return 0;
}

static int write_data(const struct job *job, struct archive_entry *entry, int fd, const char *path,
		      struct err *e)
{
	int64_t offset, end = 0, whole = job->lib.archive_entry_size(entry);
	const void *data;
	size_t size;
	int r;

	while ((r = job->lib.archive_read_data_block(job->archive, &data, &size, &offset)) ==
	       ARCHIVE_OK) {
		int failed = write_at(fd, data, size, offset);

		if (failed < 0)
			return err_set(e, -failed, "write", path);
		end = MAX(end, offset + (int64_t)size);
	}
	if (r != ARCHIVE_EOF)
		return archive_failed(job, path, e);
	if (end < whole && ftruncate(fd, whole) < 0)
		return err_set(e, errno, "write", path);
	return 0;
}

/* --- entries --- */

static int set_opaque(int fd, const char *path, struct err *e)
{
	if (fsetxattr(fd, "user.overlay.opaque", "y", 1, 0) < 0)
		return err_set(e, errno, "make opaque", *path ? path : ".");
	return 0;
}

static int unpack_folder(struct job *job, struct archive_entry *entry, const char *path,
			 struct attrs *attrs, struct err *e)
{
	auto_close_ int fd = -1;
	int r;

	if (*path)
		r = writer_make(&job->writer, path, NODE_FOLDER, NULL, &fd, e);
	else
		r = writer_open_or_make(&job->writer, path, ".", &fd, e);
	if (r >= 0 && *path && job->writer.hid && (job->flags & UNPACK_OCI))
		r = set_opaque(fd, path, e);
	if (r >= 0)
		r = attrs_set_user(&job->lib, entry, fd, *path ? path : ".", e);
	if (r >= 0)
		folders_add(&job->folders, path, attrs);
	return r;
}

static int unpack_file(struct job *job, struct archive_entry *entry, const char *path,
		       const struct attrs *attrs, struct err *e)
{
	bool is_file = job->lib.archive_entry_filetype(entry) == AE_IFREG;
	auto_close_ int fd = -1;
	int r = writer_make(&job->writer, path, is_file ? NODE_FILE : NODE_FIFO, NULL, &fd, e);

	if (r >= 0 && is_file)
		r = write_data(job, entry, fd, path, e);
	if (r >= 0 && is_file)
		r = attrs_set_user(&job->lib, entry, fd, path, e);
	return r < 0 ? r : attrs_set(attrs, fd, path, e);
}

static int unpack_symlink(struct job *job, struct archive_entry *entry, const char *path,
			  const struct attrs *attrs, struct err *e)
{
	const char *to = job->lib.archive_entry_symlink(entry);
	int fd, r;

	if (!to || !*to)
		return err_refuse(e, "unpack", path, "it is a symbolic link to nothing");
	r = writer_make(&job->writer, path, NODE_SYMLINK, to, &fd, e);
	return r < 0 ? r : attrs_set_link(attrs, job->writer.parent_fd, writer_name(path), path, e);
}

static void warn_absolute(struct job *job, const char *name)
{
	if (!job->has_absolute)
		log_warning("%s: slashes at the start of names are taken off", name);
	job->has_absolute = true;
}

static int unpack_link(struct job *job, const char *name, const char *path, struct err *e)
{
	bool absolute = false;
	char to[PATH_MAX];
	const char *why = name_clean(name, to, &absolute);
	int fd;

	if (why)
		return err_refuse(e, "unpack", path, "of the file it is a hard link to: %s", why);
	if (absolute)
		warn_absolute(job, name);
	return writer_make(&job->writer, path, NODE_LINK, to, &fd, e);
}

/* Everything that has attributes of its own. */
static int unpack_own(struct job *job, struct archive_entry *entry, const char *path, struct err *e)
{
	struct attrs attrs;
	int r = attrs_read(&job->lib, entry, path, &attrs, e);

	if (r >= 0) {
		switch (job->lib.archive_entry_filetype(entry)) {
		case AE_IFDIR:
			r = unpack_folder(job, entry, path, &attrs, e);
			break;
		case AE_IFREG:
		case AE_IFIFO:
			r = unpack_file(job, entry, path, &attrs, e);
			break;
		case AE_IFLNK:
			r = unpack_symlink(job, entry, path, &attrs, e);
			break;
		default:
			r = err_refuse(e, "unpack", path, "it is of an unknown type");
		}
	}
	attrs_free(&attrs);
	return r;
}

static int unpack_plain(struct job *job, struct archive_entry *entry, const char *path,
			struct err *e)
{
	const char *link = job->lib.archive_entry_hardlink(entry);
	unsigned type = job->lib.archive_entry_filetype(entry);

	if (!*path && (link || type != AE_IFDIR))
		return err_refuse(e, "unpack", ".", "it is not a folder");
	if (link)
		return unpack_link(job, link, path, e);
	if (type == AE_IFCHR || type == AE_IFBLK) {
		/* Those in /dev are missed by nobody: a sandbox has a /dev of its own. */
		job->device_count += strncmp(path, "dev/", strlen("dev/")) != 0;
		return 0;
	}
	return unpack_own(job, entry, path, e);
}

/* A whiteout is about the layers below: what this layer has at the same place stays. */
static int unpack_gone(struct job *job, const char *path, struct err *e)
{
	mode_t type = writer_type(&job->writer, path);
	auto_close_ int fd = -1;

	if (!type)
		return writer_make(&job->writer, path, NODE_WHITEOUT, NULL, &fd, e);
	if (!S_ISDIR(type))
		return 0;
	int r = writer_open_or_make(&job->writer, path, path, &fd, e);
	return r < 0 ? r : set_opaque(fd, path, e);
}

static int unpack_opaque(struct job *job, const char *path, struct err *e)
{
	auto_close_ int fd = -1;
	int r = writer_open_or_make(&job->writer, path, *path ? path : ".", &fd, e);

	return r < 0 ? r : set_opaque(fd, path, e);
}

static int unpack_entry(struct job *job, struct archive_entry *entry, struct err *e)
{
	const char *name = job->lib.archive_entry_pathname(entry);
	bool absolute = false;
	char path[PATH_MAX];
	const char *why = name_clean(name, path, &absolute);

	if (why)
		return err_refuse(e, "unpack", name && *name ? name : "an entry", "%s", why);
	if (absolute)
		warn_absolute(job, name);
	switch (job->flags & UNPACK_OCI ? name_in_layer(path) : NAME_PLAIN) {
	case NAME_PLAIN:
		return unpack_plain(job, entry, path, e);
	case NAME_GONE:
		return unpack_gone(job, path, e);
	case NAME_OPAQUE:
		return unpack_opaque(job, path, e);
	case NAME_IGNORED:
		return 0;
	case NAME_BAD:
		break;
	}
	return err_refuse(e, "unpack", name, "this is not the name of a whiteout");
}

/* --- the archive --- */

/* Where libarchive was built without a library, it would run a program instead: not for us. */
static void add_filter(struct job *job, int (*add)(struct archive *))
{
	struct archive *trial = job->lib.archive_read_new();

	if (trial && add(trial) == ARCHIVE_OK)
		add(job->archive);
	job->lib.archive_read_free(trial);
}

static int open_archive(struct job *job, int fd, struct err *e)
{
	enum { BLOCK = 128 * 1024 };

	job->archive = job->lib.archive_read_new();
	if (!job->archive)
		return err_set(e, ENOMEM, "read", "the archive");
	add_filter(job, job->lib.archive_read_support_filter_bzip2);
	add_filter(job, job->lib.archive_read_support_filter_gzip);
	add_filter(job, job->lib.archive_read_support_filter_lz4);
	add_filter(job, job->lib.archive_read_support_filter_xz);
	add_filter(job, job->lib.archive_read_support_filter_zstd);
	if (job->lib.archive_read_support_format_tar(job->archive) != ARCHIVE_OK ||
	    job->lib.archive_read_open_fd(job->archive, fd, BLOCK) != ARCHIVE_OK)
		return archive_failed(job, NULL, e);
	return 0;
}

/* Names that the locale cannot show come as bytes, with a warning: just what we want. */
static bool is_about_charset(const struct job *job)
{
	const char *why = job->lib.archive_error_string(job->archive);

	return why && strstr(why, "can't be converted");
}

static int unpack_entries(struct job *job, struct err *e)
{
	struct archive_entry *entry;
	int r, done = 0;

	while (done >= 0) {
		r = job->lib.archive_read_next_header(job->archive, &entry);
		if (r == ARCHIVE_EOF)
			break;
		if (r != ARCHIVE_OK && (r != ARCHIVE_WARN || !is_about_charset(job)))
			return archive_failed(job, NULL, e);
		job->entry_count++;
		done = unpack_entry(job, entry, e);
	}
	if (done >= 0 && job->entry_count == 0)
		return err_refuse(e, "unpack", "the archive", "it is empty");
	return done;
}

/* Lets the program at the other end of a pipe finish. */
static void drain(int fd)
{
	char rest[4096];
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISFIFO(st.st_mode))
		return;
	while (read(fd, rest, sizeof(rest)) > 0)
		;
}

static void job_end(struct job *job)
{
	if (job->archive)
		job->lib.archive_read_free(job->archive);
	folders_free(&job->folders);
	writer_close(&job->writer);
}

int unpack(int archive_fd, int target_fd, unsigned flags, struct err *e)
{
	struct job job = { .flags = flags };
	int r = libarchive_load(&job.lib, e);

	if (r < 0)
		return r;
	writer_init(&job.writer, target_fd);
	locale_t locale = libarchive_locale(LIBARCHIVE_READ);
	r = open_archive(&job, archive_fd, e);
	if (r >= 0)
		r = unpack_entries(&job, e);
	if (r >= 0)
		r = folders_finish(&job.folders, &job.writer, e);
	if (r >= 0)
		drain(archive_fd);
	if (r >= 0 && job.device_count > 0)
		log_warning("%zu device nodes of the archive are left out", job.device_count);
	job_end(&job);
	libarchive_locale_back(locale);
	return r;
}
