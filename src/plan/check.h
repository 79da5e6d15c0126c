/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * check.h - the plan against this host, once
 */
#pragma once

#include "plan/plan.h"

/**
 * plan_check: settle what depends on the host, and refuse what cannot work.
 *
 * Decides the "-try" namespaces, fills the fields that plan.h marks as set here, and makes sure
 * that every descriptor the plan borrows is open: a number that is not could later become one of
 * ours. After this the plan is const.
 */
int plan_check(struct plan *plan, struct err *e);
