/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_copy.c - a copy of a tree has all that the tree has
 */
#define _GNU_SOURCE
#include "unit.h"

#include <endian.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include "base/io.h"
#include "base/mem.h"
#include "folder.h"
#include "process.h"
#include "store/tree.h"
#include "store/tree_attr.h"

static struct err e;

/* Each test fills "from" and looks at "to". */
static int start(void **state)
{
	if (folder_enter(state) < 0)
		return -1;
	folder_dir("from");
	folder_dir("to");
	return 0;
}

static int copy_with(const struct tree_shift *shift, enum tree_copy_flags flags)
{
	auto_close_ int from = folder_open("from"), to = folder_open("to");

	return tree_copy(from, to, shift, flags, &e);
}

static void copy(void)
{
	int r = copy_with(NULL, 0);

	if (r < 0)
		err_print(&e);
	assert_int_equal(r, 0);
}

/* Fails unless both have the same type, mode, owner, size and times. */
static void expect_same(const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "from/%s", name);
	const struct stat from = folder_stat(path);
	snprintf(path, sizeof(path), "to/%s", name);
	const struct stat to = folder_stat(path);
	assert_int_equal(from.st_mode, to.st_mode);
	assert_int_equal(from.st_uid, to.st_uid);
	assert_int_equal(from.st_gid, to.st_gid);
	assert_int_equal(from.st_rdev, to.st_rdev);
	assert_int_equal(from.st_nlink, to.st_nlink);
	assert_int_equal(from.st_mtim.tv_sec, to.st_mtim.tv_sec);
	assert_int_equal(from.st_mtim.tv_nsec, to.st_mtim.tv_nsec);
	if (!S_ISDIR(from.st_mode))
		assert_int_equal(from.st_size, to.st_size);
}

static void set_times(const char *path, time_t seconds)
{
	const struct timespec times[2] = { { .tv_sec = seconds, .tv_nsec = 123456789 },
					   { .tv_sec = seconds + 1, .tv_nsec = 987654321 } };

	assert_return_code(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), errno);
}

/* --- what a stat shows --- */

static void every_kind_is_copied(void **state _unused_)
{
	char target[64] = "";

	folder_dir("from/folder");
	folder_file("from/folder/\xff\n", "odd");
	folder_file("from/file", "text");
	folder_file("from/empty", "");
	assert_return_code(symlink("../../outside", "from/link"), errno);
	assert_return_code(mkfifo("from/pipe", 0640), errno);
	assert_return_code(mknod("from/whiteout", S_IFCHR | 0600, 0), errno);
	copy();
	folder_expect("to/folder/\xff\n", "odd");
	folder_expect("to/file", "text");
	folder_expect("to/empty", "");
	assert_true(readlink("to/link", target, sizeof(target) - 1) > 0);
	assert_string_equal(target, "../../outside");
	expect_same(".");
	expect_same("folder");
	expect_same("link");
	expect_same("pipe");
	expect_same("whiteout");
}

static void modes_are_kept_whatever_the_umask(void **state _unused_)
{
	static const mode_t modes[] = { 0400, 0777, 01777, 02755, 04711, 06555, 07777, 0666 };
	char path[64];

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		snprintf(path, sizeof(path), "from/file-%zu", i);
		folder_file(path, "x");
		assert_return_code(chmod(path, modes[i]), errno);
		snprintf(path, sizeof(path), "from/folder-%zu", i);
		folder_dir(path);
		snprintf(path, sizeof(path), "from/folder-%zu/file", i);
		folder_file(path, "x");
		snprintf(path, sizeof(path), "from/folder-%zu", i);
		assert_return_code(chmod(path, modes[i] | 0500), errno);
		snprintf(path, sizeof(path), "from/pipe-%zu", i);
		assert_return_code(mkfifo(path, 0600), errno);
		assert_return_code(chmod(path, modes[i]), errno);
	}
	assert_return_code(chmod("from", 01555), errno);
	mode_t before = umask(0077);
	copy();
	umask(before);
	expect_same(".");
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		snprintf(path, sizeof(path), "file-%zu", i);
		expect_same(path);
		snprintf(path, sizeof(path), "folder-%zu", i);
		expect_same(path);
		snprintf(path, sizeof(path), "folder-%zu/file", i);
		expect_same(path);
		snprintf(path, sizeof(path), "pipe-%zu", i);
		expect_same(path);
	}
}

