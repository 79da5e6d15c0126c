/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pack.c - trees become archives, and those become the same trees again
 */
#define _GNU_SOURCE
#include "unit.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include "base/io.h"
#include "base/mem.h"
#include "process.h"
#include "store/pack.h"
#include "store/unpack.h"
#include "tarball.h"

struct tree {
	int fd;
	char *path;
};

static struct tree tree_new(void)
{
	struct tree tree;

	tree.fd = folder_make(&tree.path);
	return tree;
}

static void tree_free(struct tree *tree)
{
	folder_remove(tree->fd, tree->path);
}

static void put_file(const struct tree *tree, const char *path, const char *text)
{
	auto_close_ int fd = openat(tree->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_return_code(fd, errno);
	assert_int_equal(write_all(fd, text, strlen(text)), 0);
}

static void put_folder(const struct tree *tree, const char *path)
{
	assert_return_code(mkdirat(tree->fd, path, 0755), errno);
}

static void put_attribute(const struct tree *tree, const char *path, const char *name,
			  const char *value)
{
	auto_close_ int fd = openat(tree->fd, path, O_RDONLY | O_CLOEXEC);

	assert_return_code(fd, errno);
	assert_return_code(fsetxattr(fd, name, value, strlen(value), 0), errno);
}

static void put_time(const struct tree *tree, const char *path, time_t seconds, long ns)
{
	const struct timespec times[] = { { .tv_nsec = UTIME_OMIT }, { seconds, ns } };

	assert_return_code(utimensat(tree->fd, path, times, AT_SYMLINK_NOFOLLOW), errno);
}

static struct tarball packed(const struct tree *tree, enum pack_kind kind, enum pack_filter filter)
{
	auto_close_ int fd = memfd_create("tar", MFD_CLOEXEC);
	struct tarball tar = { 0 };
	struct err e = { 0 };
	int r = pack(tree->fd, fd, kind, filter, &e);

	if (r < 0)
		print_message("# %s\n", failure_text(&e));
	assert_int_equal(r, 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(read_all(fd, &tar.bytes, &tar.size), 0);
	return tar;
}

/* The tree that the archive of another one becomes. */
static struct tree repacked(const struct tree *from, enum pack_kind kind, enum pack_filter filter)
{
	struct tarball tar = packed(from, kind, filter);
	auto_close_ int fd = fd_from_data("tar", tar.bytes, tar.size);
	struct tree tree = tree_new();
	struct err e = { 0 };
	int r = unpack(fd, tree.fd, kind == PACK_LAYER ? UNPACK_OCI : 0, &e);

	if (r < 0)
		print_message("# %s\n", failure_text(&e));
	assert_int_equal(r, 0);
	tar_free(&tar);
	return tree;
}

static struct stat status(const struct tree *tree, const char *path)
{
	struct stat st;

	if (fstatat(tree->fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		print_message("# %s: %s\n", path, strerror(errno));
		fail();
	}
	return st;
}

static bool is_there(const struct tree *tree, const char *path)
{
	struct stat st;

	return fstatat(tree->fd, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static void expect_same(const struct tree *a, const struct tree *b, const char *path)
{
	struct stat x = status(a, path), y = status(b, path);

	assert_int_equal(x.st_mode, y.st_mode);
	assert_int_equal(x.st_uid, y.st_uid);
	assert_int_equal(x.st_gid, y.st_gid);
	assert_int_equal(x.st_mtim.tv_sec, y.st_mtim.tv_sec);
	assert_int_equal(x.st_mtim.tv_nsec, y.st_mtim.tv_nsec);
	if (!S_ISDIR(x.st_mode)) {
		assert_int_equal(x.st_size, y.st_size);
		assert_int_equal(x.st_nlink, y.st_nlink);
	}
}

/* "" if it is not there. */
static const char *attribute(const struct tree *tree, const char *path, const char *name)
{
	static char value[1024];
	auto_close_ int fd = openat(tree->fd, path, O_RDONLY | O_CLOEXEC);

	memset(value, 0, sizeof(value));
	return fgetxattr(fd, name, value, sizeof(value) - 1) < 0 ? "" : value;
}

/* --- plain trees --- */

static const char *const all[] = {
	".", "d", "d/suid", "d/hard", "d/e", "fifo", "file", "latin-\xfc", "soft", "utf-\xc3\xbc",
};

static struct tree example(void)
{
	struct tree tree = tree_new();

	put_folder(&tree, "d");
	put_file(&tree, "file", "text");
	put_file(&tree, "latin-\xfc", "");
	put_file(&tree, "utf-\xc3\xbc", "x");
	put_file(&tree, "d/suid", "x");
	assert_return_code(fchmodat(tree.fd, "d/suid", 04755, 0), errno);
	put_folder(&tree, "d/e");
	assert_return_code(symlinkat("../nowhere", tree.fd, "soft"), errno);
	assert_return_code(linkat(tree.fd, "file", tree.fd, "d/hard", 0), errno);
	assert_return_code(mkfifoat(tree.fd, "fifo", 0620), errno);
	for (size_t i = ARRAY_SIZE(all); i-- > 0;)
		put_time(&tree, all[i], 1000000000 + (time_t)i, 123456789);
	return tree;
}

static void a_tree_comes_back_as_it_was(void **state _unused_)
{
	static const enum pack_filter filters[] = { PACK_NONE, PACK_GZIP, PACK_XZ, PACK_ZSTD };
	struct tree tree = example();

	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		struct tree back = repacked(&tree, PACK_PLAIN, filters[i]);

		for (size_t j = 0; j < ARRAY_SIZE(all); j++)
			expect_same(&tree, &back, all[j]);
		assert_int_equal(status(&back, "file").st_ino, status(&back, "d/hard").st_ino);
		tree_free(&back);
	}
	tree_free(&tree);
}

static void the_same_tree_is_the_same_archive(void **state _unused_)
{
	struct tree tree = example(), back = repacked(&tree, PACK_PLAIN, PACK_NONE);
	struct tarball one = packed(&tree, PACK_PLAIN, PACK_GZIP);
	struct tarball two = packed(&back, PACK_PLAIN, PACK_GZIP);

	assert_int_equal(one.size, two.size);
	assert_memory_equal(one.bytes, two.bytes, one.size);
	tar_free(&one);
	tar_free(&two);
	tree_free(&tree);
	tree_free(&back);
}

/* The names of the entries, a line each, as tar(1) reads them; NULL if there is none. */
static char *listing(const struct tree *tree, enum pack_kind kind)
{
	struct tarball tar = packed(tree, kind, PACK_NONE);

	if (!tar_filter(&tar, "tar -t --quoting-style=literal")) {
		tar_free(&tar);
		return NULL;
	}
	tar.bytes[tar.size] = '\0';
	return tar.bytes;
}

static void expect_listing(const struct tree *tree, enum pack_kind kind, const char *expected)
{
	auto_free_ char *list = listing(tree, kind);

	if (list)
		assert_string_equal(list, expected);
}

static void entries_are_sorted(void **state _unused_)
{
	struct tree tree = tree_new();

	put_file(&tree, "b", "");
	put_file(&tree, "a.c", "");
	put_folder(&tree, "a");
	put_file(&tree, "a/z", "");
	put_file(&tree, "a/B", "");
	put_file(&tree, "C", "");
	expect_listing(&tree, PACK_PLAIN, "./\nC\na/\na/B\na/z\na.c\nb\n");
	tree_free(&tree);
}

static void attributes_and_lists(void **state _unused_)
{
	/* user::rw- user:33:r-- group::r-- mask::r-- other::--- */
	static const unsigned char acl[] = {
		2, 0,  0,   0,   1,   0,   6,  0, 255, 255, 255, 255, 2,   0,   4,
		0, 33, 0,   0,   0,   4,   0,  4, 0,   255, 255, 255, 255, 16,  0,
		4, 0,  255, 255, 255, 255, 32, 0, 0,   0,   255, 255, 255, 255,
	};
	struct tree tree = tree_new();
	char path[64];

	put_file(&tree, "file", "x");
	put_folder(&tree, "d");
	put_attribute(&tree, "file", "user.colour", "blue");
	put_attribute(&tree, "d", "user.colour", "red");
	put_attribute(&tree, "d", "user.overlay.origin", "x");
	put_attribute(&tree, "d", "user.fuseoverlayfs.origin", "x");
	snprintf(path, sizeof(path), "%s/file", tree.path);
	assert_return_code(setxattr(path, "system.posix_acl_access", acl, sizeof(acl), 0), errno);
	struct tree back = repacked(&tree, PACK_PLAIN, PACK_NONE);
	assert_string_equal(attribute(&back, "file", "user.colour"), "blue");
	assert_string_equal(attribute(&back, "d", "user.colour"), "red");
	assert_string_equal(attribute(&back, "d", "user.overlay.origin"), "");
	assert_string_equal(attribute(&back, "d", "user.fuseoverlayfs.origin"), "");
	assert_memory_equal(attribute(&back, "file", "system.posix_acl_access"), acl, sizeof(acl));
	tree_free(&tree);
	tree_free(&back);
}

static void make_holes(const struct tree *tree, const char *name, off_t size, off_t data_at)
{
	auto_close_ int fd = openat(tree->fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_return_code(fd, errno);
	assert_return_code(ftruncate(fd, size), errno);
	if (data_at >= 0)
		assert_int_equal(pwrite(fd, "data", 4, data_at), 4);
}

static void holes_stay_holes(void **state _unused_)
{
	static const char *const names[] = { "all", "end", "middle", "start" };
	struct tree tree = tree_new();

	make_holes(&tree, "all", 1 << 20, -1);
	make_holes(&tree, "end", 1 << 20, 0);
	make_holes(&tree, "middle", 1 << 20, 1 << 19);
	make_holes(&tree, "start", (1 << 20) + 4, 1 << 20);
	struct tarball tar = packed(&tree, PACK_PLAIN, PACK_NONE);
	assert_true(tar.size < 100000);
	tar_free(&tar);
	struct tree back = repacked(&tree, PACK_PLAIN, PACK_NONE);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		expect_same(&tree, &back, names[i]);
		assert_true(status(&back, names[i]).st_blocks <= 64);
	}
	auto_close_ int fd = openat(back.fd, "middle", O_RDONLY | O_CLOEXEC);
	char text[5] = "";
	assert_int_equal(pread(fd, text, 4, 1 << 19), 4);
	assert_string_equal(text, "data");
	tree_free(&tree);
	tree_free(&back);
}

static void sockets_are_left_out(void **state _unused_)
{
	struct tree tree = tree_new();
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	auto_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", tree.path);
	assert_return_code(bind(fd, (struct sockaddr *)&address, sizeof(address)), errno);
	stderr_catch();
	struct tree back = repacked(&tree, PACK_PLAIN, PACK_NONE);
	auto_free_ char *said = stderr_caught();
	assert_false(is_there(&back, "socket"));
	assert_non_null(strstr(said, "1 sockets are left out"));
	tree_free(&tree);
	tree_free(&back);
}

/* --- layers --- */

static void put_whiteout(const struct tree *tree, const char *path)
{
	assert_return_code(mknodat(tree->fd, path, S_IFCHR, 0), errno);
}

static void what_is_gone_comes_first(void **state _unused_)
{
	struct tree tree = tree_new();

	put_whiteout(&tree, "z");
	put_file(&tree, "a", "");
	put_file(&tree, ".wh.b", "");
	put_folder(&tree, "opaque");
	put_attribute(&tree, "opaque", "user.overlay.opaque", "y");
	put_file(&tree, "opaque/a", "");
	put_whiteout(&tree, "opaque/b");
	put_folder(&tree, "fuse");
	put_attribute(&tree, "fuse", "user.fuseoverlayfs.opaque", "y");
	put_folder(&tree, "named");
	put_file(&tree, "named/.wh..wh..opq", "");
	put_folder(&tree, "not");
	put_attribute(&tree, "not", "user.overlay.opaque", "x");
	expect_listing(&tree, PACK_LAYER,
		       "./\n.wh.b\n.wh.z\na\nfuse/\nfuse/.wh..wh..opq\nnamed/\n"
		       "named/.wh..wh..opq\nnot/\nopaque/\nopaque/.wh..wh..opq\nopaque/.wh.b\n"
		       "opaque/a\n");
	struct tree back = repacked(&tree, PACK_LAYER, PACK_NONE);
	assert_true(S_ISCHR(status(&back, "z").st_mode));
	assert_true(S_ISCHR(status(&back, "b").st_mode));
	assert_true(S_ISCHR(status(&back, "opaque/b").st_mode));
	assert_string_equal(attribute(&back, "opaque", "user.overlay.opaque"), "y");
	assert_string_equal(attribute(&back, "fuse", "user.overlay.opaque"), "y");
	assert_string_equal(attribute(&back, "named", "user.overlay.opaque"), "y");
	assert_string_equal(attribute(&back, "not", "user.overlay.opaque"), "");
	tree_free(&tree);
	tree_free(&back);
}

static void expect_refusal(const struct tree *tree, enum pack_kind kind, const char *says)
{
	auto_close_ int fd = memfd_create("tar", MFD_CLOEXEC);
	struct err e = { 0 };

	assert_true(pack(tree->fd, fd, kind, PACK_NONE, &e) < 0);
	assert_non_null(strstr(failure_text(&e), says));
}

static void files_that_would_be_whiteouts(void **state _unused_)
{
	struct tree tree = tree_new();

	put_file(&tree, ".wh.file", "not empty");
	expect_refusal(&tree, PACK_LAYER, "pack .wh.file: in a layer this name means a whiteout");
	struct tree back = repacked(&tree, PACK_PLAIN, PACK_NONE);
	expect_same(&tree, &back, ".wh.file");
	tree_free(&tree);
	tree_free(&back);
}

/* --- failures --- */

static void what_cannot_be_read(void **state _unused_)
{
	if (geteuid() == 0)
		skip();
	struct tree tree = tree_new();
	put_folder(&tree, "d");
	put_file(&tree, "d/secret", "x");
	assert_return_code(fchmodat(tree.fd, "d/secret", 0, 0), errno);
	expect_refusal(&tree, PACK_PLAIN, "open d/secret: Permission denied");
	tree_free(&tree);
}

static void a_full_disk_is_an_error(void **state _unused_)
{
	struct tree tree = tree_new();
	struct err e = { 0 };
	auto_close_ int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	put_file(&tree, "file", "x");
	assert_true(pack(tree.fd, full, PACK_PLAIN, PACK_NONE, &e) < 0);
	assert_non_null(strstr(failure_text(&e), "write the archive: No space left on device"));
	tree_free(&tree);
}

static void names_of_files_say_the_filter(void **state _unused_)
{
	assert_int_equal(pack_filter_for("x.tar"), PACK_NONE);
	assert_int_equal(pack_filter_for("/a.gz/x"), PACK_NONE);
	assert_int_equal(pack_filter_for(".gz"), PACK_NONE);
	assert_int_equal(pack_filter_for("x.tar.gz"), PACK_GZIP);
	assert_int_equal(pack_filter_for("x.tgz"), PACK_GZIP);
	assert_int_equal(pack_filter_for("x.tar.xz"), PACK_XZ);
	assert_int_equal(pack_filter_for("x.txz"), PACK_XZ);
	assert_int_equal(pack_filter_for("x.tar.zst"), PACK_ZSTD);
	assert_int_equal(pack_filter_for("x.tzst"), PACK_ZSTD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tree_comes_back_as_it_was),
		cmocka_unit_test(the_same_tree_is_the_same_archive),
		cmocka_unit_test(entries_are_sorted),
		cmocka_unit_test(attributes_and_lists),
		cmocka_unit_test(holes_stay_holes),
		cmocka_unit_test(sockets_are_left_out),
		cmocka_unit_test(what_is_gone_comes_first),
		cmocka_unit_test(files_that_would_be_whiteouts),
		cmocka_unit_test(what_cannot_be_read),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(names_of_files_say_the_filter),
	};

	return unit_run(tests);
}
