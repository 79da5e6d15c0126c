/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tarball.c - see tarball.h
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>

#include "unit.h"

#include "base/io.h"
#include "base/mem.h"
#include "tarball.h"

enum { BLOCK = 512 };

void tar_bytes(struct tarball *tar, const void *bytes, size_t size)
{
	tar->bytes = xrealloc(tar->bytes, tar->size + size + 1);
	memcpy(tar->bytes + tar->size, bytes, size);
	tar->size += size;
}

static void zeros(struct tarball *tar, size_t size)
{
	static const char block[2 * BLOCK];

	tar_bytes(tar, block, size);
}

static void octal(char *field, size_t room, unsigned long long value)
{
	for (size_t i = room - 1; i-- > 0; value >>= 3)
		field[i] = (char)('0' + (value & 7));
}

static void checksum(char *header)
{
	unsigned sum = 0;

	memset(header + 148, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)header[i];
	snprintf(header + 148, 8, "%06o", sum);
}

static void put_entry(struct tarball *tar, const struct tar_entry *from)
{
	struct tar_entry entry = *from;
	size_t real = entry.data ? entry.size ? entry.size : strlen(entry.data) : 0;
	char header[BLOCK] = "";

	strncpy(header, entry.name, 100);
	octal(header + 100, 8, entry.mode ? entry.mode : entry.type == '5' ? 0755 : 0644);
	octal(header + 108, 8, geteuid());
	octal(header + 116, 8, getegid());
	if (entry.uid)
		memcpy(header + 108, entry.uid, 8);
	octal(header + 124, 12, entry.data ? real : entry.size);
	octal(header + 136, 12, (unsigned long long)entry.mtime);
	header[156] = entry.type ? entry.type : '0';
	if (entry.link)
		strncpy(header + 157, entry.link, 100);
	if (!entry.plain)
		memcpy(header + 257, "ustar\00000", 8);
	checksum(header);
	tar_bytes(tar, header, sizeof(header));
	if (real == 0)
		return;
	tar_bytes(tar, entry.data, real);
	zeros(tar, (BLOCK - real % BLOCK) % BLOCK);
}

void tar_add(struct tarball *tar, struct tar_entry entry)
{
	struct tar_entry records = {
		.type = 'x', .name = "pax", .data = tar->records, .size = tar->records_size
	};

	if (tar->records)
		put_entry(tar, &records);
	free_ptr(&tar->records);
	tar->records = NULL;
	tar->records_size = 0;
	put_entry(tar, &entry);
}

void tar_pax(struct tarball *tar, const char *key, const void *value, size_t size)
{
	size_t rest = strlen(key) + size + 3, length = rest + 1;
	char digits[32];

	while (length != rest + (size_t)snprintf(digits, sizeof(digits), "%zu", length))
		length++;
	tar->records = xrealloc(tar->records, tar->records_size + length + 1);
	char *record = tar->records + tar->records_size;
	int start = snprintf(record, length, "%s %s=", digits, key);
	memcpy(record + start, value, size);
	record[length - 1] = '\n';
	tar->records_size += length;
}

void tar_pax_text(struct tarball *tar, const char *key, const char *value)
{
	tar_pax(tar, key, value, strlen(value));
}

void tar_end(struct tarball *tar)
{
	zeros(tar, 2 * (size_t)BLOCK);
}

void tar_free(struct tarball *tar)
{
	free(tar->bytes);
	free(tar->records);
	*tar = (struct tarball){ 0 };
}

bool tar_filter(struct tarball *tar, const char *command)
{
	char path[] = "/tmp/unit-store-XXXXXX", line[256];
	auto_close_ int fd = mkstemp(path);
	FILE *output;

	assert_return_code(fd, errno);
	assert_int_equal(write_all(fd, tar->bytes, tar->size), 0);
	snprintf(line, sizeof(line), "exec 2>/dev/null; %s <%s", command, path);
	output = popen(line, "re");
	assert_non_null(output);
	free(tar->bytes);
	assert_int_equal(read_all(fileno(output), &tar->bytes, &tar->size), 0);
	unlink(path);
	return pclose(output) == 0;
}

/* --- folders --- */

int folder_make(char **ret_path)
{
	char template[] = "/tmp/unit-store-XXXXXX";
	char *path = mkdtemp(template);

	assert_non_null(path);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_return_code(fd, errno);
	*ret_path = strdup(path);
	return fd;
}

static int open_up(const char *path, const struct stat *st _unused_, int type,
		   struct FTW *at _unused_)
{
	return type == FTW_D || type == FTW_DNR ? chmod(path, 0700) : 0;
}

static int remove_one(const char *path, const struct stat *st _unused_, int type _unused_,
		      struct FTW *at _unused_)
{
	return remove(path);
}

void folder_remove(int fd, char *path)
{
	/* A folder is visited before what is in it; one that was closed, only then. */
	for (int i = 0; i < 3; i++)
		nftw(path, open_up, 20, FTW_PHYS);
	assert_return_code(nftw(path, remove_one, 20, FTW_PHYS | FTW_DEPTH), errno);
	close(fd);
	free(path);
}

const char *failure_text(const struct err *e)
{
	static char text[4096];

	snprintf(text, sizeof(text), "%s %s: %s", e->what ? e->what : "", e->object, err_reason(e));
	return text;
}
