/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * capname.c - capabilities by name
 */
#include "unit.h"

#include <linux/capability.h>

#include "front/capname.h"

static void expect(const char *name, int number)
{
	int cap = -1;

	assert_int_equal(capname_parse(name, &cap), 0);
	assert_int_equal(cap, number);
}

static void names_are_known_in_either_case(void **state _unused_)
{
	expect("cap_chown", CAP_CHOWN);
	expect("CAP_NET_RAW", CAP_NET_RAW);
	expect("Cap_Sys_Admin", CAP_SYS_ADMIN);
	expect("cap_audit_read", CAP_AUDIT_READ);
}

static void other_words_are_refused(void **state _unused_)
{
	static const char *const words[] = { "",    " ",  "cap_",        "chown",    "cap_no_such",
					     "-1",  "64", "99999999999", "cap_chow", "=",
					     "\xff" };
	int cap = 77;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (capname_parse(words[i], &cap) != -EINVAL)
			fail_msg("\"%s\" was taken for capability %d", words[i], cap);
	}
	assert_int_equal(cap, 77);
}

/* libcap reads a name up to the first character that cannot be in one. */
static void a_name_is_the_whole_word(void **state _unused_)
{
	int cap;

	assert_int_equal(capname_parse("cap_chown+ep", &cap), -EINVAL);
	assert_int_equal(capname_parse("cap_chown,cap_kill", &cap), -EINVAL);
	assert_int_equal(capname_parse("cap_chown ", &cap), -EINVAL);
	assert_int_equal(capname_parse("21x", &cap), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_known_in_either_case),
		cmocka_unit_test(other_words_are_refused),
		cmocka_unit_test(a_name_is_the_whole_word),
	};

	return unit_run(tests);
}
