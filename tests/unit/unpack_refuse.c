/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack_refuse.c - archives that are hostile, damaged, or none
 */
#define _GNU_SOURCE
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/mem.h"
#include "process.h"
#include "store/unpack.h"
#include "tarball.h"

/* Unpacks the bytes as they are, which must fail with these words; frees them. */
static void refuse_bytes(struct tarball *tar, unsigned flags, const char *says)
{
	char *path, *said;
	struct err e = { 0 };
	int target_fd = folder_make(&path);
	auto_close_ int fd = fd_from_data("tar", tar->bytes ? tar->bytes : "", tar->size);

	tar_free(tar);
	stderr_catch();
	int r = unpack(fd, target_fd, flags, &e);
	said = stderr_caught();
	if (r >= 0 || !strstr(failure_text(&e), says)) {
		print_message("# %s\n# expected: %s\n", r < 0 ? failure_text(&e) : "it worked",
			      says);
		fail();
	}
	free(said);
	folder_remove(target_fd, path);
}

static void refuse(struct tarball *tar, const char *says)
{
	tar_end(tar);
	refuse_bytes(tar, 0, says);
}

struct refusal {
	const char *says;
	struct tar_entry entries[4];
};

static void refuse_all(const struct refusal *refusals, size_t count, unsigned flags)
{
	for (size_t i = 0; i < count; i++) {
		struct tarball tar = { 0 };

		for (const struct tar_entry *entry = refusals[i].entries; entry->name; entry++)
			tar_add(&tar, *entry);
		tar_end(&tar);
		refuse_bytes(&tar, flags, refusals[i].says);
	}
}

#define REFUSE_ALL(refusals, flags) refuse_all(refusals, ARRAY_SIZE(refusals), flags)

/* --- names --- */

static void names_that_lead_out(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ "unpack ../x: its name leads out", { { .name = "../x" } } },
		{ "unpack ..: its name leads out", { { .type = '5', .name = ".." } } },
		{ "unpack a/../../x: its name leads out", { { .name = "a/../../x" } } },
		{ "unpack a/..: its name leads out", { { .type = '5', .name = "a/.." } } },
		{ "unpack /../x: its name leads out", { { .name = "/../x" } } },
		{ "unpack .: it is not a folder", { { .type = '2', .name = ".", .link = "x" } } },
		{ "unpack .: it is not a folder", { { .type = '1', .name = "/", .link = "x" } } },
		{ "its name is empty", { { .name = "" } } },
	};

	REFUSE_ALL(refusals, 0);
}

static void names_that_are_too_long(void **state _unused_)
{
	char name[5000];
	struct tarball tar = { 0 };

	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 2 ? '/' : 'a';
	tar_pax(&tar, "path", name, sizeof(name));
	TAR(&tar, .name = "x");
	refuse(&tar, "its name is too long");
	memset(name, 'a', sizeof(name));
	tar_pax(&tar, "path", name, 256);
	TAR(&tar, .name = "x");
	refuse(&tar, "its name is too long");
	TAR(&tar, .name = "file");
	tar_pax(&tar, "linkpath", name, 256);
	TAR(&tar, .type = '1', .name = "x", .link = "x");
	refuse(&tar, "its name is too long");
}

static void hard_links_to_what_is_not_ours(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ "unpack x: of the file it is a hard link to: its name leads out",
		  { { .type = '1', .name = "x", .link = "../../etc/passwd" } } },
		{ "unpack x: it is a hard link to etc/passwd, which is not there",
		  { { .type = '1', .name = "x", .link = "/etc/passwd" } } },
		{ "unpack x: it is a hard link to file, which is not there",
		  { { .type = '1', .name = "x", .link = "file" }, { .name = "file" } } },
		{ "unpack x: s is a symbolic link",
		  { { .type = '2', .name = "s", .link = "/etc" },
		    { .type = '1', .name = "x", .link = "s/passwd" } } },
		{ "unpack x: d/s is a symbolic link",
		  { { .name = "e/f" },
		    { .type = '2', .name = "d/s", .link = "../e" },
		    { .type = '1', .name = "x", .link = "d/s/f" } } },
		{ "unpack x: file is not a folder",
		  { { .name = "file" }, { .type = '1', .name = "x", .link = "file/y" } } },
		{ "unpack x: it is a hard link to d, a folder",
		  { { .type = '5', .name = "d" }, { .type = '1', .name = "x", .link = "d" } } },
		{ "unpack x: it is a hard link to itself",
		  { { .name = "x" }, { .type = '1', .name = "x", .link = "./x" } } },
	};

	REFUSE_ALL(refusals, 0);
}

