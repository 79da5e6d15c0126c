/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * sweep.h - what a killed process left behind goes
 */
#pragma once

#include "store/store.h"

/* Removes every unfinished item whose maker or remover is gone; one that resists stays, with a
 * warning. */
void sweep(const struct store *store);