static void times_are_kept_to_the_nanosecond(void **state _unused_)
{
	static const char *const names[] = { "folder/file", "folder/link", "folder/pipe",
					     "folder",      "before-1970", "." };
	char path[64];

	folder_dir("from/folder");
	folder_file("from/folder/file", "text");
	folder_file("from/before-1970", "text");
	assert_return_code(symlink("file", "from/folder/link"), errno);
	assert_return_code(mkfifo("from/folder/pipe", 0600), errno);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "from/%s", names[i]);
		set_times(path, strcmp(names[i], "before-1970") == 0 ? -1000 : (time_t)i * 100000);
	}
	copy();
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		expect_same(names[i]);
	const struct stat st = folder_stat("to/folder/link");
	assert_int_equal(st.st_atim.tv_sec, 100000);
	assert_int_equal(st.st_atim.tv_nsec, 123456789);
}

static void names_of_one_file_stay_names_of_one_file(void **state _unused_)
{
	folder_dir("from/folder");
	folder_dir("from/folder/deeper");
	folder_file("from/file", "text");
	assert_return_code(link("from/file", "from/folder/second"), errno);
	assert_return_code(link("from/file", "from/folder/deeper/third"), errno);
	assert_return_code(symlink("x", "from/folder/link"), errno);
	assert_return_code(link("from/folder/link", "from/link"), errno);
	assert_return_code(mkfifo("from/pipe", 0600), errno);
	assert_return_code(link("from/pipe", "from/folder/pipe"), errno);
	folder_file("outside", "elsewhere");
	assert_return_code(link("outside", "from/folder/alone"), errno);
	copy();
	assert_int_equal(folder_stat("to/file").st_nlink, 3);
	assert_int_equal(folder_stat("to/file").st_ino, folder_stat("to/folder/second").st_ino);
	assert_int_equal(folder_stat("to/file").st_ino,
			 folder_stat("to/folder/deeper/third").st_ino);
	assert_int_equal(folder_stat("to/link").st_ino, folder_stat("to/folder/link").st_ino);
	assert_int_equal(folder_stat("to/pipe").st_ino, folder_stat("to/folder/pipe").st_ino);
	assert_int_equal(folder_stat("to/folder/alone").st_nlink, 1);
	folder_expect("to/folder/alone", "elsewhere");
	assert_int_equal(folder_stat("outside").st_nlink, 2);
}

/* --- contents --- */

static void put_pattern(int fd, size_t size, off_t at)
{
	auto_free_ char *data = xrealloc(NULL, size);

	for (size_t i = 0; i < size; i++)
		data[i] = (char)((i + (size_t)at) * 7 % 253);
	assert_int_equal(pwrite(fd, data, size, at), size);
}

static void expect_same_contents(const char *a, const char *b)
{
	auto_close_ int first = open(a, O_RDONLY | O_CLOEXEC);
	auto_close_ int second = open(b, O_RDONLY | O_CLOEXEC);
	auto_free_ char *one = NULL, *two = NULL;
	size_t one_size, two_size;

	assert_int_equal(read_all(first, &one, &one_size), 0);
	assert_int_equal(read_all(second, &two, &two_size), 0);
	assert_int_equal(one_size, two_size);
	assert_memory_equal(one, two, one_size);
}

