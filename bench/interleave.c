/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * interleave.c - time commands side by side
 *
 *	interleave RUNS COMMAND…
 *
 * Each COMMAND is one word of the command line, split at blanks. Every round runs each
 * command once, so that whatever else the machine is doing falls on all of them alike;
 * a few rounds at the start are not counted. Prints a line for each: median and fastest
 * time in microseconds, and the ratio of its median to that of the first.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_WORDS = 16384, WARM_UP = 5 };

struct command {
	char *words[MAX_WORDS];
	double *us;
};

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double run_us(const struct command *command, const posix_spawn_file_actions_t *actions)
{
	double start = now_us();
	int status;
	pid_t pid;

	if (posix_spawnp(&pid, command->words[0], actions, NULL, command->words, environ) != 0 ||
	    waitpid(pid, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "interleave: %s failed\n", command->words[0]);
		exit(1);
	}
	return now_us() - start;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void split(char *text, char **words)
{
	size_t n = 0;

	for (char *word = strtok(text, " "); word && n < MAX_WORDS - 1; word = strtok(NULL, " "))
		words[n++] = word;
	words[n] = NULL;
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[1]) : 0, count = argc - 2;
	struct command *commands = calloc((size_t)(count > 0 ? count : 1), sizeof(*commands));
	posix_spawn_file_actions_t actions;

	if (runs < 1 || !commands) {
		fprintf(stderr, "usage: interleave RUNS COMMAND...\n");
		return 2;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	for (int c = 0; c < count; c++) {
		split(argv[c + 2], commands[c].words);
		commands[c].us = calloc((size_t)runs, sizeof(double));
	}
	for (int round = -WARM_UP; round < runs; round++) {
		for (int c = 0; c < count; c++) {
			double us = run_us(&commands[c], &actions);

			if (round >= 0)
				commands[c].us[round] = us;
		}
	}
	for (int c = 0; c < count; c++) {
		qsort(commands[c].us, (size_t)runs, sizeof(double), by_size);
		printf("%10.0f us median %10.0f us fastest   %6.3f   %s\n",
		       commands[c].us[runs / 2], commands[c].us[0],
		       commands[c].us[runs / 2] / commands[0].us[runs / 2], commands[c].words[0]);
	}
	return 0;
}
