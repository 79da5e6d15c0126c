/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rootfs.c - see rootfs.h
 *
 * Without a layer the root is bound. With one it is the lowest part of an overlay, and files that
 * belong to this launch (host names, the resolver, a machine id) lie in it between the root and the
 * layer: package scripts may edit or rename them like any file, which then goes to the layer, and
 * while nobody does they leave no trace there. Bound over, they would be busy for rename(2).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "front/base.h"
#include "front/rootfs.h"

static const char usual_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* A name that resolves with the network off. */
static const char usual_name[] = "localhost";

/* Any fixed number of the right form will do: machine-id(5). */
static const char made_up_machine_id[] = "b08dfa6083e7567a1921a715000001fb\n";

bool rootfs_has_layer(const struct request *request)
{
	const struct layering *layer = &request->layer;

	return layer->name || layer->dir || layer->lower_count;
}

/* --- files of this launch --- */

/* What the caller's /etc/resolv.conf says, if the network is the host's. */
static const char *resolver(struct plan *plan)
{
	auto_close_ int fd = -1;
	auto_free_ char *text = NULL;
	size_t size;

	if (plan->unshare & CLONE_NEWNET)
		return "";
	fd = open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read_all(fd, &text, &size) < 0)
		return ""; /* then nobody here can resolve names, and that is no fault of ours */
	return arena_strdup(&plan->arena, text);
}

static const char *hosts(struct plan *plan, const char *name)
{
	bool is_usual = strcmp(name, usual_name) == 0;

	return arena_format(&plan->arena,
			    "127.0.0.1\tlocalhost%s%s\n"
			    "::1\tlocalhost ip6-localhost ip6-loopback\n",
			    is_usual ? "" : " ", is_usual ? "" : name);
}

/* The name that the last --hostname gives, or the usual one, set now. */
static const char *host_name(struct request *request)
{
	struct plan *plan = request->plan;
	const char *name = NULL;

	for (size_t i = 0; i < request->asked_count; i++) {
		if (request->asked[i].kind == OP_HOSTNAME)
			name = request->asked[i].source;
	}
	if (!name && (plan->unshare & CLONE_NEWUTS))
		base_add(plan, "--hostname",
			 (struct op){ .kind = OP_HOSTNAME, .source = usual_name });
	return name ? name : usual_name;
}

static void add_seed(struct op *op, struct seed *seeds, const char *path, const char *text,
		     mode_t mode)
{
	seeds[op->seed_count++] = (struct seed){ .path = path, .text = text, .mode = mode };
}

