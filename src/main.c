/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * main.c - who was I called as?
 *
 * As `bwrap`, or with a first word that is an option, everything is bwrap's command line: a caller
 * may start us again inside a sandbox as /proc/self/exe, and then only the words tell.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/cmdline.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/subverb.h"

static int cmd_version(char **words _unused_)
{
	puts(PACKAGE_STRING);
	return finish_output(0);
}

const struct verb verbs[] = {
	{ "run", MODE_RUN, cmd_run, "[OPTION...] [--] [COMMAND [ARGUMENT...]]",
	  "Run a program, or your shell, in a private view of the system", NULL },
	{ "bwrap", MODE_BWRAP, cmd_bwrap, "[OPTIONS...] [--] COMMAND [ARGS...]",
	  "Do what bubblewrap does with this command line", NULL },
	{ "show", MODE_SHOW, cmd_show, "[OPTION...] [--] [COMMAND [ARGUMENT...]]",
	  "Print what run would do, or what a path is inside", NULL },
	{ "doctor", MODE_DOCTOR, cmd_doctor, "[OPTION...]",
	  "Say what this machine allows, and what mends the rest", NULL },
	{ "rootfs", MODE_ROOTFS, cmd_rootfs, "COMMAND [OPTION...] [WORD...]",
	  "Make, list and remove root file systems that are kept", rootfs_subverbs },
	{ "layer", MODE_LAYER, cmd_layer, "COMMAND [OPTION...] [WORD...]",
	  "Look at, commit and discard writable layers", layer_subverbs },
	{ "help", 0, cmd_help, "[VERB]", "Print this, or the options of a verb", NULL },
	{ "version", 0, cmd_version, "", "Print the version", NULL },
	{ 0 },
};

/*
 * A closed standard stream would give its number to the next descriptor we open. An epoll instance
 * can be neither read nor written; the program, as asked for, finds the stream closed.
 */
static int fill_standard_streams(void)
{
	int fd;

	do
		fd = epoll_create1(EPOLL_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return -errno;
	close_fd(&fd);
	return 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_bwrap(char **argv)
{
	return (argv[0] && strcmp(base_name(argv[0]), "bwrap") == 0) ||
	       (argv[1] && argv[1][0] == '-');
}

static int unknown_verb(const char *word)
{
	log_error("there is no verb %s", word);
	log_hint("crannog run COMMAND runs a program; crannog help lists the verbs");
	return EXIT_SETUP;
}

/* `crannog --version` is ours, and so is --help; the same words of `/proc/self/exe` are bwrap's. */
static const struct verb *own_option(char **argv)
{
	if (strcmp(base_name(argv[0]), PACKAGE_NAME) != 0 || argv[2])
		return NULL;
	if (strcmp(argv[1], "--version") == 0)
		return verb_find("version");
	return strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ? verb_find("help")
									    : NULL;
}

int main(int argc, char **argv)
{
	if (argc < 1)
		return EXIT_SETUP;
	argv = cmdline_take(argc, argv);
	if (fill_standard_streams() < 0) {
		log_error("cannot open a descriptor: %s", strerror(errno));
		return EXIT_SETUP;
	}
	const struct verb *own = argc > 1 ? own_option(argv) : NULL;
	if (own)
		return own->main(argv + 2);
	if (is_bwrap(argv))
		return cmd_bwrap(argv + 1);
	if (argc < 2) {
		help_program(stderr);
		return EXIT_SETUP;
	}
	const struct verb *verb = verb_find(argv[1]);
	return verb ? verb->main(argv + 2) : unknown_verb(argv[1]);
}
