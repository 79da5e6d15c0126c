/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * print_json.c - a plan as JSON; see print.h
 *
 * Every field of the plan has a member, also those that are as usual: a reader need not know our
 * defaults. A descriptor that there is none of is null.
 */
#include "plan/print.h"
#include "plan/print_names.h"
#include "plan/print_op.h"

static void put_bits(struct json *json, const char *key, const struct bit_name *names,
		     uint64_t bits)
{
	json_open(json, key, '[');
	for (; names->name; names++) {
		if (bits & names->bit)
			json_string(json, NULL, names->name);
	}
	json_close(json);
}

static void put_strings(struct json *json, const char *key, const char *const *strings,
			size_t count)
{
	json_open(json, key, '[');
	for (size_t i = 0; i < count; i++)
		json_string(json, NULL, strings[i]);
	json_close(json);
}

static void put_fd(struct json *json, const char *key, int fd)
{
	if (fd >= 0)
		json_number(json, key, fd);
	else
		json_string(json, key, NULL);
}

static void put_word(void *json, const char *word)
{
	json_string(json, NULL, word);
}

void print_op_words_json(const struct op *op, struct json *json)
{
	json_open(json, "words", '[');
	print_op_words(op, put_word, json);
	json_close(json);
}

void print_origin_json(const struct origin *origin, struct json *json)
{
	json_open(json, "origin", '{');
	json_string(json, "option", origin->option);
	json_string(json, "file", origin->file);
	json_number(json, "line", origin->line);
	json_close(json);
}

static void put_mode(struct json *json, const char *key, mode_t mode)
{
	char text[16];

	snprintf(text, sizeof(text), "%04o", (unsigned)mode);
	json_string(json, key, text);
}

static bool has_perms(const struct op *op)
{
	return op->kind == OP_TMPFS || op->kind == OP_DIR || op->kind == OP_FILE ||
	       op->kind == OP_DATA || op->kind == OP_CHMOD;
}

static void put_overlay(const struct op *op, struct json *json)
{
	static const char *const uppers[] = {
		[UPPER_NONE] = "none", [UPPER_TMP] = "memory", [UPPER_DIR] = "folder"
	};
	static const char *const drivers[] = {
		[DRIVER_KERNEL] = "kernel", [DRIVER_FUSE] = "fuse", [DRIVER_AUTO] = "auto"
	};

	put_strings(json, "layers", op->layers, op->layer_count);
	json_string(json, "upper", uppers[op->upper]);
	json_string(json, "work", op->work);
	json_string(json, "driver", drivers[op->driver]);
	json_open(json, "from_memory", '[');
	for (size_t i = 0; i < op->seed_count; i++)
		json_string(json, NULL, op->seeds[i].path);
	json_close(json);
}

static void put_op(const struct op *op, struct json *json)
{
	json_open(json, NULL, '{');
	json_string(json, "kind", op_name(op->kind));
	json_string(json, "dest", op->dest);
	json_string(json, "source", op->source);
	put_fd(json, "fd", op->fd);
	put_bits(json, "flags", op_flag_names, op->flags);
	if (has_perms(op))
		put_mode(json, "perms", op->perms);
	if (op->kind == OP_TMPFS)
		json_number(json, "size_bytes", (long long)op->size_bytes);
	if (op->kind == OP_OVERLAY)
		put_overlay(op, json);
	print_op_words_json(op, json);
	print_origin_json(&op->origin, json);
	json_close(json);
}

static void put_view(const struct plan *plan, struct json *json)
{
	json_open(json, "operations", '[');
	for (size_t i = 0; i < plan->op_count; i++)
		put_op(&plan->ops[i], json);
	json_close(json);
	json_bool(json, "root_read_only", plan->root_ro);
	json_string(json, "file_label", plan->file_label);
}

static void put_namespaces(const struct plan *plan, struct json *json)
{
	json_open(json, "namespaces", '{');
	put_bits(json, "new", namespace_names, plan->unshare);
	put_fd(json, "userns_fd", plan->userns_fd);
	put_fd(json, "userns2_fd", plan->userns2_fd);
	put_fd(json, "pidns_fd", plan->pidns_fd);
	json_bool(json, "second_user_namespace", plan->second_userns);
	json_bool(json, "maps_root_first", plan->map_root);
	json_bool(json, "disable_userns", plan->disable_userns);
	json_bool(json, "assert_userns_disabled", plan->assert_userns_disabled);
	json_close(json);
}