static void add_seeds(struct request *request, struct op *op)
{
	struct plan *plan = request->plan;
	struct seed *seeds = arena_alloc(&plan->arena, 6 * sizeof(*seeds));
	const char *name = host_name(request);

	op->seeds = seeds;
	add_seed(op, seeds, "etc/hostname", arena_format(&plan->arena, "%s\n", name), 0644);
	add_seed(op, seeds, "etc/hosts", hosts(plan, name), 0644);
	add_seed(op, seeds, "etc/resolv.conf", resolver(plan), 0644);
	/* Debian's packages ask this script before they start a service: 101 is a no. */
	add_seed(op, seeds, "usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0755);
	/* With one id there is no other user to fetch packages as. */
	if (request->fake_chown)
		add_seed(op, seeds, "etc/apt/apt.conf.d/99sandbox",
			 "APT::Sandbox::User \"root\";\n", 0644);
	if (request->reproducible)
		add_seed(op, seeds, "etc/machine-id", made_up_machine_id, 0444);
}

/* --- the root --- */

static void add_bound_root(struct request *request, unsigned flags)
{
	struct op root = { .kind = OP_BIND,
			   .source = request->rootfs,
			   .dest = "/",
			   .fd = -1,
			   .origin = request->rootfs_origin,
			   .flags = flags | (request->rootfs_ro ? OP_RO : 0) };

	plan_add(request->plan, &root);
}

static void add_layered_root(struct request *request, unsigned flags)
{
	struct layering *layer = &request->layer;
	bool in_memory = layer->name && strcmp(layer->name, "tmp") == 0;
	struct op root = { .kind = OP_OVERLAY,
			   .dest = "/",
			   .fd = -1,
			   .origin = layer->origin.option ? layer->origin : layer->lower_origin,
			   .flags = flags,
			   .driver = layer->driver,
			   .upper = in_memory                   ? UPPER_TMP
				    : layer->name || layer->dir ? UPPER_DIR
								: UPPER_NONE };

	if (layer->dir) {
		root.source = arena_format(&request->plan->arena, "%s/upper", layer->dir);
		root.work = arena_format(&request->plan->arena, "%s/work", layer->dir);
	}
	root.layers = grow(root.layers, root.layer_count, sizeof(*root.layers));
	root.layers[root.layer_count++] = request->rootfs;
	for (size_t i = 0; i < layer->lower_count; i++) {
		root.layers = grow(root.layers, root.layer_count, sizeof(*root.layers));
		root.layers[root.layer_count++] = layer->lowers[i];
	}
	add_seeds(request, &root);
	request->root_op = request->plan->op_count;
	plan_add(request->plan, &root);
}

/* Folders whose contents are this launch's own, where the root has them. */
static void add_private_folders(struct request *request)
{
	struct plan *plan = request->plan;

	if (!request->rootfs_ro)
		return;
	base_add_tmpfs(plan, "/tmp", 01777, OP_DEST_KEPT);
	base_add_tmpfs(plan, "/run", 0755, OP_DEST_KEPT);
	if (request->layer.name || request->layer.dir) {
		base_add(plan, "--dir",
			 (struct op){ .kind = OP_DIR,
				      .dest = "/run/lock",
				      .perms = 01777,
				      .flags = OP_DEST_KEPT });
		return;
	}
	base_add_tmpfs(plan, "/var/tmp", 01777, OP_DEST_KEPT);
	base_add_tmpfs(plan, "/home", 0755, OP_DEST_KEPT);
}

int rootfs_view(struct request *request, struct err *e)
{
	struct plan *plan = request->plan;
	unsigned flags = OP_PRIVATE | OP_ROOTFS | (plan->suid ? OP_SUID : 0);

	if (!rootfs_has_layer(request)) {
		request->root_op = plan->op_count;
		add_bound_root(request, flags);
	} else if (request->rootfs_ro) {
		add_layered_root(request, flags);
	} else {
		e->origin = request->rootfs_origin;
		return err_usage(e, "a layer keeps changes, so the root under it is read-only: use "
				    "--rootfs");
	}
	add_private_folders(request);
	base_add_proc_and_dev(plan);
	return 0;
}

/* --- the environment --- */

bool rootfs_keeps_variable(const struct request *request, const char *name)
{
	for (size_t i = 0; i < request->env_named_count; i++) {
		if (strcmp(request->env_named[i], name) == 0)
			return true;
	}
	return request->env_cleared;
}

static void set(struct request *request, const char *name, const char *value)
{
	struct plan *plan = request->plan;

	if (!rootfs_keeps_variable(request, name))
		env_set(&plan->env, &plan->arena, name, value);
}

/* The host's locales may not exist inside. */
static void set_locale(struct request *request)
{
	struct env *env = &request->plan->env;

	for (size_t i = env->count; i > 0; i--) {
		char name[64];
		const char *word = env->words[i - 1];

		snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, "="), word);
		if ((strncmp(name, "LC_", 3) == 0 || strcmp(name, "LANGUAGE") == 0) &&
		    !rootfs_keeps_variable(request, name))
			env_unset(env, name);
	}
	set(request, "LANG", "C.UTF-8");
}

void rootfs_environment(struct request *request, bool is_root)
{
	set(request, "PATH", usual_path);
	set_locale(request);
	if (!is_root)
		return;
	set(request, "HOME", "/root");
	set(request, "USER", "root");
	set(request, "LOGNAME", "root");
	set(request, "SHELL", "/bin/sh");
	if (rootfs_has_layer(request))
		set(request, "DEBIAN_FRONTEND", "noninteractive");
}
