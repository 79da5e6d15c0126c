/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reach.h - what a program in a sandbox could do to those outside of it that it can see
 */
#pragma once

/**
 * reach_up: try to look into, and to write to, every ancestor
 *
 * Prints what was possible, a line each; returns 1 if anything was.
 */
int reach_up(void);

/* Exchanges two names, again and again, until our parent is gone; for races. */
int reach_swap(const char *a, const char *b);
