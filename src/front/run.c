/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * run.c - the front-end of `run` and `show`: safe by default
 *
 * The base view is a list of operations that go before those of the command line; there is nothing
 * in it that could not be typed. It is made after parsing, since --bare and --rootfs decide
 * what it is.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/user.h"
#include "front/base.h"
#include "front/caps.h"
#include "front/conflicts.h"
#include "front/front.h"
#include "front/rootfs.h"

const char base_view[] = "base view";

/* --- what of the host is shown --- */

/* Top-level folders that hold the system; where one is a link (merged /usr) so it is inside. */
static const char *const system_folders[] = { "/usr",    "/etc", "/opt",   "/bin",
					      "/sbin",   "/lib", "/lib32", "/lib64",
					      "/libx32", "/nix", "/gnu" };

/*
 * Of /var only data that programs of the system read. Not all of it: it holds spools, logs, and
 * sockets of services, and a socket in a read-only folder is as good as any.
 */
static const char *const var_folders[] = { "/var/lib/dpkg",        "/var/lib/rpm",
					   "/var/lib/pacman",      "/var/lib/texmf",
					   "/var/lib/aspell",      "/var/lib/dictionaries-common",
					   "/var/lib/ghostscript", "/var/cache/fontconfig",
					   "/var/cache/man" };

/* Variables the program gets from the caller, besides LC_…. */
static const char *const passed_variables[] = { "TERM",    "COLORTERM", "LANG",    "LANGUAGE",
						"TZ",      "PATH",      "HOME",    "USER",
						"LOGNAME", "SHELL",     "NO_COLOR" };

struct op *base_add(struct plan *plan, const char *option, struct op op)
{
	op.origin = (struct origin){ .option = option, .file = base_view };
	op.fd = -1;
	return plan_add(plan, &op);
}

static void add_bind(struct plan *plan, const char *option, const char *path, unsigned flags)
{
	base_add(plan, option,
		 (struct op){ .kind = OP_BIND,
			      .source = path,
			      .dest = path,
			      .flags = flags | OP_PRIVATE });
}

void base_add_tmpfs(struct plan *plan, const char *path, mode_t perms, unsigned flags)
{
	base_add(plan, "--tmpfs",
		 (struct op){ .kind = OP_TMPFS, .dest = path, .perms = perms, .flags = flags });
}

static int show_host_folder(struct plan *plan, const char *path, struct err *e)
{
	char target[PATH_MAX];
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : err_set(e, errno, "look at", path);
	if (S_ISDIR(st.st_mode)) {
		add_bind(plan, "--ro-bind", path, OP_RO);
		return 0;
	}
	ssize_t length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		return err_set(e, errno, "read the link", path);
	target[length] = '\0';
	base_add(plan, "--symlink",
		 (struct op){ .kind = OP_SYMLINK,
			      .dest = path,
			      .source = arena_strdup(&plan->arena, target) });
	return 0;
}

static int show_host_folders(struct plan *plan, const char *const *paths, size_t count,
			     struct err *e)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < count; i++)
		r = show_host_folder(plan, paths[i], e);
	return r;
}

/* An empty home: a folder in the private /home, or a tmpfs of its own elsewhere. */
static void make_home(struct plan *plan, const char *home)
{
	if (!home)
		return;
	if (strncmp(home, "/home/", strlen("/home/")) == 0)
		base_add(plan, "--dir", (struct op){ .kind = OP_DIR, .dest = home, .perms = 0700 });
	else
		base_add_tmpfs(plan, home, 0700, 0);
}

void base_add_proc_and_dev(struct plan *plan)
{
	base_add(plan, "--proc", (struct op){ .kind = OP_PROC, .dest = "/proc" });
	base_add(plan, "--dev", (struct op){ .kind = OP_DEV, .dest = "/dev", .perms = 01777 });
}

/* With the host's network its resolver is of use, which many systems keep in /run. */
static void show_resolver(struct plan *plan)
{
	char path[PATH_MAX];

	if (!(plan->unshare & CLONE_NEWNET) && realpath("/etc/resolv.conf", path) &&
	    strncmp(path, "/run/", strlen("/run/")) == 0)
		add_bind(plan, "--ro-bind", arena_strdup(&plan->arena, path), OP_RO);
}

