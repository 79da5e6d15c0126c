/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * conflicts.c - options that need or exclude one another, in bubblewrap's words and order
 */
#include "unit.h"

#include "front/conflicts.h"
#include "parse.h"

typedef int conflicts(const struct request *request, struct err *e);

static void expect(conflicts *check, const struct refusal *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct parsed *parsed = parse(MODE_BWRAP, rows[i].words);

		assert_int_equal(parsed->r, 0);
		parsed->plan.host_uid = parsed->plan.host_gid = 1000;
		int r = check(&parsed->request, &parsed->err);
		assert_int_equal(r, rows[i].text ? -EINVAL : 0);
		if (rows[i].text)
			assert_string_equal(err_reason(&parsed->err), rows[i].text);
		assert_null(parsed->err.origin.option);
		parse_free(parsed);
	}
}

static void what_is_seen_before_the_command_is_missed(void **state _unused_)
{
	static const struct refusal rows[] = {
		{ { NULL }, NULL },
		{ { "--userns-block-fd", "9" }, "--userns-block-fd requires --unshare-user" },
		{ { "--userns-block-fd", "9", "--unshare-user-try" },
		  "--userns-block-fd requires --unshare-user" },
		{ { "--userns-block-fd", "9", "--unshare-user" },
		  "--userns-block-fd requires --info-fd" },
		{ { "--userns-block-fd", "9", "--unshare-user", "--info-fd", "8" }, NULL },
		{ { "--userns", "9" }, NULL },
		{ { "--userns", "9", "--unshare-user" }, "--userns not compatible --unshare-user" },
		{ { "--userns", "9", "--unshare-user-try" },
		  "--userns not compatible --unshare-user-try" },
		{ { "--userns", "9", "--unshare-all" },
		  "--userns not compatible --unshare-user-try" },
		{ { "--disable-userns" }, "--disable-userns requires --unshare-user" },
		{ { "--disable-userns", "--unshare-all" },
		  "--disable-userns requires --unshare-user" },
		{ { "--disable-userns", "--unshare-user" }, NULL },
		{ { "--disable-userns", "--unshare-user", "--info-fd", "8", "--userns-block-fd",
		    "9" },
		  "--disable-userns is not compatible with  --userns-block-fd" },
	};

	expect(conflicts_early, rows, ARRAY_SIZE(rows));
}

static void what_is_seen_after_that(void **state _unused_)
{
	static const struct refusal rows[] = {
		{ { NULL }, NULL },
		{ { "--uid", "0" }, "Specifying --uid requires --unshare-user or --userns" },
		{ { "--gid", "0" }, "Specifying --gid requires --unshare-user or --userns" },
		{ { "--uid", "1000", "--gid", "1000" }, NULL },
		{ { "--uid", "0", "--unshare-user" }, NULL },
		{ { "--uid", "0", "--gid", "0", "--userns", "9" }, NULL },
		{ { "--hostname", "x" }, "Specifying --hostname requires --unshare-uts" },
		{ { "--hostname", "x", "--unshare-uts" }, NULL },
		{ { "--as-pid-1" }, "Specifying --as-pid-1 requires --unshare-pid" },
		{ { "--as-pid-1", "--unshare-pid" }, NULL },
		{ { "--as-pid-1", "--unshare-pid", "--lock-file", "/x" },
		  "Specifying --as-pid-1 and --lock-file is not permitted" },
	};

	expect(conflicts_late, rows, ARRAY_SIZE(rows));
}

/* `run` always makes a user namespace, so it need not be asked for. */
static void run_may_disable_userns_without_a_word_about_them(void **state _unused_)
{
	struct parsed *parsed = PARSE(MODE_RUN, "--disable-userns");

	assert_int_equal(parsed->r, 0);
	assert_int_equal(conflicts_early(&parsed->request, &parsed->err), 0);
	parse_free(parsed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_seen_before_the_command_is_missed),
		cmocka_unit_test(what_is_seen_after_that),
		cmocka_unit_test(run_may_disable_userns_without_a_word_about_them),
	};

	return unit_run(tests);
}
