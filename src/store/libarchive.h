/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libarchive.h - the library that reads and writes archives, loaded when one is needed
 *
 * It decodes and encodes; files are made by us. Each function is a member under its own name, so a
 * call reads as in libarchive's manual, with "lib->" before it.
 *
 * Names in archives are bytes to us. libarchive translates them from and to the charset of the
 * locale, normalizes them on the way where that is UTF-8, and falls back to the bytes as they are
 * where it cannot translate. libarchive_locale() says in which locale that leaves them alone.
 */
#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include "base/err.h"

#define LIBARCHIVE_FUNCTIONS(F)                                                                    \
	F(archive_entry_acl_add_entry)                                                             \
	F(archive_entry_acl_next)                                                                  \
	F(archive_entry_acl_reset)                                                                 \
	F(archive_entry_acl_types)                                                                 \
	F(archive_entry_clear)                                                                     \
	F(archive_entry_copy_hardlink)                                                             \
	F(archive_entry_copy_pathname)                                                             \
	F(archive_entry_copy_symlink)                                                              \
	F(archive_entry_filetype)                                                                  \
	F(archive_entry_free)                                                                      \
	F(archive_entry_gid)                                                                       \
	F(archive_entry_hardlink)                                                                  \
	F(archive_entry_mode)                                                                      \
	F(archive_entry_mtime)                                                                     \
	F(archive_entry_mtime_nsec)                                                                \
	F(archive_entry_new)                                                                       \
	F(archive_entry_pathname)                                                                  \
	F(archive_entry_set_gid)                                                                   \
	F(archive_entry_set_mode)                                                                  \
	F(archive_entry_set_mtime)                                                                 \
	F(archive_entry_set_rdev)                                                                  \
	F(archive_entry_set_size)                                                                  \
	F(archive_entry_set_uid)                                                                   \
	F(archive_entry_size)                                                                      \
	F(archive_entry_sparse_add_entry)                                                          \
	F(archive_entry_symlink)                                                                   \
	F(archive_entry_uid)                                                                       \
	F(archive_entry_xattr_add_entry)                                                           \
	F(archive_entry_xattr_next)                                                                \
	F(archive_entry_xattr_reset)                                                               \
	F(archive_error_string)                                                                    \
	F(archive_read_data_block)                                                                 \
	F(archive_read_free)                                                                       \
	F(archive_read_new)                                                                        \
	F(archive_read_next_header)                                                                \
	F(archive_read_open_fd)                                                                    \
	F(archive_read_support_filter_bzip2)                                                       \
	F(archive_read_support_filter_gzip)                                                        \
	F(archive_read_support_filter_lz4)                                                         \
	F(archive_read_support_filter_xz)                                                          \
	F(archive_read_support_filter_zstd)                                                        \
	F(archive_read_support_format_tar)                                                         \
	F(archive_write_add_filter_gzip)                                                           \
	F(archive_write_add_filter_xz)                                                             \
	F(archive_write_add_filter_zstd)                                                           \
	F(archive_write_close)                                                                     \
	F(archive_write_data)                                                                      \
	F(archive_write_free)                                                                      \
	F(archive_write_header)                                                                    \
	F(archive_write_new)                                                                       \
	F(archive_write_open)                                                                      \
	F(archive_write_set_bytes_in_last_block)                                                   \
	F(archive_write_set_filter_option)                                                         \
	F(archive_write_set_format_option)                                                         \
	F(archive_write_set_format_pax)

struct libarchive {
#define LIBARCHIVE_MEMBER(name) __typeof__(&(name)) name;
	LIBARCHIVE_FUNCTIONS(LIBARCHIVE_MEMBER)
#undef LIBARCHIVE_MEMBER
};

/* Loads the library; it stays loaded. */
_must_check_ int libarchive_load(struct libarchive *ret, struct err *e);

/* Which way names go: they are read as bytes in the C locale, and written so in one of UTF-8. */
enum libarchive_use { LIBARCHIVE_READ, LIBARCHIVE_WRITE };

/* Takes this thread to the locale for that; the one before, for libarchive_locale_back(). */
locale_t libarchive_locale(enum libarchive_use use);
void libarchive_locale_back(locale_t before);
