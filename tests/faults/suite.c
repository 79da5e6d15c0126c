/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * suite.c - see suite.h
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

enum { TEXT_MAX = 512 * 1024, FINDINGS_MAX = 20, WORKERS_MAX = 8, FAILED = 99 };

static void give_up(const char *what)
{
	printf("inject: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(FAILED);
}

/* --- what is left on the host --- */

static char *listing;
static size_t listing_length;

static int list_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	size_t left = TEXT_MAX - listing_length;
	int length = snprintf(listing + listing_length, left, "%s %o %ld %ld\n", path, st->st_mode,
			      S_ISREG(st->st_mode) ? (long)st->st_size : 0,
			      S_ISREG(st->st_mode) ? (long)st->st_mtim.tv_nsec : 0);

	(void)kind;
	(void)at;
	if (length > 0 && (size_t)length < left)
		listing_length += (size_t)length;
	return 0;
}

/* Names, modes, sizes and times of all files in the worker's folder. */
static void list_files(const struct worker *worker, char *ret)
{
	listing = ret;
	listing_length = 0;
	ret[0] = '\0';
	if (nftw(worker->launch.dir, list_entry, 16, FTW_PHYS) < 0)
		give_up(worker->launch.dir);
}

static void read_mounts(char *ret)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t done;

	if (fd < 0)
		give_up("/proc/self/mountinfo");
	while ((done = read(fd, ret + length, TEXT_MAX - 1 - length)) > 0)
		length += (size_t)done;
	ret[length] = '\0';
	close(fd);
}

/* --- trials --- */

static unsigned bad_ones(const struct tally *tally)
{
	unsigned sum = 0;

	for (int i = GOOD + 1; i < VERDICTS; i++)
		sum += tally->found[i];
	return sum;
}

bool suite_takes(struct worker *worker)
{
	return (int)(worker->trial++ % (unsigned)worker->count) == worker->number &&
	       bad_ones(&worker->tally) < FINDINGS_MAX;
}

void suite_try(struct worker *worker, const struct wish *wish)
{
	trace_run(&worker->launch, wish, worker->out);
	launch_read(worker->launch.out_fd, worker->text, TEXT_MAX);
	launch_read(worker->launch.err_fd, worker->message, TEXT_MAX);
}

void suite_rehearse(struct worker *worker)
{
	const struct wish nothing = { 0 };
	const struct outcome *out = worker->out;

	suite_try(worker, &nothing);
	if (out->ran && WIFEXITED(out->status) && WEXITSTATUS(out->status) == 0 && !out->leaked)
		return;
	printf("the launch does not work to begin with: status %x, %s%s%s\n", (unsigned)out->status,
	       out->ran ? "ran, " : "", out->hung ? "hung, " : "", worker->message);
	fflush(stdout);
	_exit(FAILED);
}

void suite_say_difference(const char *text, const char *expected)
{
	const char *line = text, *line_expected = expected;

	for (; *text && *text == *expected; text++, expected++) {
		if (*text == '\n') {
			line = text + 1;
			line_expected = expected + 1;
		}
	}
	printf("    seen:     %.*s\n    expected: %.*s\n", (int)strcspn(line, "\n"), line,
	       (int)strcspn(line_expected, "\n"), line_expected);
}

void suite_count(struct worker *worker, enum verdict verdict, const char *what)
{
	const struct outcome *out = worker->out;
	static char now[TEXT_MAX];

	list_files(worker, now);
	bool left = strcmp(now, worker->files) != 0;
	if (left && verdict == GOOD)
		verdict = LEAKED;
	worker->tally.tried++;
	worker->tally.found[verdict]++;
	if (verdict == GOOD && !worker->talks)
		return;
	printf("%s: %s: %s: %s, status %x, %s%.*s\n", worker->launch.plan->name, what,
	       verdict_names[verdict], out->ran ? "ran" : "did not run", (unsigned)out->status,
	       worker->message[0] ? "said " : "no message", (int)strcspn(worker->message, "\n"),
	       worker->message);
	if (verdict == FAIL_OPEN && strcmp(worker->text, worker->expected) != 0)
		suite_say_difference(worker->text, worker->expected);
	if (left)
		suite_say_difference(now, worker->files);
	fflush(stdout);
	if (left)
		memcpy(worker->files, now, TEXT_MAX);
}