static void entries_below_what_is_no_folder(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ "unpack s/x: s is a symbolic link",
		  { { .type = '2', .name = "s", .link = "/tmp" }, { .name = "s/x" } } },
		{ "unpack a/s/b/c/x: a/s is a symbolic link",
		  { { .type = '2', .name = "a/s", .link = "." }, { .name = "a/s/b/c/x" } } },
		{ "unpack s/x: s is a symbolic link",
		  { { .type = '5', .name = "s" },
		    { .type = '2', .name = "s", .link = "/tmp" },
		    { .name = "s/x" } } },
		{ "unpack file/x: file is not a folder",
		  { { .name = "file" }, { .type = '5', .name = "file/x" } } },
		{ "replace d: it is a folder that is not empty",
		  { { .name = "d/x" }, { .type = '2', .name = "d", .link = "/tmp" } } },
		{ "replace d: it is a folder that is not empty",
		  { { .name = "d/x" }, { .name = "d" } } },
	};

	REFUSE_ALL(refusals, 0);
}

/* The folder that was opened for the last entry goes, and a link takes its place. */
static void a_folder_that_becomes_a_link_in_between(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ "unpack d/e/y: d is a symbolic link",
		  { { .type = '5', .name = "d" },
		    { .type = '2', .name = "d", .link = "/tmp" },
		    { .name = "d/e/y" } } },
		{ "unpack d/y: d is a symbolic link",
		  { { .type = '5', .name = "d" },
		    { .type = '2', .name = "d", .link = "." },
		    { .name = "d/y" } } },
	};

	REFUSE_ALL(refusals, 0);
}

/* --- what entries say of themselves --- */

static void owners_that_are_not_ours(void **state _unused_)
{
	static const struct refusal everybody[] = {
		{ "unpack x: its owner, 1099511627776:",
		  { { .name = "x", .uid = "\x80\0\x01\0\0\0\0\0" } } },
		{ "unpack x: its owner, 4294967295:",
		  { { .name = "x", .uid = "\x80\0\0\0\xff\xff\xff\xff" } } },
	};
	static const struct refusal ordinary[] = {
		{ "set the owner of file: Operation not permitted",
		  { { .name = "file", .uid = "0000000" } } },
		{ "set the owner of link: Operation not permitted",
		  { { .type = '2', .name = "link", .link = "x", .uid = "0000000" } } },
		{ "set the owner of folder: Operation not permitted",
		  { { .type = '5', .name = "folder", .uid = "0000000" } } },
	};

	REFUSE_ALL(everybody, 0);
	if (geteuid() != 0)
		REFUSE_ALL(ordinary, 0);
}

