/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * probe.h - the program of the fault tests: says what it sees of itself and around it
 */
#pragma once

/* What the probe needs to know of the host, as one word for its command line. */
char *probe_host(void);

/* Prints all that a protection could show in, a fact a line, in a fixed order. */
int probe_look(const char *host);

/* Does nothing for longer than any test takes. */
int probe_wait(void);
