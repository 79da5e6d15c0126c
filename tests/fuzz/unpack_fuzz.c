/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unpack_fuzz.c - any bytes are unpacked into a folder, or refused, and nothing outside changes
 *
 * The first byte says which flags, the rest is the archive. The folder has a neighbour that entries
 * may try to reach. With clang and --enable-fuzzing:
 *
 *	tests/fuzz/unpack -close_fd_mask=2 -max_len=10000 FINDS tests/fuzz/corpus/unpack
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/io.h"
#include "store/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int open_up(const char *path, const struct stat *st _unused_, int type,
		   struct FTW *at _unused_)
{
	return type == FTW_D || type == FTW_DNR ? chmod(path, 0700) : 0;
}

static int remove_one(const char *path, const struct stat *st _unused_, int type _unused_,
		      struct FTW *at _unused_)
{
	return remove(path);
}

/* Root of a namespace with one id. A fuzzer that has threads stays who it is. */
static void become_root(void)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	char map[2][32];

	if (uid == 0 || unshare(CLONE_NEWUSER) < 0)
		return;
	snprintf(map[0], sizeof(map[0]), "0 %u 1", uid);
	snprintf(map[1], sizeof(map[1]), "0 %u 1", gid);
	if (write_file_at(AT_FDCWD, "/proc/self/setgroups", "deny") < 0 ||
	    write_file_at(AT_FDCWD, "/proc/self/uid_map", map[0]) < 0 ||
	    write_file_at(AT_FDCWD, "/proc/self/gid_map", map[1]) < 0)
		perror("map of ids");
}

/* A folder that was closed to us shows what is in it only once it is open: again for each level. */
static void remove_all(const char *path)
{
	for (int i = 0; i < 100; i++) {
		nftw(path, open_up, 20, FTW_PHYS);
		if (nftw(path, remove_one, 20, FTW_PHYS | FTW_DEPTH) == 0)
			return;
	}
}

static void try_archive(const uint8_t *data, size_t size, unsigned flags, int target_fd)
{
	auto_close_ int fd = fd_from_data("archive", data, size);
	struct err e = { 0 };

	if (fd >= 0 && unpack(fd, target_fd, flags, &e) < 0 && (e.code <= 0 || !e.what))
		abort(); /* a failure without words */
}

/* Only the folder itself, and the file that was there before. */
static void expect_untouched(int dirfd)
{
	struct stat st;

	if (fstatat(dirfd, "outside", &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_size != 0 ||
	    st.st_mode != (S_IFREG | 0600) || st.st_nlink != 1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct rlimit limit = { 1 << 20, 1 << 20 };
	char path[] = "/tmp/fuzz-unpack-XXXXXX";

	if (size == 0 || !mkdtemp(path))
		return 0;
	become_root();
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	auto_close_ int dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_close_ int file = openat(dirfd, "outside", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (file >= 0 && mkdirat(dirfd, "target", 0700) == 0) {
		auto_close_ int target = openat(dirfd, "target", O_RDONLY | O_CLOEXEC);

		try_archive(data + 1, size - 1, *data & UNPACK_OCI, target);
		expect_untouched(dirfd);
	}
	remove_all(path);
	return 0;
}