static int view_host(struct plan *plan, const char *home, struct err *e)
{
	int r = show_host_folders(plan, system_folders, ARRAY_SIZE(system_folders), e);

	if (r >= 0)
		r = show_host_folders(plan, var_folders, ARRAY_SIZE(var_folders), e);
	if (r < 0)
		return r;
	base_add_tmpfs(plan, "/tmp", 01777, 0);
	base_add_tmpfs(plan, "/run", 0755, 0);
	base_add_tmpfs(plan, "/var/tmp", 01777, 0);
	base_add_tmpfs(plan, "/home", 0755, 0);
	show_resolver(plan);
	make_home(plan, home);
	base_add_proc_and_dev(plan);
	plan->root_ro = true;
	return 0;
}

/* --- the current directory --- */

/* Is @path below @folder, by name? Equal paths are not. */
static bool is_below(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(path, folder, length) == 0 && path[length] == '/' && path[length + 1];
}

static int add_cwd(struct request *request, const char *home, struct err *e)
{
	static const char hint[] = "change to a project folder, or leave it out with --no-cwd";
	char real_cwd[PATH_MAX], real_home[PATH_MAX];

	if (!getcwd(real_cwd, sizeof(real_cwd)))
		return err_set(e, errno, "find the path of", "the current directory");
	if (strcmp(real_cwd, "/") == 0) {
		err_usage(e, "the current directory is /, which would give the program everything");
		return err_hint(e, hint);
	}
	if (!home)
		return 0;
	if (!realpath(home, real_home))
		return errno == ENOENT ? 0 : err_set(e, errno, "find the home directory", home);
	if (strcmp(real_cwd, real_home) == 0 || is_below(real_home, real_cwd)) {
		err_usage(e, "the current directory is %syour home directory, which stays private",
			  strcmp(real_cwd, real_home) == 0 ? "" : "above ");
		return err_hint(e, hint);
	}
	if (is_below(real_cwd, real_home))
		base_add(request->plan, "current directory",
			 (struct op){ .kind = OP_BIND,
				      .flags = OP_PRIVATE,
				      .source = ".",
				      .dest = request->plan->cwd });
	return 0;
}

/* --- the rest of the defaults --- */

static void pass_environment(struct plan *plan)
{
	for (size_t i = 0; i < ARRAY_SIZE(passed_variables); i++) {
		const char *value = getenv(passed_variables[i]);

		if (value)
			env_set(&plan->env, &plan->arena, passed_variables[i], value);
	}
	for (char **word = environ; *word; word++) {
		if (strncmp(*word, "LC_", 3) == 0)
			env_import(&plan->env, (char *const[]){ *word, NULL });
	}
}

static void start(struct plan *plan)
{
	front_caller(plan);
	pass_environment(plan);
	plan->unshare = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
			CLONE_NEWCGROUP;
	plan->new_session = true;
	plan->new_keyring = true;
	plan->close_fds = true;
	plan->forward_signals = true;
	plan->end_with_program = true;
	plan->die_with_launcher = true;
	plan->cwd = front_cwd(plan, getenv("PWD"));
}

/* The user's home and shell: what the environment says, else what the system knows. */
static const char *home_folder(struct plan *plan)
{
	const char *home = getenv("HOME");
	const struct passwd *entry = home ? NULL : user_find(plan->host_uid);

	if (entry)
		home = arena_strdup(&plan->arena, entry->pw_dir);
	return home && home[0] == '/' && home[1] ? home : NULL;
}

static const char *user_shell(struct plan *plan)
{
	const char *shell = getenv("SHELL");
	const struct passwd *entry = shell ? NULL : user_find(plan->host_uid);

	if (entry && entry->pw_shell[0] == '/')
		return arena_strdup(&plan->arena, entry->pw_shell);
	return shell && shell[0] == '/' ? shell : "/bin/sh";
}

