/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * handlers.h - the functions that options.def names
 *
 * Each gets the request, its row and its values, and writes to request->plan. They are grouped by
 * the section of the table: opt_general.c, opt_view.c, opt_ids.c, opt_program.c.
 */
#pragma once

#include "front/options.h"

/* Which descriptor of the plan an FD option sets. */
enum fd_option { F_USERNS, F_USERNS2, F_PIDNS, F_SYNC, F_BLOCK, F_USERNS_BLOCK, F_INFO, F_JSON };

typedef int option_handler(struct request *request, const struct option *option, char **values,
			   struct err *e);

option_handler opt_help, opt_version, opt_args, opt_argv0, opt_level_prefix, opt_verbose, opt_json,
	opt_why, opt_flag;
option_handler opt_bare, opt_rootfs, opt_layer, opt_lower, opt_overlay_driver, opt_no_cwd, opt_bind,
	opt_bind_fd, opt_mount, opt_overlay_src, opt_overlay, opt_data, opt_data_ro, opt_symlink,
	opt_chmod, opt_perms, opt_size, opt_label;
option_handler opt_unshare_all, opt_unshare, opt_unshare_try, opt_share_net, opt_fd_once,
	opt_disable_userns, opt_assert_userns_disabled, opt_uid, opt_gid, opt_hostname, opt_map_ids,
	opt_id_map, opt_user, opt_groups, opt_net;
option_handler opt_chdir, opt_setenv, opt_unsetenv, opt_clearenv, opt_keep_env, opt_keep_fd,
	opt_cap, opt_caps, opt_fake_chown, opt_suid, opt_reproducible, opt_seccomp, opt_add_seccomp,
	opt_new_session, opt_keep_session, opt_as_pid_1;
option_handler opt_die_with_parent, opt_lock_file;

/* What an option does with its descriptor. */
enum fd_use {
	FD_SHARED, /* others may name it too */
	FD_ONCE,   /* nobody else, nor the same option again */
	FD_LAST,   /* nobody else; the same option again replaces it */
};

/* A descriptor number of the caller's. */
int parse_fd(struct request *request, const char *text, enum fd_use use, int *ret_fd,
	     struct err *e);

/* Octal, 0 to 07777; -EINVAL without a message. */
int parse_octal(const char *text, mode_t *ret_mode);