static void put_map(struct json *json, const char *key, const struct id_map *map)
{
	json_open(json, key, '[');
	for (size_t i = 0; i < map->count; i++) {
		json_open(json, NULL, '{');
		json_number(json, "inside", map->ranges[i].inside);
		json_number(json, "outside", map->ranges[i].outside);
		json_number(json, "count", map->ranges[i].count);
		json_close(json);
	}
	json_close(json);
}

static void put_ids(const struct plan *plan, struct json *json)
{
	static const char *const groups[] = { [GROUPS_KEEP] = "keep",
					      [GROUPS_NONE] = "none",
					      [GROUPS_USER] = "user",
					      [GROUPS_LIST] = "list" };

	json_open(json, "ids", '{');
	json_number(json, "uid", plan->uid);
	json_number(json, "gid", plan->gid);
	json_number(json, "host_uid", plan->host_uid);
	json_number(json, "host_gid", plan->host_gid);
	json_string(json, "convention", map_kind_name(plan->ids.kind));
	put_map(json, "uid_map", &plan->ids.uid);
	put_map(json, "gid_map", &plan->ids.gid);
	json_string(json, "user", plan->user);
	json_string(json, "group", plan->group);
	json_string(json, "groups", groups[plan->groups]);
	json_string(json, "group_list", plan->group_list);
	json_close(json);
	put_bits(json, "capabilities", capability_names, plan->caps);
	json_bool(json, "capabilities_left_alone", plan->keep_caps);
	json_bool(json, "suid", plan->suid);
	json_bool(json, "fixed_addresses", plan->fixed_addresses);
}

static void put_program(const struct plan *plan, struct json *json)
{
	json_open(json, "program", '{');
	put_strings(json, "argv", plan->argv, plan->argc);
	json_string(json, "argv0", plan->argv0);
	json_string(json, "chdir", plan->chdir);
	json_string(json, "cwd", plan->cwd);
	json_bool(json, "new_session", plan->new_session);
	json_bool(json, "new_keyring", plan->new_keyring);
	json_string(json, "exec_label", plan->exec_label);
	json_open(json, "filters", '[');
	for (size_t i = 0; i < plan->filter_count; i++)
		json_number(json, NULL, (long long)plan->filters[i].size_bytes);
	json_close(json);
	put_fd(json, "filter_fd", plan->filter_fd);
	json_close(json);
	put_strings(json, "environment", plan->env.words, plan->env.count);
}

static void put_descriptors(const struct plan *plan, struct json *json)
{
	json_open(json, "descriptors", '{');
	json_bool(json, "closed", plan->close_fds);
	json_open(json, "kept", '[');
	for (size_t i = 0; i < plan->keep_fd_count; i++)
		json_number(json, NULL, plan->keep_fds[i]);
	json_close(json);
	json_close(json);
}

static void put_life(const struct plan *plan, struct json *json)
{
	json_open(json, "life", '{');
	json_bool(json, "die_with_parent", plan->die_with_parent);
	json_bool(json, "die_with_launcher", plan->die_with_launcher);
	json_bool(json, "as_pid_1", plan->as_pid_1);
	json_bool(json, "reaper", plan->reaper);
	json_bool(json, "end_with_program", plan->end_with_program);
	json_bool(json, "forward_signals", plan->forward_signals);
	put_strings(json, "lock_files", plan->lock_files, plan->lock_count);
	put_fd(json, "sync_fd", plan->sync_fd);
	put_fd(json, "block_fd", plan->block_fd);
	put_fd(json, "userns_block_fd", plan->userns_block_fd);
	put_fd(json, "info_fd", plan->info_fd);
	put_fd(json, "json_status_fd", plan->json_fd);
	json_close(json);
}

void print_plan_json(const struct plan *plan, struct json *json)
{
	put_view(plan, json);
	put_namespaces(plan, json);
	put_ids(plan, json);
	put_program(plan, json);
	put_descriptors(plan, json);
	put_life(plan, json);
}