static void attributes_that_make_no_sense(void **state _unused_)
{
	static const struct {
		const char *key, *value, *says;
	} cases[] = {
		{ "SCHILY.xattr.security.capability", "too short",
		  "unpack x: its capabilities have an unknown form" },
		{ "SCHILY.acl.access", "user::rwx,user:joe:r--,group::r--,mask::r--,other::r--",
		  "unpack x: its access control list has names without numbers" },
		{ "SCHILY.acl.access", "user::rwx,user:joe:r--:5,group::r--,other::r--",
		  "set the access control list of x: it is malformed" },
		{ "SCHILY.xattr.user.", "no name", "set an extended attribute of x" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tarball tar = { 0 };

		tar_pax_text(&tar, cases[i].key, cases[i].value);
		TAR(&tar, .name = "x");
		refuse(&tar, cases[i].says);
	}
}

static void a_list_of_access_without_end(void **state _unused_)
{
	struct tarball tar = { 0 };
	struct arena arena = { 0 };
	char *list = arena_alloc(&arena, 100000);
	size_t used = (size_t)snprintf(list, 100000, "user::rwx,group::r--,mask::r--,other::r--");

	for (unsigned i = 0; i < 2000; i++)
		used += (size_t)snprintf(list + used, 100000 - used, ",user:u:r--:%u", i);
	tar_pax_text(&tar, "SCHILY.acl.access", list);
	TAR(&tar, .name = "x");
	arena_free(&arena);
	refuse(&tar, "unpack x: its access control list is too long");
}

static void capabilities_need_root(void **state _unused_)
{
	struct tarball tar = { 0 };

	if (geteuid() == 0)
		skip();
	tar_pax(&tar, "SCHILY.xattr.security.capability",
		"\1\0\0\2\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
	TAR(&tar, .name = "ping");
	refuse(&tar, "set the capabilities of ping: Operation not permitted");
}

static void whiteouts_of_nothing(void **state _unused_)
{
	static const struct refusal refusals[] = {
		{ "unpack .wh.: this is not the name of a whiteout", { { .name = ".wh." } } },
		{ "unpack a/.wh..: this is not", { { .name = "a/.wh.." } } },
		{ "unpack a/.wh...: this is not", { { .name = "a/.wh..." } } },
		{ "unpack .wh..wh.: this is not", { { .name = ".wh..wh." } } },
		{ "unpack .wh.a/b: this is not", { { .name = ".wh.a/b" } } },
		{ "unpack a/.wh.b/c: this is not", { { .name = "a/.wh.b/c" } } },
		{ "unpack s/gone: s is a symbolic link",
		  { { .type = '2', .name = "s", .link = "/tmp" }, { .name = "s/.wh.gone" } } },
		{ "unpack s: s is a symbolic link",
		  { { .type = '2', .name = "s", .link = "/tmp" }, { .name = "s/.wh..wh..opq" } } },
	};

	REFUSE_ALL(refusals, UNPACK_OCI);
}

/* --- what is damaged --- */

static void sizes_that_are_not_true(void **state _unused_)
{
	static const char map[512] = "0\n";
	struct tarball tar = { 0 };

	TAR(&tar, .name = "huge", .size = 0777777777777);
	refuse_bytes(&tar, 0, "unpack huge: Truncated");
	tar_pax_text(&tar, "size", "9223372036854775807");
	TAR(&tar, .name = "huge");
	refuse(&tar, ": "); /* the words depend on the version */
	tar_pax_text(&tar, "size", "-1");
	TAR(&tar, .name = "less");
	refuse(&tar, ": ");
	tar_pax_text(&tar, "GNU.sparse.major", "1");
	tar_pax_text(&tar, "GNU.sparse.minor", "0");
	tar_pax_text(&tar, "GNU.sparse.realsize", "4611686018427387904");
	TAR(&tar, .name = "hole", .data = map, .size = sizeof(map));
	refuse(&tar, "write hole: File too large");
}

static void archives_that_end_early(void **state _unused_)
{
	struct tarball whole = { 0 };
	char text[2000];

	memset(text, 'x', sizeof(text));
	TAR(&whole, .name = "file", .data = text, .size = sizeof(text));
	for (size_t size = 1; size < whole.size; size += 97) {
		struct tarball part = { 0 };

		tar_bytes(&part, whole.bytes, size);
		refuse_bytes(&part, 0, ": ");
	}
	tar_end(&whole);
	if (tar_filter(&whole, "gzip -c")) {
		whole.size /= 2;
		refuse_bytes(&whole, 0, "runcated");
	}
	tar_free(&whole);
}

static void headers_that_are_damaged(void **state _unused_)
{
	struct tarball tar = { 0 };

	TAR(&tar, .name = "one", .data = "x");
	TAR(&tar, .name = "two", .data = "x");
	tar.bytes[1024] ^= 1;
	refuse(&tar, "read the archive: ");
	tar_pax_text(&tar, "path", "x");
	TAR(&tar, .name = "one");
	tar.bytes[512] = 'x'; /* the length of the record */
	refuse(&tar, "read the archive: ");
}

static void what_is_no_archive(void **state _unused_)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *says;
	} cases[] = {
		{ "", 0, "read the archive: Unrecognized archive format" },
		{ "PK\3\4\24\0\0\0\0\0", 10, "read the archive: Unrecognized archive format" },
		{ "07070100000000000000", 20, "read the archive: Unrecognized archive format" },
		{ "#!/bin/sh\n", 10, "read the archive: Unrecognized archive format" },
		{ "\x1f\x9d\x90mtree", 8, "read the archive: Unrecognized archive format" },
		{ "#mtree\nx type=file\n", 19, "read the archive: Unrecognized archive format" },
	};
	struct tarball tar = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		tar_bytes(&tar, cases[i].bytes, cases[i].size);
		refuse_bytes(&tar, 0, cases[i].says);
	}
	refuse(&tar, "unpack the archive: it is empty");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_lead_out),
		cmocka_unit_test(names_that_are_too_long),
		cmocka_unit_test(hard_links_to_what_is_not_ours),
		cmocka_unit_test(entries_below_what_is_no_folder),
		cmocka_unit_test(a_folder_that_becomes_a_link_in_between),
		cmocka_unit_test(owners_that_are_not_ours),
		cmocka_unit_test(attributes_that_make_no_sense),
		cmocka_unit_test(a_list_of_access_without_end),
		cmocka_unit_test(capabilities_need_root),
		cmocka_unit_test(whiteouts_of_nothing),
		cmocka_unit_test(sizes_that_are_not_true),
		cmocka_unit_test(archives_that_end_early),
		cmocka_unit_test(headers_that_are_damaged),
		cmocka_unit_test(what_is_no_archive),
	};

	return unit_run(tests);
}