/* --- workers --- */

static char *text_buffer(void)
{
	char *buffer = malloc(TEXT_MAX);

	if (!buffer)
		give_up("malloc");
	return buffer;
}

static void work(const struct test_plan *plan, void (*run)(struct worker *worker),
		 struct worker *worker)
{
	char dir[4096], *mounts = text_buffer(), *mounts_after = text_buffer();

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		give_up("prctl");
	if (!getcwd(dir, sizeof(dir)))
		give_up("getcwd");
	snprintf(dir + strlen(dir), sizeof(dir) - strlen(dir), "/%s-%d", plan->name,
		 worker->number);
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		give_up(dir);
	worker->launch = (struct launch){ .plan = plan, .program = "look", .dir = dir };
	worker->out = malloc(sizeof(*worker->out));
	worker->text = text_buffer();
	worker->message = text_buffer();
	worker->expected = text_buffer();
	worker->files = text_buffer();
	if (!worker->out)
		give_up("malloc");
	launch_prepare(&worker->launch);
	read_mounts(mounts);
	suite_rehearse(worker); /* the first leaves its marks in the upper folder of an overlay */
	suite_rehearse(worker);
	list_files(worker, worker->files);
	memcpy(worker->expected, worker->text, TEXT_MAX);
	run(worker);
	read_mounts(mounts_after);
	if (strcmp(mounts, mounts_after) == 0)
		return;
	worker->tally.found[LEAKED]++;
	printf("%s: the host's mounts have changed\n", plan->name);
	suite_say_difference(mounts_after, mounts);
}

static void start_worker(const struct test_plan *plan, void (*run)(struct worker *worker),
			 struct worker *worker, int sums_fd)
{
	pid_t pid = fork();

	if (pid < 0)
		give_up("fork");
	if (pid)
		return;
	work(plan, run, worker);
	fflush(stdout);
	ssize_t done = write(sums_fd, &worker->tally, sizeof(worker->tally));
	_exit(done == sizeof(worker->tally) ? 0 : FAILED);
}

static bool collect(int sums_fd, struct tally *ret)
{
	struct tally one;
	bool well = true;
	int status;

	while (read(sums_fd, &one, sizeof(one)) == sizeof(one)) {
		ret->tried += one.tried;
		for (int i = 0; i < VERDICTS; i++)
			ret->found[i] += one.found[i];
	}
	while (wait(&status) > 0)
		well &= status == 0;
	return well;
}

static const struct test_plan *plan_by_name(const char *name)
{
	for (const struct test_plan *plan = test_plans; plan->name; plan++) {
		if (strcmp(plan->name, name) == 0)
			return plan;
	}
	fprintf(stderr, "inject: no such plan: %s\n", name);
	exit(FAILED);
}

int suite_run(const char *name, void (*run)(struct worker *worker), bool talks)
{
	const struct test_plan *plan = plan_by_name(name);
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int count = processors < 1 ? 1 : processors > WORKERS_MAX ? WORKERS_MAX : (int)processors;
	struct tally sums = { 0 };
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		give_up("pipe2");
	for (int i = 0; i < count; i++) {
		struct worker worker = { .number = i, .count = count, .talks = talks };

		start_worker(plan, run, &worker, ends[1]);
	}
	close(ends[1]);
	bool well = collect(ends[0], &sums);
	printf("%s: tried %u", name, sums.tried);
	for (int i = GOOD + 1; i < VERDICTS; i++)
		printf(", %s %u", verdict_names[i], sums.found[i]);
	printf("\n");
	return well && sums.tried && !bad_ones(&sums) ? 0 : 1;
}
