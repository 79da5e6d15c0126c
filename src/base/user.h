/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * user.h - what the system knows of a user
 */
#pragma once

#include <pwd.h>

/**
 * user_find: the entry of that user id, through the name services (nsswitch.conf(5)).
 *
 * A static executable cannot load those and reads /etc/passwd alone. NULL if there is none. The
 * entry is the C library's and lasts until the next call.
 */
const struct passwd *user_find(uid_t uid);
