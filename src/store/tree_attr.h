/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * tree_attr.h - the extended attributes of a file, as its copy gets them
 */
#pragma once

#include "store/tree.h"

struct tree_attr {
	const struct tree_shift *shift; /* never NULL */
	enum tree_copy_flags flags;
	char *names, *value; /* room for the longest that the kernel has */
	size_t caps_lost;    /* files whose capabilities we may not give to the copy */
};

void tree_attr_begin(struct tree_attr *attr, const struct tree_shift *shift,
		     enum tree_copy_flags flags);
void tree_attr_end(struct tree_attr *attr);

/* One end of a copy. */
struct tree_node {
	int fd;
	bool is_place; /* O_PATH: neither a file nor a folder */
};

_must_check_ int tree_attr_copy(struct tree_attr *attr, const char *path,
				const struct tree_node *from, const struct tree_node *to,
				struct err *e);

/**
 * tree_attr_shift_acl: change the ids in the value of an ACL, in place.
 *
 * 0; -EINVAL if that is no ACL; -EOVERFLOW if an id, *ret_id, has no place.
 */
_must_check_ int tree_attr_shift_acl(const struct tree_shift *shift, void *acl, size_t size,
				     uint32_t *ret_id);

/* Makes a capability one of the namespace's root, whoever's it was; returns the new size. */
size_t tree_attr_plain_caps(void *caps, size_t size);
