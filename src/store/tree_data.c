/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_data.c - see tree_data.h
 *
 * The cheapest way first: share the blocks (FICLONE), have the kernel copy (copy_file_range(2)),
 * read and write. Small files without holes are read and written at once: asking would cost more.
 *
 * A way that two file systems do not know is not tried again. Errors that say nothing about the way
 * come again when reading or writing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include "base/mem.h"
#include "store/tree_data.h"

enum { BUFFER_SIZE = 128 * 1024 };

static bool is_unknown(int code)
{
	return code == EXDEV || code == ENOSYS || code == EOPNOTSUPP || code == ENOTTY;
}

static bool is_final(int code)
{
	return code == ENOSPC || code == EDQUOT || code == EFBIG || code == EIO;
}

static bool clone_file(struct tree_data *data, int from, int to)
{
	if (data->no_clone)
		return false;
	if (ioctl(to, FICLONE, from) == 0)
		return true;
	data->no_clone = is_unknown(errno);
	return false;
}

static int write_at(int to, const char *bytes, size_t size, off_t at)
{
	while (size > 0) {
		ssize_t done = pwrite(to, bytes, size, at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done < 0 ? -errno : -EIO;
		bytes += done;
		size -= (size_t)done;
		at += done;
	}
	return 0;
}

/* Moves *at on, to @end or where the file ends. */
static int read_and_write(struct tree_data *data, int from, int to, off_t *at, off_t end)
{
	if (!data->buffer)
		data->buffer = xrealloc(NULL, BUFFER_SIZE);
	while (*at < end) {
		ssize_t got = pread(from, data->buffer, (size_t)MIN(end - *at, BUFFER_SIZE), *at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : 0;
		int r = write_at(to, data->buffer, (size_t)got, *at);
		if (r < 0)
			return r;
		*at += got;
	}
	return 0;
}

/* As far as it goes; 0 even if that is nowhere. */
static int copy_in_kernel(struct tree_data *data, int from, int to, off_t *at, off_t end)
{
	const size_t most = 1 << 30;

	while (!data->no_range && *at < end) {
		loff_t in = *at, out = *at;
		ssize_t done =
			copy_file_range(from, &in, to, &out, MIN((size_t)(end - *at), most), 0);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0 && is_final(errno))
			return -errno;
		data->no_range = done < 0 && is_unknown(errno);
		if (done <= 0)
			return 0;
		*at += done;
	}
	return 0;
}

static int copy_span(struct tree_data *data, int from, int to, off_t *at, off_t end)
{
	int r = copy_in_kernel(data, from, to, at, end);

	return r < 0 ? r : read_and_write(data, from, to, at, end);
}

/* The next stretch of data from @at on; an empty one at @size if only a hole is left. */
static int next_span(int from, off_t at, off_t size, off_t *ret_start, off_t *ret_end)
{
	off_t start = lseek(from, at, SEEK_DATA);

	if (start < 0 && errno == ENXIO)
		start = size;
	else if (start < 0 && errno != EINVAL && errno != EOPNOTSUPP)
		return -errno;
	if (start < 0)
		start = at; /* a file system that does not know of holes */
	off_t end = start < size ? lseek(from, start, SEEK_HOLE) : size;
	*ret_start = MIN(start, size);
	*ret_end = end <= start ? size : MIN(end, size);
	return 0;
}

static int copy_spans(struct tree_data *data, int from, int to, off_t size)
{
	off_t at = 0, start = 0, end = 0;

	while (at < size) {
		int r = next_span(from, at, size, &start, &end);

		if (r < 0)
			return r;
		at = start;
		r = copy_span(data, from, to, &at, end);
		if (r < 0)
			return r;
		if (at < end) /* it became shorter */
			size = at;
	}
	return ftruncate(to, size) < 0 ? -errno : 0;
}

int tree_data_copy(struct tree_data *data, int from, int to, off_t size, bool sparse)
{
	off_t at = 0;

	if (size == 0)
		return 0;
	if (!sparse && size <= BUFFER_SIZE && (data->no_clone || size < 4096))
		return read_and_write(data, from, to, &at, size);
	if (clone_file(data, from, to))
		return 0;
	return copy_spans(data, from, to, size);
}

void tree_data_free(struct tree_data *data)
{
	free_ptr(&data->buffer);
}