static void files_of_every_size_are_copied_whole(void **state _unused_)
{
	static const size_t sizes[] = { 1, 4095, 4096, 4097, 131071, 131072, 131073, 3000001 };
	char from[64], to[64];

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		snprintf(from, sizeof(from), "from/%zu", i);
		auto_close_ int fd = open(from, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		put_pattern(fd, sizes[i], 0);
	}
	copy();
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		snprintf(from, sizeof(from), "from/%zu", i);
		snprintf(to, sizeof(to), "to/%zu", i);
		expect_same_contents(from, to);
	}
}

static void holes_stay_holes(void **state _unused_)
{
	enum { MIB = 1024 * 1024 };
	auto_close_ int fd = open("from/both", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	auto_close_ int hole = open("from/hole", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	auto_close_ int start_only = open("from/start", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	put_pattern(fd, 10000, 0);
	put_pattern(fd, 10000, 5 * MIB);
	put_pattern(fd, 1, 10 * MIB);
	put_pattern(start_only, 5000, 0);
	assert_return_code(ftruncate(start_only, 7 * MIB + 1), errno);
	assert_return_code(ftruncate(hole, 5 * MIB), errno);
	copy();
	expect_same_contents("from/both", "to/both");
	expect_same_contents("from/start", "to/start");
	expect_same_contents("from/hole", "to/hole");
	assert_true(folder_stat("to/both").st_blocks <= folder_stat("from/both").st_blocks);
	assert_true(folder_stat("to/start").st_blocks <= folder_stat("from/start").st_blocks);
	assert_int_equal(folder_stat("to/hole").st_blocks, 0);
}

static void another_file_system_is_no_obstacle(void **state _unused_)
{
	char memory[] = "/dev/shm/unit-XXXXXX";

	if (!mkdtemp(memory))
		return; /* there is no other */
	auto_close_ int shm = open("/dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_close_ int from = folder_open("from"), to = folder_open(memory);
	auto_close_ int fd = open("from/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	put_pattern(fd, 500000, 0);
	put_pattern(fd, 500000, 2000000);
	assert_int_equal(tree_copy(from, to, NULL, 0, &e), 0);
	char path[64];
	snprintf(path, sizeof(path), "%s/file", memory);
	expect_same_contents("from/file", path);
	assert_int_equal(tree_remove(shm, strrchr(memory, '/') + 1, &e), 0);
}

static void a_full_disk_is_one_failure(void **state _unused_)
{
	struct rlimit limit;

	folder_dir("from/folder");
	auto_close_ int fd = open("from/folder/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	put_pattern(fd, 300000, 0);
	assert_return_code(getrlimit(RLIMIT_FSIZE, &limit), errno);
	const struct rlimit before = limit;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	limit.rlim_cur = 100000;
	assert_return_code(setrlimit(RLIMIT_FSIZE, &limit), errno);
	assert_int_equal(copy_with(NULL, 0), -EFBIG);
	assert_return_code(setrlimit(RLIMIT_FSIZE, &before), errno);
	signal(SIGXFSZ, handler);
	assert_string_equal(e.what, "copy");
	assert_string_equal(e.object, "folder/file");
}

/* --- extended attributes --- */

static void set_attr(const char *path, const char *name, const char *value)
{
	assert_return_code(setxattr(path, name, value, strlen(value), 0), errno);
}

static void expect_attr(const char *path, const char *name, const char *value)
{
	char found[1024];
	ssize_t size = getxattr(path, name, found, sizeof(found));

	assert_int_equal(size, strlen(value));
	assert_memory_equal(found, value, size);
}

static void attributes_are_kept(void **state _unused_)
{
	folder_dir("from/folder");
	folder_file("from/folder/file", "");
	set_attr("from/folder/file", "user.one", "1");
	set_attr("from/folder/file", "user.overlay.opaque", "y");
	set_attr("from/folder", "user.two \xff\n", "2");
	set_attr("from/folder", "user.empty", "");
	set_attr("from", "user.overlay.opaque", "y");
	assert_return_code(chmod("from/folder/file", 0400), errno);
	assert_return_code(chmod("from/folder", 01500), errno);
	copy();
	expect_attr("to/folder/file", "user.one", "1");
	expect_attr("to/folder/file", "user.overlay.opaque", "y");
	expect_attr("to/folder", "user.two \xff\n", "2");
	expect_attr("to/folder", "user.empty", "");
	expect_attr("to", "user.overlay.opaque", "y");
}

static void a_plain_copy_is_without_overlay_attributes(void **state _unused_)
{
	char list[1024];

	folder_file("from/file", "");
	set_attr("from/file", "user.overlay.origin", "x");
	set_attr("from/file", "user.fuseoverlayfs.opaque", "y");
	set_attr("from/file", "user.overlays", "mine");
	set_attr("from", "user.overlay.opaque", "y");
	assert_int_equal(copy_with(NULL, TREE_PLAIN), 0);
	assert_int_equal(listxattr("to/file", list, sizeof(list)), sizeof("user.overlays"));
	expect_attr("to/file", "user.overlays", "mine");
	assert_int_equal(listxattr("to", list, sizeof(list)), 0);
}

/* --- ACLs --- */

static const char access_acl[] = "system.posix_acl_access";
static const char default_acl[] = "system.posix_acl_default";

struct acl {
	struct posix_acl_xattr_header header;
	struct posix_acl_xattr_entry entries[6];
};

static struct posix_acl_xattr_entry acl_entry(unsigned tag, unsigned perm, uint32_t id)
{
	return (struct posix_acl_xattr_entry){ .e_tag = htole16((uint16_t)tag),
					       .e_perm = htole16((uint16_t)perm),
					       .e_id = htole32(id) };
}

/* One that lets a user and a group in. */
static struct acl acl_with(uint32_t uid, uint32_t gid)
{
	return (struct acl){
		.header = { .a_version = htole32(POSIX_ACL_XATTR_VERSION) },
		.entries = { acl_entry(ACL_USER_OBJ, 7, UINT32_MAX), acl_entry(ACL_USER, 6, uid),
			     acl_entry(ACL_GROUP_OBJ, 4, UINT32_MAX), acl_entry(ACL_GROUP, 5, gid),
			     acl_entry(ACL_MASK, 5, UINT32_MAX),
			     acl_entry(ACL_OTHER, 0, UINT32_MAX) }
	};
}

static void set_acl(const char *path, const char *name, const struct acl *acl)
{
	assert_return_code(setxattr(path, name, acl, sizeof(*acl), 0), errno);
}

/* Does the file system have ACLs? */
static bool has_acls(void)
{
	return getxattr(".", access_acl, NULL, 0) >= 0 || errno != ENOTSUP;
}

static void expect_acl(const char *path, const char *name, const struct acl *acl)
{
	struct acl found;

	assert_int_equal(getxattr(path, name, &found, sizeof(found)), sizeof(found));
	assert_memory_equal(&found, acl, sizeof(found));
}

static void acls_are_kept(void **state _unused_)
{
	const struct acl acl = acl_with(12, 34), other = acl_with(56, 78);

	if (!has_acls())
		return;
	folder_dir("from/folder");
	folder_file("from/folder/plain", "");
	folder_file("from/folder/file", "");
	assert_return_code(mkfifo("from/folder/pipe", 0600), errno);
	set_acl("from/folder/file", access_acl, &acl);
	set_acl("from/folder/pipe", access_acl, &other);
	set_acl("from/folder", default_acl, &acl);
	set_acl("from/folder", access_acl, &other);
	copy();
	expect_acl("to/folder/file", access_acl, &acl);
	expect_acl("to/folder/pipe", access_acl, &other);
	expect_acl("to/folder", default_acl, &acl);
	expect_acl("to/folder", access_acl, &other);
	assert_int_equal(getxattr("to/folder/plain", access_acl, NULL, 0), -1);
	expect_same("folder");
	expect_same("folder/file");
	expect_same("folder/pipe");
}

static void nothing_is_inherited_from_the_new_folder(void **state _unused_)
{
	const struct acl acl = acl_with(12, 34);

	if (!has_acls())
		return;
	folder_dir("from/folder");
	folder_file("from/file", "");
	set_acl("to", default_acl, &acl);
	set_acl("to", access_acl, &acl);
	copy();
	assert_int_equal(listxattr("to", NULL, 0), 0);
	assert_int_equal(listxattr("to/folder", NULL, 0), 0);
	assert_int_equal(listxattr("to/file", NULL, 0), 0);
	expect_same(".");
	expect_same("folder");
	expect_same("file");
}

static void ids_of_acls_are_shifted(void **state _unused_)
{
	struct id_range uids[] = { { 0, 1000, 1 }, { 10, 2000, 5 } }, gids[] = { { 30, 3000, 10 } };
	const struct id_map uid = { uids, 2 }, gid = { gids, 1 };
	const struct tree_shift shift = { &uid, &gid }, users = { .uid = &uid };
	struct acl acl = acl_with(12, 34);
	const struct acl both = acl_with(2002, 3004), one = acl_with(2000, 34);
	uint32_t id = 0;

	assert_int_equal(tree_attr_shift_acl(&shift, &acl, sizeof(acl), &id), 0);
	assert_memory_equal(&acl, &both, sizeof(acl));
	acl = acl_with(10, 34);
	assert_int_equal(tree_attr_shift_acl(&users, &acl, sizeof(acl), &id), 0);
	assert_memory_equal(&acl, &one, sizeof(acl));
	acl = acl_with(9, 34);
	assert_int_equal(tree_attr_shift_acl(&shift, &acl, sizeof(acl), &id), -EOVERFLOW);
	assert_int_equal(id, 9);
	acl = acl_with(12, 40);
	assert_int_equal(tree_attr_shift_acl(&shift, &acl, sizeof(acl), &id), -EOVERFLOW);
	assert_int_equal(id, 40);
	assert_int_equal(tree_attr_shift_acl(&shift, &acl, sizeof(acl) - 1, &id), -EINVAL);
	assert_int_equal(tree_attr_shift_acl(&shift, &acl, 3, &id), -EINVAL);
	acl.header.a_version = htole32(1);
	assert_int_equal(tree_attr_shift_acl(&shift, &acl, sizeof(acl), &id), -EINVAL);
}

static void capabilities_become_plain(void **state _unused_)
{
	struct vfs_ns_cap_data caps = { .magic_etc = htole32(VFS_CAP_REVISION_3 |
							     VFS_CAP_FLAGS_EFFECTIVE),
					.data = { { htole32(0x2000), 0 }, { 0, 0 } },
					.rootid = htole32(100000) };
	const struct vfs_ns_cap_data before = caps;

	assert_int_equal(tree_attr_plain_caps(&caps, sizeof(caps)), XATTR_CAPS_SZ_2);
	assert_int_equal(le32toh(caps.magic_etc), VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE);
	assert_memory_equal(caps.data, before.data, sizeof(caps.data));
	assert_int_equal(tree_attr_plain_caps(&caps, XATTR_CAPS_SZ_2), XATTR_CAPS_SZ_2);
	assert_int_equal(le32toh(caps.magic_etc), VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE);
}

/* --- ids, failures, what is left out --- */

static void an_id_without_a_place_is_named(void **state _unused_)
{
	struct id_range none[] = { { getuid() + 1, 0, 10 } };
	const struct id_map map = { none, 1 };
	const struct tree_shift users = { .uid = &map }, nobody = { .gid = &(struct id_map){ 0 } };
	char reason[64];

	folder_dir("from/folder");
	folder_file("from/folder/file", "");
	assert_int_equal(copy_with(&users, 0), -EOVERFLOW);
	snprintf(reason, sizeof(reason), "there is no place for the user id %u", getuid());
	assert_string_equal(err_reason(&e), reason);
	assert_string_equal(e.object, "folder/file");
	assert_int_equal(tree_remove(AT_FDCWD, "to", &e), 0);
	folder_dir("to");
	assert_int_equal(copy_with(&nobody, 0), -EOVERFLOW);
	snprintf(reason, sizeof(reason), "there is no place for the group id %u", getgid());
	assert_string_equal(err_reason(&e), reason);
}

static void the_new_folder_has_to_be_empty(void **state _unused_)
{
	folder_file("outside", "safe");
	folder_file("from/name", "text");
	assert_return_code(symlink("../outside", "to/name"), errno);
	assert_int_equal(copy_with(NULL, 0), -EEXIST);
	assert_string_equal(e.object, "name");
	folder_expect("outside", "safe");
}

static void what_cannot_be_read_is_a_failure(void **state _unused_)
{
	if (geteuid() == 0)
		return; /* whom no mode keeps out */
	folder_file("from/secret", "");
	assert_return_code(chmod("from/secret", 0), errno);
	assert_int_equal(copy_with(NULL, 0), -EACCES);
	assert_string_equal(e.object, "secret");
}

static void sockets_are_counted(void **state _unused_)
{
	for (int i = 0; i < 3; i++) {
		struct sockaddr_un address = { .sun_family = AF_UNIX };
		auto_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		snprintf(address.sun_path, sizeof(address.sun_path), "from/%d", i);
		assert_return_code(bind(fd, (struct sockaddr *)&address, sizeof(address)), errno);
	}
	assert_return_code(link("from/0", "from/again"), errno);
	stderr_catch();
	copy();
	auto_free_ char *text = stderr_caught();
	assert_non_null(strstr(text, "sockets that were not copied: 4\n"));
	assert_int_equal(folder_stat("to").st_nlink, 2);
	assert_int_equal(rmdir("to"), 0);
}

static void a_deep_tree_is_copied_with_few_descriptors(void **state _unused_)
{
	struct tree_usage from = { 0 }, to = { 0 };

	folder_deep("from", "a-name", 3000);
	folder_dir("from/b");
	rlim_t before = folder_limit_fds(100);
	copy();
	folder_limit_fds(before);
	auto_close_ int from_fd = folder_open("from"), to_fd = folder_open("to");
	assert_int_equal(tree_usage(from_fd, &from, &e), 0);
	assert_int_equal(tree_usage(to_fd, &to, &e), 0);
	assert_int_equal(from.entries, to.entries);
	assert_int_equal(from.entries, 3003);
}

static void names_far_down_are_linked(void **state _unused_)
{
	static const char last[] = "d2-0123456789";

	folder_dir("from/first");
	folder_deep("from/first", "0123456789", 600);
	auto_close_ int fd = folder_open("from/first");
	for (int i = 0; i < 600; i++) {
		int next = openat(fd, "0123456789", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = next;
	}
	assert_return_code(linkat(fd, "bottom", AT_FDCWD, "from/second", 0), errno);
	assert_return_code(linkat(fd, "bottom", fd, last, 0), errno);
	copy();
	assert_int_equal(folder_stat("to/second").st_nlink, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, folder_leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_kind_is_copied),
		TEST(modes_are_kept_whatever_the_umask),
		TEST(times_are_kept_to_the_nanosecond),
		TEST(names_of_one_file_stay_names_of_one_file),
		TEST(files_of_every_size_are_copied_whole),
		TEST(holes_stay_holes),
		TEST(another_file_system_is_no_obstacle),
		TEST(a_full_disk_is_one_failure),
		TEST(attributes_are_kept),
		TEST(a_plain_copy_is_without_overlay_attributes),
		TEST(acls_are_kept),
		TEST(nothing_is_inherited_from_the_new_folder),
		TEST(ids_of_acls_are_shifted),
		TEST(capabilities_become_plain),
		TEST(an_id_without_a_place_is_named),
		TEST(the_new_folder_has_to_be_empty),
		TEST(what_cannot_be_read_is_a_failure),
		TEST(sockets_are_counted),
		TEST(a_deep_tree_is_copied_with_few_descriptors),
		TEST(names_far_down_are_linked),
	};

	return unit_run(tests);
}