/* The base view goes before the operations of the command line. */
static int add_base_view(struct request *request, struct err *e)
{
	struct plan *plan = request->plan;
	struct op *asked = plan->ops;
	size_t asked_count = plan->op_count;
	const char *home = home_folder(plan);
	int r = 0;

	plan->ops = NULL;
	plan->op_count = 0;
	request->asked = asked;
	request->asked_count = asked_count;
	if (request->base == VIEW_HOST)
		r = view_host(plan, home, e);
	if (request->base == VIEW_ROOTFS)
		r = rootfs_view(request, e);
	if (r >= 0 && request->base == VIEW_HOST && !request->no_cwd)
		r = add_cwd(request, home, e);
	for (size_t i = 0; i < asked_count; i++)
		plan_add(plan, &asked[i]);
	free(asked);
	return r;
}

/* Is the program to be root inside, as far as the options tell? */
static bool is_root(const struct plan *plan)
{
	uint32_t inside;

	if (plan->user)
		return strcmp(plan->user, "root") == 0 || strcmp(plan->user, "0") == 0;
	if (plan->uid_given)
		return plan->uid == 0;
	if (plan->ids.kind == MAP_EXPLICIT)
		return id_map_inside(&plan->ids.uid, plan->host_uid, &inside) && inside == 0;
	return plan->ids.kind == MAP_ROOT || plan->ids.kind == MAP_AUTO ||
	       plan->ids.kind == MAP_SUBID;
}

/* A name is looked up inside, and has the groups and the home that are given it there. */
static void settle_user(struct request *request)
{
	struct plan *plan = request->plan;

	if (!plan->user)
		return;
	if (!plan->groups_origin.option)
		plan->groups = GROUPS_USER;
	if (!rootfs_keeps_variable(request, "HOME"))
		plan->late_env |= LATE_HOME;
	if (!rootfs_keeps_variable(request, "USER"))
		plan->late_env |= LATE_USER;
	if (!rootfs_keeps_variable(request, "LOGNAME"))
		plan->late_env |= LATE_LOGNAME;
}

/* The earliest day that every archive format can say, wherever it is: the 2nd of January 1980. */
static const char usual_epoch[] = "315619200";

static void settle_reproducible(struct request *request)
{
	static const char *const fixed[][2] = { { "TZ", "UTC" },
						{ "LC_ALL", "C.UTF-8" },
						{ "LANG", "C.UTF-8" } };
	struct plan *plan = request->plan;
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	if (!request->reproducible)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++) {
		if (!rootfs_keeps_variable(request, fixed[i][0]))
			env_set(&plan->env, &plan->arena, fixed[i][0], fixed[i][1]);
	}
	if (!rootfs_keeps_variable(request, "SOURCE_DATE_EPOCH"))
		env_set(&plan->env, &plan->arena, "SOURCE_DATE_EPOCH", epoch ? epoch : usual_epoch);
	plan->fixed_addresses = true;
}

/* What depends on who the program is, and where. */
static void settle(struct request *request)
{
	struct plan *plan = request->plan;
	bool root = is_root(plan), ranges = plan->ids.kind != MAP_SINGLE;

	caps_settle(request, root && ranges ? caps_docker : 0);
	settle_user(request);
	if (request->base == VIEW_ROOTFS)
		rootfs_environment(request, root);
	settle_reproducible(request);
	if (request->reproducible || (root && rootfs_has_layer(request))) {
		plan->has_umask = true;
		plan->umask = 022;
	}
}

int front_run(struct request *request, char **words, struct err *e)
{
	struct plan *plan = request->plan;
	char **command, *shell[] = { NULL, NULL };

	start(plan);
	int r = options_parse(request, words, &command, e);
	if (r < 0 || request->wanted != WANT_RUN)
		return r;
	r = conflicts_early(request, e);
	if (r < 0)
		return r;
	if (plan->userns_fd >= 0)
		plan->unshare &= ~(unsigned)CLONE_NEWUSER;
	r = conflicts_run(request, e);
	if (r < 0)
		return r;
	settle(request);
	r = add_base_view(request, e);
	if (r < 0)
		return r;
	if (!*command) {
		shell[0] = (char *)user_shell(plan);
		command = shell;
	}
	front_command(plan, command);
	return conflicts_late(request, e);
}
