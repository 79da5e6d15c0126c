/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack.c - what is kept of an archive
 */
#define _GNU_SOURCE
#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/io.h"
#include "process.h"
#include "store/unpack.h"
#include "tarball.h"

/* What an archive became: a folder, and what was said. */
struct result {
	char *path;
	int fd;
	char *said; /* on stderr */
};

static struct result unpacked(struct tarball *tar, unsigned flags)
{
	struct result result;
	struct err e = { 0 };
	auto_close_ int fd = -1;

	tar_end(tar);
	result.fd = folder_make(&result.path);
	fd = fd_from_data("tar", tar->bytes, tar->size);
	assert_true(fd >= 0);
	tar_free(tar);
	stderr_catch();
	int r = unpack(fd, result.fd, flags, &e);
	result.said = stderr_caught();
	if (r < 0)
		print_message("# %s\n", failure_text(&e));
	assert_int_equal(r, 0);
	return result;
}

static void result_free(struct result *result)
{
	free(result->said);
	folder_remove(result->fd, result->path);
}

static struct stat status(const struct result *result, const char *path)
{
	struct stat st;

	if (fstatat(result->fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		print_message("# %s: %s\n", path, strerror(errno));
		fail();
	}
	return st;
}

static bool is_there(const struct result *result, const char *path)
{
	struct stat st;

	return fstatat(result->fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static void expect_text(const struct result *result, const char *path, const char *text)
{
	auto_close_ int fd = openat(result->fd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	auto_free_ char *data = NULL;
	size_t size;

	assert_return_code(fd, errno);
	assert_int_equal(read_all(fd, &data, &size), 0);
	assert_string_equal(data, text);
}

static void expect_mode(const struct result *result, const char *path, mode_t mode)
{
	assert_int_equal(status(result, path).st_mode, mode);
}

/* The value of an attribute as text; "" if it is not there. */
static const char *attribute(const struct result *result, const char *path, const char *name)
{
	static char value[1024];
	auto_close_ int fd = openat(result->fd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	memset(value, 0, sizeof(value));
	assert_return_code(fd, errno);
	ssize_t size = fgetxattr(fd, name, value, sizeof(value) - 1);
	return size < 0 ? "" : value;
}

/* --- files and folders --- */

static void contents_and_parents(void **state _unused_)
{
	struct tarball tar = { 0 };

	TAR(&tar, .name = "a/b/file", .data = "text");
	TAR(&tar, .name = "./top", .data = "more");
	TAR(&tar, .name = "nothing");
	struct result result = unpacked(&tar, 0);
	expect_text(&result, "a/b/file", "text");
	expect_text(&result, "top", "more");
	expect_text(&result, "nothing", "");
	expect_mode(&result, "a", S_IFDIR | 0755);
	expect_mode(&result, "a/b", S_IFDIR | 0755);
	assert_string_equal(result.said, "");
	result_free(&result);
}

static void modes_whatever_the_umask(void **state _unused_)
{
	mode_t before = umask(077);
	struct tarball tar = { 0 };

	TAR(&tar, .type = '5', .name = "./", .mode = 0711);
	TAR(&tar, .type = '5', .name = "closed/", .mode = 0555);
	TAR(&tar, .name = "closed/suid", .mode = 04755, .data = "x");
	TAR(&tar, .name = "closed/sgid", .mode = 02755, .data = "x");
	TAR(&tar, .name = "closed/secret", .mode = 0400, .data = "x");
	TAR(&tar, .type = '5', .name = "tmp", .mode = 01777);
	TAR(&tar, .type = '5', .name = "tmp/group", .mode = 02775);
	TAR(&tar, .type = '5', .name = "tmp/group/plain", .mode = 0755);
	TAR(&tar, .name = "made/file", .data = "x");
	struct result result = unpacked(&tar, 0);
	umask(before);
	expect_mode(&result, ".", S_IFDIR | 0711);
	expect_mode(&result, "closed", S_IFDIR | 0555);
	expect_mode(&result, "closed/suid", S_IFREG | 04755);
	expect_mode(&result, "closed/sgid", S_IFREG | 02755);
	expect_mode(&result, "closed/secret", S_IFREG | 0400);
	expect_mode(&result, "tmp", S_IFDIR | 01777);
	expect_mode(&result, "tmp/group", S_IFDIR | 02775);
	expect_mode(&result, "tmp/group/plain", S_IFDIR | 0755);
	expect_mode(&result, "made", S_IFDIR | 0755);
	result_free(&result);
}

static void expect_time(const struct result *result, const char *path, long seconds, long ns)
{
	struct stat st = status(result, path);

	assert_int_equal(st.st_mtim.tv_sec, seconds);
	assert_int_equal(st.st_mtim.tv_nsec, ns);
}

static void times_to_the_nanosecond(void **state _unused_)
{
	struct tarball tar = { 0 };

	tar_pax_text(&tar, "mtime", "1000000000.123456789");
	TAR(&tar, .name = "file", .data = "x");
	tar_pax_text(&tar, "mtime", "-5");
	TAR(&tar, .name = "old", .data = "x");
	tar_pax_text(&tar, "mtime", "1500000000.5");
	TAR(&tar, .type = '2', .name = "link", .link = "file");
	TAR(&tar, .type = '5', .name = "d", .mtime = 1234);
	TAR(&tar, .type = '5', .name = "d/e", .mtime = 5678);
	TAR(&tar, .name = "d/e/f", .mtime = 91011);
	struct result result = unpacked(&tar, 0);
	expect_time(&result, "file", 1000000000, 123456789);
	expect_time(&result, "old", -5, 0);
	expect_time(&result, "link", 1500000000, 500000000);
	expect_time(&result, "d", 1234, 0);
	expect_time(&result, "d/e", 5678, 0);
	expect_time(&result, "d/e/f", 91011, 0);
	result_free(&result);
}

static void links_of_both_kinds(void **state _unused_)
{
	struct tarball tar = { 0 };
	char to[64] = "";

	TAR(&tar, .name = "file", .data = "x");
	TAR(&tar, .type = '1', .name = "d/hard", .link = "file");
	TAR(&tar, .type = '1', .name = "d/hard2", .link = "/d//./hard");
	TAR(&tar, .type = '2', .name = "soft", .link = "/nowhere/../else");
	TAR(&tar, .type = '1', .name = "d/soft", .link = "./soft");
	struct result result = unpacked(&tar, 0);
	assert_int_equal(status(&result, "file").st_ino, status(&result, "d/hard").st_ino);
	assert_int_equal(status(&result, "file").st_nlink, 3);
	assert_return_code(readlinkat(result.fd, "d/soft", to, sizeof(to) - 1), errno);
	assert_string_equal(to, "/nowhere/../else");
	result_free(&result);
}

static void fifos_but_no_devices(void **state _unused_)
{
	struct tarball tar = { 0 };

	TAR(&tar, .type = '6', .name = "fifo", .mode = 0620, .mtime = 77);
	TAR(&tar, .type = '3', .name = "char");
	TAR(&tar, .type = '4', .name = "block");
	struct result result = unpacked(&tar, 0);
	expect_mode(&result, "fifo", S_IFIFO | 0620);
	expect_time(&result, "fifo", 77, 0);
	assert_false(is_there(&result, "char"));
	assert_false(is_there(&result, "block"));
	assert_non_null(strstr(result.said, "2 device nodes"));
	result_free(&result);
}

/* --- names --- */

static void slashes_at_the_start_are_taken_off_with_one_warning(void **state _unused_)
{
	struct tarball tar = { 0 };

	TAR(&tar, .name = "/etc/one", .data = "x");
	TAR(&tar, .name = "//etc//./two", .data = "x");
	struct result result = unpacked(&tar, 0);
	expect_text(&result, "etc/one", "x");
	expect_text(&result, "etc/two", "x");
	assert_non_null(strstr(result.said, "/etc/one: slashes"));
	assert_null(strstr(result.said, "two"));
	result_free(&result);
}

static void names_are_bytes(void **state _unused_)
{
	struct tarball tar = { 0 };
	char deep[600];

	memset(deep, 'a', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	deep[200] = deep[400] = '/';
	TAR(&tar, .name = "latin-\xfc", .data = "1");
	TAR(&tar, .name = "utf-\xc3\xbc", .data = "2");
	tar_pax_text(&tar, "path", "pax-\xc3\xbc");
	TAR(&tar, .name = "x", .data = "3");
	tar_pax_text(&tar, "path", "apart-u\xcc\x88");
	TAR(&tar, .name = "x", .data = "4");
	tar_pax_text(&tar, "path", "bad-\xff\xfe");
	TAR(&tar, .name = "x", .data = "5");
	tar_pax_text(&tar, "linkpath", "to-u\xcc\x88");
	TAR(&tar, .type = '2', .name = "soft", .link = "x");
	TAR(&tar, .type = 'L', .name = "././@LongLink", .data = deep);
	TAR(&tar, .name = "x", .data = "6");
	struct result result = unpacked(&tar, 0);
	expect_text(&result, "latin-\xfc", "1");
	expect_text(&result, "utf-\xc3\xbc", "2");
	expect_text(&result, "pax-\xc3\xbc", "3");
	expect_text(&result, "apart-u\xcc\x88", "4");
	expect_text(&result, "bad-\xff\xfe", "5");
	expect_text(&result, deep, "6");
	char to[64] = "";
	assert_return_code(readlinkat(result.fd, "soft", to, sizeof(to) - 1), errno);
	assert_string_equal(to, "to-u\xcc\x88");
	result_free(&result);
}

/* --- one entry after the other --- */

static void later_entries_replace_earlier_ones(void **state _unused_)
{
	struct tarball tar = { 0 };

	TAR(&tar, .name = "twice", .data = "first", .mode = 0444);
	TAR(&tar, .name = "twice", .data = "2nd");
	TAR(&tar, .name = "kept", .data = "kept");
	TAR(&tar, .type = '2', .name = "link", .link = "kept");
	TAR(&tar, .name = "link", .data = "file now");
	TAR(&tar, .type = '5', .name = "empty", .mode = 0500);
	TAR(&tar, .name = "empty", .data = "file now");
	TAR(&tar, .type = '2', .name = "way", .link = "/tmp");
	TAR(&tar, .type = '5', .name = "way", .mode = 0755);
	TAR(&tar, .name = "way/inside", .data = "x");
	TAR(&tar, .type = '5', .name = "d", .mode = 0700, .mtime = 1);
	TAR(&tar, .name = "d/f", .data = "x");
	TAR(&tar, .type = '5', .name = "d/", .mode = 0750, .mtime = 2);
	TAR(&tar, .type = '1', .name = "twice", .link = "kept");
	struct result result = unpacked(&tar, 0);
	expect_text(&result, "twice", "kept");
	expect_text(&result, "kept", "kept");
	expect_text(&result, "link", "file now");
	expect_mode(&result, "empty", S_IFREG | 0644);
	expect_text(&result, "way/inside", "x");
	expect_mode(&result, "way", S_IFDIR | 0755);
	expect_mode(&result, "d", S_IFDIR | 0750);
	expect_time(&result, "d", 2, 0);
	result_free(&result);
}

/* A folder whose attributes are due became a link meanwhile: where it leads, nothing changes. */
static void a_folder_that_is_replaced_leaves_the_rest_alone(void **state _unused_)
{
	struct tarball tar = { 0 };

	TAR(&tar, .type = '5', .name = "other", .mode = 0755, .mtime = 1);
	TAR(&tar, .type = '5', .name = "folder", .mode = 0700, .mtime = 2);
	TAR(&tar, .type = '2', .name = "folder", .link = "other");
	struct result result = unpacked(&tar, 0);
	expect_mode(&result, "other", S_IFDIR | 0755);
	expect_time(&result, "other", 1, 0);
	result_free(&result);
}

/* --- attributes --- */

static void attributes_of_the_user(void **state _unused_)
{
	struct tarball tar = { 0 };

	tar_pax_text(&tar, "SCHILY.xattr.user.colour", "blue");
	TAR(&tar, .name = "file", .mode = 0444, .data = "x");
	tar_pax_text(&tar, "SCHILY.xattr.user.overlay.redirect", "/etc");
	TAR(&tar, .type = '5', .name = "one", .mode = 0755);
	tar_pax_text(&tar, "SCHILY.xattr.user.colour", "red");
	TAR(&tar, .type = '5', .name = "two", .mode = 0555);
	tar_pax_text(&tar, "SCHILY.xattr.trusted.colour", "red");
	TAR(&tar, .name = "three", .mode = 0555);
	struct result result = unpacked(&tar, 0);
	assert_string_equal(attribute(&result, "file", "user.colour"), "blue");
	assert_string_equal(attribute(&result, "one", "user.overlay.redirect"), "");
	assert_string_equal(attribute(&result, "two", "user.colour"), "red");
	result_free(&result);
}

static void expect_acl(const struct result *result, const char *path, const char *name,
		       const uint16_t (*entries)[2], size_t count)
{
	auto_close_ int fd = openat(result->fd, path, O_RDONLY | O_CLOEXEC);
	unsigned char value[256];
	ssize_t size = fgetxattr(fd, name, value, sizeof(value));

	assert_int_equal(size, 4 + 8 * count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(value[4 + 8 * i], entries[i][0]);
		assert_int_equal(value[4 + 8 * i + 2], entries[i][1]);
	}
}

static void access_control_lists(void **state _unused_)
{
	/* Tags and permissions, in the order of the kernel's tags. */
	static const uint16_t access[][2] = { { 1, 6 }, { 2, 7 }, { 4, 4 }, { 16, 5 }, { 32, 0 } };
	static const uint16_t normal[][2] = { { 1, 7 }, { 4, 5 }, { 8, 4 }, { 16, 5 }, { 32, 5 } };
	struct tarball tar = { 0 };

	TAR(&tar, .type = '5', .name = "d", .mode = 0755);
	tar_pax_text(&tar, "SCHILY.acl.access",
		     "other::---,mask::r-x,group::r--,user:joe:rwx:33,user::rw-");
	TAR(&tar, .name = "file", .mode = 0640, .data = "x");
	tar_pax_text(&tar, "SCHILY.acl.default",
		     "user::rwx,group::r-x,group:33:r--,mask::r-x,other::r-x");
	TAR(&tar, .type = '5', .name = "d", .mode = 0755);
	TAR(&tar, .name = "d/file", .mode = 0640, .data = "x");
	TAR(&tar, .type = '5', .name = "d/e", .mode = 0755);
	struct result result = unpacked(&tar, 0);
	expect_acl(&result, "file", "system.posix_acl_access", access, ARRAY_SIZE(access));
	expect_mode(&result, "file", S_IFREG | 0650); /* the mask */
	expect_acl(&result, "d", "system.posix_acl_default", normal, ARRAY_SIZE(normal));
	assert_string_equal(attribute(&result, "d/file", "system.posix_acl_access"), "");
	assert_string_equal(attribute(&result, "d/e", "system.posix_acl_default"), "");
	result_free(&result);
}

/* --- sparse files --- */

static void expect_sparse(const struct result *result, const char *path)
{
	struct stat st = status(result, path);
	auto_close_ int fd = openat(result->fd, path, O_RDONLY | O_CLOEXEC);
	char text[4] = "";

	assert_int_equal(st.st_size, 1 << 20);
	assert_true(st.st_blocks <= 64);
	assert_int_equal(pread(fd, text, 3, 1 << 19), 3);
	assert_string_equal(text, "abc");
}

static void holes_stay_holes(void **state _unused_)
{
	struct tarball tar = { 0 };
	char block[1024] = "1\n524288\n3\n";

	memcpy(block + 512, "abc", 3);
	tar_pax_text(&tar, "GNU.sparse.major", "1");
	tar_pax_text(&tar, "GNU.sparse.minor", "0");
	tar_pax_text(&tar, "GNU.sparse.realsize", "1048576");
	tar_pax_text(&tar, "GNU.sparse.name", "pax");
	TAR(&tar, .name = "x", .data = block, .size = 515);
	TAR(&tar, .name = "next", .data = "x");
	struct result result = unpacked(&tar, 0);
	expect_sparse(&result, "pax");
	expect_text(&result, "next", "x");
	result_free(&result);
}

/* --- compressed, and through a pipe --- */

static void unpack_bytes(const struct tarball *tar, int target_fd)
{
	struct err e = { 0 };
	auto_close_ int fd = fd_from_data("tar", tar->bytes, tar->size);

	assert_int_equal(unpack(fd, target_fd, 0, &e), 0);
}

static void every_filter_that_is_in_use(void **state _unused_)
{
	static const char *const commands[] = { "gzip -c", "bzip2 -c", "xz -c", "zstd -c",
						"lz4 -c" };

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		struct result result = { 0 };
		struct tarball tar = { 0 };

		TAR(&tar, .name = "file", .data = "text");
		tar_end(&tar);
		if (tar_filter(&tar, commands[i])) {
			result.fd = folder_make(&result.path);
			unpack_bytes(&tar, result.fd);
			expect_text(&result, "file", "text");
			result_free(&result);
		}
		tar_free(&tar);
	}
}

struct sender {
	int fd;
	struct tarball tar;
	int result;
};

static void *send_all(void *arg)
{
	struct sender *sender = arg;

	for (size_t at = 0; at < sender->tar.size && sender->result == 0; at += 999)
		sender->result = write_all(sender->fd, sender->tar.bytes + at,
					   MIN(sender->tar.size - at, 999));
	close_fd(&sender->fd);
	return NULL;
}

/* tar(1) pads its output, and would die of a pipe that is closed early. */
static void a_pipe_is_read_to_its_end(void **state _unused_)
{
	static const char padding[1 << 20];
	struct sender sender = { 0 };
	struct result result = { 0 };
	struct err e = { 0 };
	pthread_t thread;
	int fds[2];

	assert_return_code(pipe2(fds, O_CLOEXEC), errno);
	TAR(&sender.tar, .name = "file", .data = "text");
	tar_end(&sender.tar);
	tar_bytes(&sender.tar, padding, sizeof(padding));
	sender.fd = fds[1];
	assert_int_equal(pthread_create(&thread, NULL, send_all, &sender), 0);
	result.fd = folder_make(&result.path);
	assert_int_equal(unpack(fds[0], result.fd, 0, &e), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(sender.result, 0);
	close(fds[0]);
	expect_text(&result, "file", "text");
	tar_free(&sender.tar);
	result_free(&result);
}

/* --- layers --- */

static void expect_whiteout(const struct result *result, const char *path)
{
	struct stat st = status(result, path);

	assert_true(S_ISCHR(st.st_mode) && st.st_rdev == 0);
}

static void whiteouts_of_a_layer(void **state _unused_)
{
	struct tarball tar = { 0 };

	TAR(&tar, .name = ".wh.top");
	TAR(&tar, .name = "usr/.wh.gone");
	TAR(&tar, .name = "usr/.wh..hidden");
	TAR(&tar, .type = '5', .name = "etc", .mode = 0711);
	TAR(&tar, .name = "etc/.wh..wh..opq");
	TAR(&tar, .name = "made/.wh..wh..opq");
	TAR(&tar, .name = ".wh..wh..opq");
	TAR(&tar, .name = ".wh..wh.plnk/1.2", .data = "x");
	TAR(&tar, .name = ".wh..wh.aufs");
	struct result result = unpacked(&tar, UNPACK_OCI);
	expect_whiteout(&result, "top");
	expect_whiteout(&result, "usr/gone");
	expect_whiteout(&result, "usr/.hidden");
	assert_string_equal(attribute(&result, "usr", "user.overlay.opaque"), "");
	assert_string_equal(attribute(&result, "etc", "user.overlay.opaque"), "y");
	assert_string_equal(attribute(&result, "made", "user.overlay.opaque"), "y");
	assert_string_equal(attribute(&result, ".", "user.overlay.opaque"), "y");
	expect_mode(&result, "etc", S_IFDIR | 0711);
	assert_false(is_there(&result, "etc/.wh..wh..opq"));
	assert_false(is_there(&result, ".wh..wh.plnk"));
	assert_false(is_there(&result, ".wh..wh.aufs"));
	result_free(&result);
}

/* A whiteout hides what is below the layer, never what is in it. */
static void whiteouts_beside_what_they_name(void **state _unused_)
{
	struct tarball tar = { 0 };

	TAR(&tar, .name = "file", .data = "x");
	TAR(&tar, .name = ".wh.file");
	TAR(&tar, .name = ".wh.later");
	TAR(&tar, .name = "later", .data = "x");
	TAR(&tar, .name = "d/file", .data = "x");
	TAR(&tar, .name = ".wh.d");
	TAR(&tar, .name = ".wh.e");
	TAR(&tar, .type = '5', .name = "e", .mode = 0755);
	struct result result = unpacked(&tar, UNPACK_OCI);
	expect_text(&result, "file", "x");
	expect_text(&result, "later", "x");
	expect_text(&result, "d/file", "x");
	assert_string_equal(attribute(&result, "d", "user.overlay.opaque"), "y");
	assert_string_equal(attribute(&result, "e", "user.overlay.opaque"), "y");
	result_free(&result);
}

static void without_the_flag_they_are_files(void **state _unused_)
{
	struct tarball tar = { 0 };

	TAR(&tar, .name = ".wh.file", .data = "x");
	TAR(&tar, .name = ".wh..wh..opq", .data = "y");
	struct result result = unpacked(&tar, 0);
	expect_text(&result, ".wh.file", "x");
	expect_text(&result, ".wh..wh..opq", "y");
	result_free(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contents_and_parents),
		cmocka_unit_test(modes_whatever_the_umask),
		cmocka_unit_test(times_to_the_nanosecond),
		cmocka_unit_test(links_of_both_kinds),
		cmocka_unit_test(fifos_but_no_devices),
		cmocka_unit_test(slashes_at_the_start_are_taken_off_with_one_warning),
		cmocka_unit_test(names_are_bytes),
		cmocka_unit_test(later_entries_replace_earlier_ones),
		cmocka_unit_test(a_folder_that_is_replaced_leaves_the_rest_alone),
		cmocka_unit_test(attributes_of_the_user),
		cmocka_unit_test(access_control_lists),
		cmocka_unit_test(holes_stay_holes),
		cmocka_unit_test(every_filter_that_is_in_use),
		cmocka_unit_test(a_pipe_is_read_to_its_end),
		cmocka_unit_test(whiteouts_of_a_layer),
		cmocka_unit_test(whiteouts_beside_what_they_name),
		cmocka_unit_test(without_the_flag_they_are_files),
	};

	return unit_run(tests);
}
