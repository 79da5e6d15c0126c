/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * layer_diff.c - see layer_diff.h
 *
 * Runs where the ids exist, and prints from there. Text is compared by diff(1), which gets the two
 * files as descriptors: a path of them could be swapped, and means nothing to the reader.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json.h"
#include "cmd/layer_diff.h"
#include "store/diff.h"
#include "store/layer.h"
#include "watch/within.h"

struct job {
	const struct item *item;
	enum layer_diff_form form;
	struct json json;
	int *lower_fds; /* top first */
	size_t lower_count;
	int upper_fd;
};

/* Control characters in names would be orders to a terminal. */
static void put_path(const char *path)
{
	for (; *path; path++) {
		if ((unsigned char)*path < ' ' || *path == 127 || *path == '\\')
			printf("\\%03o", (unsigned char)*path);
		else
			putchar(*path);
	}
	putchar('\n');
}

static int print_line(void *arg _unused_, const struct diff_entry *entry, struct err *e _unused_)
{
	static const char letters[] = {
		[DIFF_ADDED] = 'A', [DIFF_CHANGED] = 'M', [DIFF_REMOVED] = 'D'
	};

	printf("%c ", letters[entry->kind]);
	put_path(entry->path);
	return 0;
}

static int print_json(void *arg, const struct diff_entry *entry, struct err *e _unused_)
{
	static const char *const words[] = {
		[DIFF_ADDED] = "added", [DIFF_CHANGED] = "changed", [DIFF_REMOVED] = "removed"
	};
	struct job *job = arg;

	json_open(&job->json, NULL, '{');
	json_string(&job->json, "kind", words[entry->kind]);
	json_string(&job->json, "path", entry->path);
	json_bool(&job->json, "folder", entry->is_dir);
	json_close(&job->json);
	return 0;
}

/* --- patches --- */

/* A plain file to compare, or the empty one where there is none; -1: something else is there. */
static int open_side(int dirfd, const char *name)
{
	struct stat st;

	if (dirfd < 0)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
		return -1;
	return openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

/* "--label=a/etc/hosts"; of what is not there, the name that patch(1) knows for that. */
static char *label(char side, int dirfd, const char *path)
{
	char *text = NULL;
	int size = dirfd < 0 ? asprintf(&text, "--label=/dev/null")
			     : asprintf(&text, "--label=%c%s", side, path);

	return size < 0 ? NULL : text;
}

static int run_diff(const struct diff_entry *entry, int lower_fd, int upper_fd, struct err *e)
{
	auto_free_ char *a = label('a', entry->lower_dirfd, entry->path);
	auto_free_ char *b = label('b', entry->upper_dirfd, entry->path);
	const char *path = entry->path;
	char x[32], y[32];
	int code, status;
	pid_t pid;

	if (!a || !b)
		return err_set(e, ENOMEM, "compare", path);
	snprintf(x, sizeof(x), "/dev/fd/%d", lower_fd);
	snprintf(y, sizeof(y), "/dev/fd/%d", upper_fd);
	const char *const words[] = { "diff", "-u", a, b, x, y, NULL };
	fflush(stdout);
	if (fcntl(lower_fd, F_SETFD, 0) < 0 || fcntl(upper_fd, F_SETFD, 0) < 0)
		return err_set(e, errno, "compare", path);
	code = posix_spawnp(&pid, words[0], NULL, NULL, (char *const *)words, environ);
	if (code) {
		err_set(e, code, "start", "diff");
		return code == ENOENT ? err_hint(e, "install the package diffutils") : -code;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) <= 1)
		return 0;
	return err_refuse(e, "compare", path, "diff failed, for the reason above");
}

static int print_patch(void *arg _unused_, const struct diff_entry *entry, struct err *e)
{
	auto_close_ int lower_fd = -1, upper_fd = -1;

	if (entry->is_dir)
		return print_line(arg, entry, e);
	lower_fd = open_side(entry->lower_dirfd, entry->name);
	upper_fd = open_side(entry->upper_dirfd, entry->name);
	if (lower_fd < 0 || upper_fd < 0)
		return print_line(arg, entry, e);
	return run_diff(entry, lower_fd, upper_fd, e);
}

/* --- all of it, where the ids are --- */

static int open_dir(const char *path, int *ret_fd, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		err_set(e, errno, "open what the layer lies over,", path);
		return errno == ENOENT ? err_hint(e, "it was moved or removed since") : -e->code;
	}
	*ret_fd = fd;
	return 0;
}

static int open_all(struct job *job, struct err *e)
{
	const struct info *info = &job->item->info;
	size_t count = info->lower_count;
	int r = 0;

	job->lower_fds = xrealloc(NULL, (count + 1) * sizeof(int));
	for (size_t i = 0; r >= 0 && i <= count; i++) {
		r = open_dir(i < count ? info->lowers[count - 1 - i] : info->base_path,
			     &job->lower_fds[i], e);
		job->lower_count += r >= 0;
	}
	job->upper_fd = openat(job->item->fd, LAYER_UPPER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r >= 0 && job->upper_fd < 0)
		r = err_set(e, errno, "open the layer", job->item->name);
	return r;
}

static int run(void *arg, struct err *e)
{
	static diff_report *const reports[] = { [LAYER_DIFF_LIST] = print_line,
						[LAYER_DIFF_PATCH] = print_patch,
						[LAYER_DIFF_JSON] = print_json };
	struct job *job = arg;
	const struct diff_start start = { .upper_fd = job->upper_fd,
					  .lower_fds = job->lower_fds,
					  .lower_count = job->lower_count,
					  .driver = job->item->info.driver,
					  .report = reports[job->form],
					  .arg = job };

	if (job->form == LAYER_DIFF_JSON)
		json_open(&job->json, NULL, '[');
	int r = diff_run(&start, e);
	if (job->form == LAYER_DIFF_JSON)
		json_close(&job->json);
	if (fflush(stdout) != 0 && r >= 0)
		r = err_set(e, errno, "write to", "standard output");
	return r;
}

int layer_diff(const struct item *item, enum layer_diff_form form, struct err *e)
{
	struct job job = { .item = item, .form = form, .json = json_new(stdout), .upper_fd = -1 };
	int r = open_all(&job, e);

	if (r >= 0)
		r = within_ids(&item->info.ids, run, &job, e);
	for (size_t i = 0; i < job.lower_count; i++)
		close_fd(&job.lower_fds[i]);
	close_fd(&job.upper_fd);
	free(job.lower_fds);
	return r;
}
