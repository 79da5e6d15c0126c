/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * net.h - the network inside
 */
#pragma once

#include "base/err.h"

/* Brings lo up in the current network namespace; the kernel gives it 127.0.0.1 and ::1 itself. */
int net_loopback_up(struct err *e);
