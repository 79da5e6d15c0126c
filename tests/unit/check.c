/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * check.c - what plan_check() settles and refuses
 */
#define _GNU_SOURCE
#include "unit.h"

#include <sched.h>

#include "base/io.h"
#include "base/macros.h"
#include "plan/check.h"

enum { NOT_OPEN = INT32_MAX };

static struct plan plan;
static struct err err;

static int start(void **state _unused_)
{
	plan_init(&plan);
	plan.host_uid = 1000;
	plan.host_gid = 100;
	err = (struct err){ 0 };
	return 0;
}

static int finish(void **state _unused_)
{
	plan_free(&plan);
	return 0;
}

static void check(void)
{
	assert_int_equal(plan_check(&plan, &err), 0);
}

/* --- the words for execve(2) --- */

static void import(const char *const *words)
{
	env_import(&plan.env, (char *const *)words);
	check();
	for (size_t i = 0; i < plan.env.count; i++)
		assert_string_equal(plan.env_words[i], words[i]);
	for (size_t i = 0; i <= LATE_COUNT; i++) /* room for what stage/exec.c puts there */
		assert_null(plan.env_words[plan.env.count + i]);
	env_put_word(plan.env_words, "PWD=here");
}

#define IMPORT(...) import((const char *const[]){ __VA_ARGS__, NULL })

static void pwd_comes_last_where_there_is_none(void **state _unused_)
{
	IMPORT("A=1", "PWDX=2", "OLDPWD=/", "pwd=3", "PWD");
	assert_string_equal(plan.env_words[5], "PWD=here");
}

static void pwd_keeps_its_place(void **state _unused_)
{
	IMPORT("A=1", "PWD=/old", "B=2");
	assert_string_equal(plan.env_words[1], "PWD=here");
	assert_string_equal(plan.env_words[2], "B=2");
}

static void an_empty_environment_has_pwd_alone(void **state _unused_)
{
	import((const char *const[]){ NULL });
	assert_string_equal(plan.env_words[0], "PWD=here");
}

/* --- ids and namespaces --- */

static void ids_are_the_callers_unless_given(void **state _unused_)
{
	check();
	assert_int_equal(plan.uid, 1000);
	assert_int_equal(plan.gid, 100);
	plan.uid = 0;
	plan.uid_given = true;
	check();
	assert_int_equal(plan.uid, 0);
	assert_int_equal(plan.gid, 100);
}

static void dev_needs_a_second_user_namespace_unless_all_ids_are_0(void **state _unused_)
{
	const struct op dev = { .kind = OP_DEV, .dest = "/dev", .fd = -1 };

	plan.unshare = CLONE_NEWUSER;
	check();
	assert_false(plan.second_userns || plan.map_root);
	plan_add(&plan, &dev);
	check();
	assert_true(plan.second_userns && plan.map_root);
	plan.uid = plan.gid = 0;
	plan.uid_given = plan.gid_given = true;
	check();
	assert_true(!plan.second_userns && plan.map_root);
	plan.disable_userns = true;
	check();
	assert_true(plan.second_userns);
}

static void a_namespace_of_the_callers_is_not_divided(void **state _unused_)
{
	const struct op dev = { .kind = OP_DEV, .dest = "/dev", .fd = -1 };

	plan_add(&plan, &dev);
	check();
	assert_false(plan.second_userns || plan.map_root);
	plan.unshare = CLONE_NEWUSER;
	plan.userns_block_fd = 2;
	check();
	assert_false(plan.second_userns || plan.map_root);
}

static void tries_are_settled(void **state _unused_)
{
	plan.unshare = plan.unshare_try = CLONE_NEWUSER | CLONE_NEWCGROUP;
	check();
	assert_int_equal(plan.unshare_try, 0);
	assert_int_equal(plan.unshare & ~(unsigned)(CLONE_NEWUSER | CLONE_NEWCGROUP), 0);
}

/* --- life --- */

