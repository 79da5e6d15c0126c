/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rootfs.h - the base view over a root file system other than the host's, and what programs in one
 * expect to find
 */
#pragma once

#include "front/options.h"

/* Does the request put a writable layer, or more read-only folders, over the root? */
bool rootfs_has_layer(const struct request *request);

/* Appends the root and what goes with it to the plan; sets request->root_op. */
int rootfs_view(struct request *request, struct err *e);

/**
 * rootfs_environment: variables that mean another thing in another root, unless an option named
 * them: PATH, the locale, and root's own where the program is root inside.
 */
void rootfs_environment(struct request *request, bool is_root);

/* Did an option name this variable? */
bool rootfs_keeps_variable(const struct request *request, const char *name);
