/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * init.h - the first process inside: assembles the sandbox, then reaps
 */
#pragma once

#include <signal.h>

#include "plan/plan.h"
#include "stage/net.h"
#include "watch/report.h"

struct init_start {
	const struct plan *plan;
	struct report_channel channel;
	sigset_t signal_mask;  /* the caller's */
	const char *name;      /* what ps(1) calls us while the program runs */
	struct net_beside net; /* where init_makes_net_beside() */
};

/* Has the launcher something to do between our birth and the first step? */
bool init_waits_for_go(const struct plan *plan);

/**
 * init_makes_net_beside: may the network be made meanwhile, by a process of its own?
 *
 * It shares our memory, so that must be allowed. And whoever is told of us, or has the launcher do
 * something first, finds us in all of the namespaces from the start.
 */
bool init_makes_net_beside(const struct plan *plan);

/* The main function of that process, for spawn_inside(); @arg is a struct init_start. */
int init_main(void *arg);
