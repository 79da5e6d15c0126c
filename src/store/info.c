/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * info.c - see info.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "store/info.h"

static const char file_name[] = "info";
static const char new_name[] = "info.new";

enum { MAX_SIZE = 1024 * 1024 };

const char *info_driver_name(enum overlay_driver driver)
{
	return driver == DRIVER_FUSE ? "fuse" : "kernel";
}

/* --- reading --- */

static int take_driver(struct info *info, const char *value)
{
	info->has_driver = true;
	info->driver = strcmp(value, "fuse") == 0 ? DRIVER_FUSE : DRIVER_KERNEL;
	return strcmp(value, info_driver_name(info->driver)) == 0 ? 0 : -EINVAL;
}

static int take_lower(struct info *info, struct arena *arena, const char *value)
{
	const char **more = arena_alloc(arena, (info->lower_count + 1) * sizeof(*more));

	if (info->lower_count)
		memcpy(more, info->lowers, info->lower_count * sizeof(*more));
	more[info->lower_count++] = value;
	info->lowers = more;
	return 0;
}

static int take(struct info *info, struct arena *arena, const char *key, const char *value)
{
	const struct {
		const char *key, **text;
	} texts[] = { { "made", &info->made },
		      { "source", &info->source },
		      { "digest", &info->digest },
		      { "base", &info->base },
		      { "base-path", &info->base_path } };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (strcmp(key, texts[i].key) == 0) {
			*texts[i].text = value;
			return 0;
		}
	}
	if (strcmp(key, "map") == 0)
		return map_kind_parse(value, &info->ids.kind);
	if (strcmp(key, "uid-map") == 0)
		return id_map_parse(value, arena, &info->ids.uid);
	if (strcmp(key, "gid-map") == 0)
		return id_map_parse(value, arena, &info->ids.gid);
	if (strcmp(key, "driver") == 0)
		return take_driver(info, value);
	return strcmp(key, "lower") == 0 ? take_lower(info, arena, value) : 0;
}

static bool is_octal(const char *text)
{
	return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' && text[1] <= '7' &&
	       text[2] >= '0' && text[2] <= '7';
}

/* "\\012" becomes a newline again, in place. */
static int unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (*text != '\\') {
			*to++ = *text;
			continue;
		}
		if (!is_octal(text + 1))
			return -EINVAL;
		*to = (char)((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
		if (!*to++)
			return -EINVAL;
		text += 3;
	}
	*to = '\0';
	return 0;
}

static int parse(char *text, struct arena *arena, struct info *info)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char *blank = strchr(line, ' ');

		if (!blank)
			return -EINVAL;
		*blank = '\0';
		if (unescape(blank + 1) < 0)
			return -EINVAL;
		int r = take(info, arena, line, blank + 1);
		if (r < 0)
			return r;
	}
	/* Both maps or none; a file that was cut short lacks the first line written last. */
	return !info->made || !info->ids.uid.count != !info->ids.gid.count ? -EINVAL : 0;
}

int info_read(int dirfd, const char *what, struct arena *arena, struct info *ret, struct err *e)
{
	auto_close_ int fd = openat(dirfd, file_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	auto_free_ char *text = NULL;
	struct info info = { 0 };
	struct stat st;
	size_t size;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(e, errno, "read the info file of", what);
	if (!S_ISREG(st.st_mode) || st.st_size > MAX_SIZE)
		return err_refuse(e, "read the info file of", what, "it is no file of ours");
	int r = read_all(fd, &text, &size);
	if (r < 0)
		return err_set(e, -r, "read the info file of", what);
	if (strlen(text) != size || parse(arena_strdup(arena, text), arena, &info) < 0)
		return err_refuse(e, "read the info file of", what, "it is damaged");
	*ret = info;
	return 0;
}

/* --- writing --- */

static void put(FILE *file, const char *key, const char *value)
{
	if (!value || !value[0])
		return;
	fprintf(file, "%s ", key);
	for (; *value; value++) {
		if ((unsigned char)*value < ' ' || *value == 127 || *value == '\\')
			fprintf(file, "\\%03o", (unsigned)(unsigned char)*value);
		else
			fputc(*value, file);
	}
	fputc('\n', file);
}

static void put_all(FILE *file, const struct info *info, struct arena *arena)
{
	put(file, "map", map_kind_name(info->ids.kind));
	put(file, "uid-map", id_map_text(&info->ids.uid, arena));
	put(file, "gid-map", id_map_text(&info->ids.gid, arena));
	put(file, "source", info->source);
	put(file, "digest", info->digest);
	if (info->has_driver)
		put(file, "driver", info_driver_name(info->driver));
	put(file, "base", info->base);
	put(file, "base-path", info->base_path);
	for (size_t i = 0; i < info->lower_count; i++)
		put(file, "lower", info->lowers[i]);
}

static const char *now(char text[32])
{
	time_t seconds = time(NULL);
	struct tm parts;

	gmtime_r(&seconds, &parts);
	strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &parts);
	return text;
}

static int write_file(int fd, const struct info *info)
{
	auto_fclose_ FILE *file = fdopen(fd, "w");
	struct arena arena = { 0 };
	char time_text[32];

	if (!file) {
		int saved = errno;

		close(fd);
		return -saved;
	}
	put_all(file, info, &arena);
	put(file, "made", info->made ? info->made : now(time_text));
	arena_free(&arena);
	return fflush(file) != 0 || fsync(fd) < 0 ? -errno : 0;
}

int info_write(int dirfd, const struct info *info, struct err *e)
{
	int fd = openat(dirfd, new_name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
			0600);
	int r = fd < 0 ? -errno : write_file(fd, info);

	if (r >= 0 && renameat(dirfd, new_name, dirfd, file_name) < 0)
		r = -errno;
	return r < 0 ? err_set(e, -r, "write", "an info file") : 0;
}
