/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * view_mount.h - mounts in the model; as stage/mount.h, dev.h and overlay.h, and what binds files
 */
#pragma once

#include "plan/view_tree.h"

/* The operation at hand; 0, or a negative errno with the message that a launch would give. */
_must_check_ int view_mount_bind(struct tree *tree, struct err *e);
_must_check_ int view_mount_tmpfs(struct tree *tree, struct err *e);
_must_check_ int view_mount_proc(struct tree *tree, struct err *e);
_must_check_ int view_mount_dev(struct tree *tree, struct err *e);
_must_check_ int view_mount_mqueue(struct tree *tree, struct err *e);
_must_check_ int view_mount_overlay(struct tree *tree, struct err *e);
_must_check_ int view_mount_remount_ro(struct tree *tree, struct err *e);
_must_check_ int view_mount_data(struct tree *tree, struct err *e);
_must_check_ int view_mount_mask(struct tree *tree, struct err *e);
