/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * print.c - see print.h
 */
#include <string.h>

#include "plan/print.h"
#include "plan/print_names.h"
#include "plan/print_op.h"

size_t print_quoted(const char *word, FILE *to)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "%+,-./:=@_";
	size_t length = 2;

	if (word[0] && word[strspn(word, plain)] == '\0')
		return fputs(word, to) < 0 ? 0 : strlen(word);
	fputc('\'', to);
	for (; *word; word++) {
		length += *word == '\'' ? 4 : 1;
		if (*word == '\'')
			fputs("'\\''", to);
		else
			fputc(*word, to);
	}
	fputc('\'', to);
	return length;
}

/* A line of words and how long it is so far. */
struct line {
	FILE *to;
	size_t length;
};

static void put_word(void *to, const char *word)
{
	struct line *line = to;
	int blanks = line->length ? 1 : 2;

	line->length += (size_t)fprintf(line->to, "%*s", blanks, "");
	line->length += print_quoted(word, line->to);
}

/* Who asked, where it was not the option itself that was typed: "base view". */
static void comment_text(const struct op *op, char *text, size_t size)
{
	const struct origin *origin = &op->origin;

	if (origin->option && strcmp(origin->option, print_op_option(op)) != 0)
		origin_text(origin, text, size);
	else if (origin->file && origin->line)
		snprintf(text, size, "%s:%u", origin->file, origin->line);
	else
		snprintf(text, size, "%s", origin->file ? origin->file : "");
}

static void put_comment(const struct line *line, const struct op *op)
{
	const int wide = 42;
	int blanks = line->length < (size_t)wide ? wide - (int)line->length : 0;
	bool kept = op->flags & OP_DEST_KEPT;
	char text[512];

	comment_text(op, text, sizeof(text));
	if (text[0] || kept)
		fprintf(line->to, "%*s  # %s%s", blanks, "", text,
			!kept                ? ""
			: op->kind == OP_DIR ? ", if there is a folder for it"
					     : ", if there is such a folder");
}

void print_op(const struct op *op, FILE *to)
{
	struct line line = { .to = to };

	print_op_words(op, put_word, &line);
	put_comment(&line, op);
	fputc('\n', to);
}

/* What is in an overlay besides its layers, and who puts it together. */
static void print_overlay(const struct op *op, FILE *to)
{
	static const char *const drivers[] = {
		[DRIVER_FUSE] = "fuse-overlayfs", [DRIVER_AUTO] = "the kernel, else fuse-overlayfs"
	};

	if (op->seed_count)
		fputs("    from memory, below the changes:", to);
	for (size_t i = 0; i < op->seed_count; i++)
		fprintf(to, " /%s", op->seeds[i].path);
	fputs(op->seed_count ? "\n" : "", to);
	if (op->driver != DRIVER_KERNEL)
		fprintf(to, "    put together by %s\n", drivers[op->driver]);
}

static void print_ops(const struct plan *plan, FILE *to)
{
	fputs("view\n", to);
	for (size_t i = 0; i < plan->op_count; i++) {
		print_op(&plan->ops[i], to);
		print_overlay(&plan->ops[i], to);
	}
	if (plan->root_ro)
		fprintf(to, "  %-40s  # in the end\n", "--remount-ro /");
	if (plan->file_label)
		fprintf(to, "  label of what is made: %s\n", plan->file_label);
}

static void print_bits(const struct bit_name *names, uint64_t bits, FILE *to)
{
	for (; names->name; names++) {
		if (bits & names->bit)
			fprintf(to, " %s", names->name);
	}
}

static void print_fd(const char *what, int fd, FILE *to)
{
	if (fd >= 0)
		fprintf(to, "  %s descriptor %d\n", what, fd);
}

static void print_namespaces(const struct plan *plan, FILE *to)
{
	fputs("namespaces\n  new: mount", to);
	print_bits(namespace_names, plan->unshare, to);
	fputs("\n", to);
	print_fd("user: that of", plan->userns_fd, to);
	print_fd("user, when all is set up: that of", plan->userns2_fd, to);
	print_fd("pid: that of", plan->pidns_fd, to);
	if (plan->second_userns)
		fputs("  the program is in a second user namespace, below the one that owns the "
		      "mounts\n",
		      to);
	if (plan->disable_userns)
		fputs("  the program can make no user namespaces\n", to);
	if (plan->assert_userns_disabled)
		fputs("  fails if the program could make user namespaces\n", to);
}

static void print_ids(const struct plan *plan, FILE *to)
{
	fprintf(to, "ids\n  user %u, outside %u\n", plan->uid, plan->host_uid);
	fprintf(to, "  group %u, outside %u\n", plan->gid, plan->host_gid);
}

static void print_map(const char *what, const struct id_map *map, FILE *to)
{
	fprintf(to, "  map of %s:", what);
	for (size_t i = 0; i < map->count; i++)
		fprintf(to, " %u:%u:%u", map->ranges[i].inside, map->ranges[i].outside,
			map->ranges[i].count);
	fputs("\n", to);
}

