/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * caps.h - which capabilities the program gets
 */
#pragma once

#include "front/options.h"

/* What Docker gives to root in a container: enough to install packages, and nothing of mounts. */
extern const uint64_t caps_docker;

/* Puts what the options said into the plan. @usual: what to start from if they did not say. */
void caps_settle(struct request *request, uint64_t usual);