static bool has_reaper(void)
{
	check();
	return plan.reaper;
}

static void a_reaper_is_there_for_who_needs_one(void **state _unused_)
{
	assert_false(has_reaper());
	plan.unshare = CLONE_NEWPID;
	assert_true(has_reaper());
	plan.as_pid_1 = true;
	assert_false(has_reaper());
	plan.sync_fd = 2;
	assert_false(has_reaper());
	plan.as_pid_1 = false;
	plan.unshare = 0;
	assert_true(has_reaper());
	plan.sync_fd = -1;
	plan_add_lock(&plan, "/x", (struct origin){ 0 });
	assert_true(has_reaper());
}

static void who_dies_with_the_parent_takes_all_along(void **state _unused_)
{
	check();
	assert_false(plan.die_with_launcher);
	plan.die_with_parent = true;
	check();
	assert_true(plan.die_with_launcher);
}

/* --- descriptors --- */

static void each_borrowed_descriptor_must_be_open(void **state _unused_)
{
	int *const fields[] = { &plan.userns_fd,       &plan.userns2_fd, &plan.pidns_fd,
				&plan.filter_fd,       &plan.sync_fd,    &plan.block_fd,
				&plan.userns_block_fd, &plan.info_fd,    &plan.json_fd };

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		*fields[i] = NOT_OPEN;
		assert_int_equal(plan_check(&plan, &err), -EBADF);
		assert_non_null(err.origin.option);
		*fields[i] = 2;
	}
	check();
}

static void an_operation_with_a_closed_descriptor_is_named(void **state _unused_)
{
	static const enum op_kind kinds[] = { OP_BIND, OP_FILE, OP_DATA };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct op op = { .kind = kinds[i],
				       .dest = "/x",
				       .fd = NOT_OPEN,
				       .origin = { .option = "--asked", .line = 3 } };

		plan_add(&plan, &op);
		assert_int_equal(plan_check(&plan, &err), -EBADF);
		assert_string_equal(err.origin.option, "--asked");
		assert_int_equal(err.origin.line, 3);
		assert_non_null(err.what);
		plan.ops[i].fd = 2;
	}
	check();
}

static void checking_twice_changes_nothing(void **state _unused_)
{
	plan.unshare = CLONE_NEWUSER | CLONE_NEWPID;
	check();
	check();
	assert_int_equal(plan.unshare, CLONE_NEWUSER | CLONE_NEWPID);
}

/* --- the plan itself --- */

static void every_kind_of_operation_has_a_name(void **state _unused_)
{
	for (int kind = 0; kind <= OP_HOSTNAME; kind++)
		assert_non_null(op_name((enum op_kind)kind));
	assert_string_equal(op_name(OP_BIND), "bind");
	assert_string_equal(op_name(OP_MASK), "mask");
}

static void destinations_are_absolute(void **state _unused_)
{
	const char *absolute = "/a";

	assert_ptr_equal(plan_absolute(&plan, absolute), absolute);
	assert_string_equal(plan_absolute(&plan, "a/b"), "/a/b");
	assert_string_equal(plan_absolute(&plan, ""), "/");
	assert_string_equal(plan_absolute(&plan, ".."), "/..");
}

#define test(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(pwd_comes_last_where_there_is_none),
		test(pwd_keeps_its_place),
		test(an_empty_environment_has_pwd_alone),
		test(ids_are_the_callers_unless_given),
		test(dev_needs_a_second_user_namespace_unless_all_ids_are_0),
		test(a_namespace_of_the_callers_is_not_divided),
		test(tries_are_settled),
		test(a_reaper_is_there_for_who_needs_one),
		test(who_dies_with_the_parent_takes_all_along),
		test(each_borrowed_descriptor_must_be_open),
		test(an_operation_with_a_closed_descriptor_is_named),
		test(checking_twice_changes_nothing),
		test(every_kind_of_operation_has_a_name),
		test(destinations_are_absolute),
	};

	return unit_run(tests);
}