static void print_ranges(const struct plan *plan, FILE *to)
{
	fputs("ids\n", to);
	if (plan->user)
		fprintf(to, "  user %s%s%s, by the files inside\n", plan->user,
			plan->group ? ":" : "", plan->group ? plan->group : "");
	else
		fprintf(to, "  user %u, group %u\n", plan->uid, plan->gid);
	fprintf(to, "  convention: %s\n", map_kind_name(plan->ids.kind));
	print_map("users", &plan->ids.uid, to);
	print_map("groups", &plan->ids.gid, to);
	if (plan->groups == GROUPS_NONE)
		fputs("  no supplementary groups\n", to);
	if (plan->groups == GROUPS_USER)
		fputs("  supplementary groups: those of the user inside\n", to);
	if (plan->groups == GROUPS_LIST)
		fprintf(to, "  supplementary groups: %s\n", plan->group_list);
}

static void print_caps(const struct plan *plan, FILE *to)
{
	uint64_t all = print_all_capabilities(), caps = plan->caps & all;

	fputs(plan->keep_caps ? "capabilities\n  as they are:" : "capabilities\n ", to);
	if (caps == 0 || caps == all)
		fputs(caps ? " all" : " none", to);
	else
		print_bits(capability_names, caps, to);
	fputs("\n", to);
	if (plan->suid)
		fputs("  setuid bits and file capabilities work, within the mapped ids\n", to);
}

static void print_filters(const struct plan *plan, FILE *to)
{
	for (size_t i = 0; i < plan->filter_count; i++)
		fprintf(to, "  seccomp filter of %zu bytes\n", plan->filters[i].size_bytes);
	print_fd("seccomp filter from", plan->filter_fd, to);
}

static void print_folder(const struct plan *plan, FILE *to)
{
	const char *home = env_get(&plan->env, "HOME");
	const char *const tries[] = { plan->cwd, home, "/" };
	const char *before = "";

	fputs("  in ", to);
	for (size_t i = 0; !plan->chdir && i < ARRAY_SIZE(tries); i++) {
		if (!tries[i])
			continue;
		fputs(before, to);
		print_quoted(tries[i], to);
		before = ", else ";
	}
	if (plan->chdir)
		print_quoted(plan->chdir, to);
	fputs("\n", to);
}

static void print_program(const struct plan *plan, FILE *to)
{
	fputs("program\n ", to);
	for (size_t i = 0; i < plan->argc; i++) {
		fputc(' ', to);
		print_quoted(plan->argv[i], to);
	}
	fputs("\n", to);
	if (plan->argv0) {
		fputs("  called ", to);
		print_quoted(plan->argv0, to);
		fputs("\n", to);
	}
	print_folder(plan, to);
	if (plan->new_session)
		fputs("  new session\n", to);
	if (plan->new_keyring)
		fputs("  new session keyring\n", to);
	if (plan->fixed_addresses)
		fputs("  addresses are not randomised\n", to);
	if (plan->has_umask)
		fprintf(to, "  umask %04o\n", (unsigned)plan->umask);
	if (plan->exec_label)
		fprintf(to, "  label: %s\n", plan->exec_label);
	print_filters(plan, to);
}

static void print_env(const struct plan *plan, FILE *to)
{
	fputs("environment\n", to);
	for (size_t i = 0; i < plan->env.count; i++) {
		fputs("  ", to);
		print_quoted(plan->env.words[i], to);
		fputs("\n", to);
	}
	fputs("  PWD is set to the folder it starts in\n", to);
}

static void print_descriptors(const struct plan *plan, FILE *to)
{
	fputs("descriptors\n  ", to);
	if (!plan->close_fds)
		fputs("all that are open, but those used above and below", to);
	else
		fputs("0 1 2", to);
	for (size_t i = 0; i < plan->keep_fd_count; i++)
		fprintf(to, " %d", plan->keep_fds[i]);
	fputs("\n", to);
}

static void print_life(const struct plan *plan, FILE *to)
{
	fputs("life\n", to);
	if (plan->as_pid_1)
		fputs("  the program is pid 1\n", to);
	else if (plan->reaper)
		fputs("  a process of ours waits for those that the program leaves\n", to);
	if (plan->die_with_parent)
		fputs("  ends when the caller ends\n", to);
	if (plan->die_with_launcher)
		fputs("  ends when the launcher ends\n", to);
	if (plan->end_with_program)
		fputs("  what the program leaves running ends with it\n", to);
	if (plan->forward_signals)
		fputs("  signals are passed on to the program\n", to);
	for (size_t i = 0; i < plan->lock_count; i++) {
		fputs("  read lock on ", to);
		print_quoted(plan->lock_files[i], to);
		fputs("\n", to);
	}
	print_fd("held open while anything runs:", plan->sync_fd, to);
	print_fd("the program starts after", plan->block_fd, to);
	print_fd("the caller writes the id maps, then", plan->userns_block_fd, to);
	print_fd("pid and namespaces are written to", plan->info_fd, to);
	print_fd("pid, namespaces and exit code are written to", plan->json_fd, to);
}

void print_plan(const struct plan *plan, FILE *to)
{
	print_ops(plan, to);
	print_namespaces(plan, to);
	(plan->maps_outside ? print_ranges : print_ids)(plan, to);
	print_caps(plan, to);
	print_program(plan, to);
	print_env(plan, to);
	print_descriptors(plan, to);
	print_life(plan, to);
}
