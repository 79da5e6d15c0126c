/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * net.h - the network inside
 *
 * A new network namespace takes the kernel longer than all the rest together, and nothing needs it
 * before the program starts. So a process of its own may make it, the maker, beside pid 1, which
 * enters it when the maker has ended. The two share memory and descriptors.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"

struct net_beside {
	int alive_fd;   /* a pidfd of the maker */
	int ns_fd;      /* the namespace */
	bool is_made;   /* the last that the maker writes; without it, it was killed */
	struct err err; /* code 0: none */
};

/* Brings lo up in the current network namespace; the kernel gives it 127.0.0.1 and ::1 itself. */
int net_loopback_up(struct err *e);

/* In the maker, first: the pidfd, before anybody can wait. */
int net_begin_beside(struct net_beside *net, struct err *e);

/* In the maker, last: makes it all; what fails is in net->err. */
void net_make_beside(struct net_beside *net);

/* In pid 1: waits for the end of the maker, and enters what it made. */
int net_enter_made(struct net_beside *net, struct err *e);
