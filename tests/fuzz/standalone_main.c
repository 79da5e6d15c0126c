/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * standalone_main.c - a fuzz target without a fuzzer: replays a corpus
 *
 *	tests/fuzz/options [FOLDER]
 *
 * Gives every file of the folder to the target, each in a child of its own, so that a crash is one
 * failed test and not the end. Speaks TAP. Without FOLDER it takes $srcdir/tests/fuzz/corpus/NAME,
 * NAME being that of the program.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SECONDS_EACH = 20 };

static int replay(const char *path)
{
	auto_free_ char *data = NULL;
	auto_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size;

	if (fd < 0 || read_all(fd, &data, &size) < 0) {
		perror(path);
		return 1;
	}
	return LLVMFuzzerTestOneInput((const uint8_t *)data, size);
}

/* Runs the target on the file in a child; 0, or the wait status of a child that failed. */
static int try_file(const char *path)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		alarm(SECONDS_EACH);
		_exit(replay(path));
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return status;
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int replay_folder(const char *folder)
{
	struct arena names = { 0 };
	struct dirent **entries;
	int count = scandir(folder, &entries, is_file, alphasort), failed = 0;

	if (count <= 0) {
		printf("Bail out! nothing to replay in %s\n", folder);
		return 1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		int status = try_file(arena_format(&names, "%s/%s", folder, entries[i]->d_name));

		printf("%s %d - %s\n", status ? "not ok" : "ok", i + 1, entries[i]->d_name);
		if (status)
			printf("# wait status 0x%x\n", (unsigned)status);
		failed += status != 0;
		free(entries[i]);
	}
	free(entries);
	arena_free(&names);
	return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	const char *source = getenv("srcdir");
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", source ? source : ".",
		 basename(argv[0]));
	return replay_folder(argc > 1 ? argv[1] : folder);
}
