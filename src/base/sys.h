/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sys.h - system calls the C library has no function for
 *
 * Thin wrappers with the kernel's own names and contracts: -1 and errno on failure. Numbers above
 * 424 are the same on every architecture. The mount calls are wrapped too although newer C
 * libraries have them, so that the older ones and musl build the same code; <sys/mount.h> is not
 * used beside the kernel's header, since some versions of the two clash.
 */
#pragma once

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467 /* Linux 6.15 */
#endif
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452 /* Linux 6.6 */
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2) /* Linux 5.11 */
#endif
#ifdef SYS_setresuid32 /* else the plain ones have 32 bits */
#define SYS_setgroups_32 SYS_setgroups32
#define SYS_setresgid_32 SYS_setresgid32
#define SYS_setresuid_32 SYS_setresuid32
#else
#define SYS_setgroups_32 SYS_setgroups
#define SYS_setresgid_32 SYS_setresgid
#define SYS_setresuid_32 SYS_setresuid
#endif
#ifndef PIDFD_SIGNAL_PROCESS_GROUP
#define PIDFD_SIGNAL_PROCESS_GROUP (1U << 2) /* Linux 6.9 */
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000
#endif

#ifndef STATX_TYPE /* musl before 1.2.5 */
#define STATX_TYPE 0x0001U
#define STATX_MODE 0x0002U
#define STATX_UID 0x0008U
#define STATX_GID 0x0010U
#define STATX_INO 0x0100U
#define STATX_BASIC_STATS 0x07ffU
#define STATX_MNT_ID 0x1000U
#define STATX_ATTR_MOUNT_ROOT 0x2000
#ifndef AT_NO_AUTOMOUNT
#define AT_NO_AUTOMOUNT 0x800
#endif

/* As in the kernel's linux/stat.h. */
struct statx {
	uint32_t stx_mask, stx_blksize;
	uint64_t stx_attributes;
	uint32_t stx_nlink, stx_uid, stx_gid;
	uint16_t stx_mode, padding;
	uint64_t stx_ino, stx_size, stx_blocks, stx_attributes_mask;
	struct {
		int64_t tv_sec;
		uint32_t tv_nsec;
		int32_t padding;
	} stx_atime, stx_btime, stx_ctime, stx_mtime;
	uint32_t stx_rdev_major, stx_rdev_minor, stx_dev_major, stx_dev_minor;
	uint64_t stx_mnt_id, spare[13];
};

static inline int statx(int dirfd, const char *path, int flags, unsigned mask, struct statx *st)
{
	return (int)syscall(SYS_statx, dirfd, path, flags, mask, st);
}
#endif

static inline int sys_openat2(int dirfd, const char *path, const struct open_how *how)
{
	return (int)syscall(SYS_openat2, dirfd, path, how, sizeof(*how));
}

static inline int sys_open_tree(int dirfd, const char *path, unsigned flags)
{
	return (int)syscall(SYS_open_tree, dirfd, path, flags);
}

static inline int sys_open_tree_attr(int dirfd, const char *path, unsigned flags,
				     const struct mount_attr *attr)
{
	return (int)syscall(SYS_open_tree_attr, dirfd, path, flags, attr, sizeof(*attr));
}

static inline int sys_mount_setattr(int dirfd, const char *path, unsigned flags,
				    const struct mount_attr *attr)
{
	return (int)syscall(SYS_mount_setattr, dirfd, path, flags, attr, sizeof(*attr));
}

static inline int sys_move_mount(int from_fd, const char *from, int to_fd, const char *to,
				 unsigned flags)
{
	return (int)syscall(SYS_move_mount, from_fd, from, to_fd, to, flags);
}

static inline int sys_fsopen(const char *type, unsigned flags)
{
	return (int)syscall(SYS_fsopen, type, flags);
}

static inline int sys_fsconfig(int fs_fd, unsigned command, const char *key, const void *value,
			       int aux)
{
	return (int)syscall(SYS_fsconfig, fs_fd, command, key, value, aux);
}

static inline int sys_fsmount(int fs_fd, unsigned flags, unsigned attr)
{
	return (int)syscall(SYS_fsmount, fs_fd, flags, attr);
}

static inline int sys_umount2(const char *path, int flags)
{
	return (int)syscall(SYS_umount2, path, flags);
}

static inline int sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)syscall(SYS_pivot_root, new_root, put_old);
}

static inline int sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	return (int)syscall(SYS_close_range, first, last, flags);
}

static inline int sys_pidfd_open(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static inline int sys_pidfd_send_signal(int pidfd, int signal, unsigned flags)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, flags);
}

static inline int sys_fchmodat2(int dirfd, const char *path, mode_t mode, unsigned flags)
{
	return (int)syscall(SYS_fchmodat2, dirfd, path, mode, flags);
}

/*
 * The C library's functions tell every thread that it knows of; these are for processes that share
 * its memory without being one.
 */
static inline int sys_setgroups(size_t count, const gid_t *groups)
{
	return (int)syscall(SYS_setgroups_32, count, groups);
}

static inline int sys_setgid(gid_t gid)
{
	return (int)syscall(SYS_setresgid_32, gid, gid, gid);
}

static inline int sys_setuid(uid_t uid)
{
	return (int)syscall(SYS_setresuid_32, uid, uid, uid);
}

/* What getdents64(2) fills a buffer with. */
struct sys_dirent {
	uint64_t d_ino;
	int64_t d_off;
	unsigned short d_reclen;
	unsigned char d_type;
	char d_name[];
};

static inline ssize_t sys_getdents64(int dirfd, void *buffer, size_t size)
{
	return syscall(SYS_getdents64, dirfd, buffer, size);
}
