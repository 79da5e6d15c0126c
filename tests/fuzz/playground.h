/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * playground.h - what the targets share: words out of bytes, and descriptors that they may name
 *
 * Options take numbers of descriptors, read them and close them. A fuzzed number must not hit one
 * of the fuzzer's own, so words are changed on the way in: one that is the number of an open
 * descriptor becomes that of the playground, PLAYGROUND. All other numbers stay as they are.
 *
 * An input starts with a word that says who is asking, "bwrap", "run" or "show".
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* PLAYGROUND reads the bytes of playground_open(), the next ones nothing, zeros, a folder. */
enum { PLAYGROUND = 200, PLAYGROUND_COUNT = 4 };
#define PLAYGROUND_TEXT "200"

struct bytes {
	char *data; /* heap; a NUL follows the last byte */
	size_t size;
};

/* Takes the first word off the input, up to @end; enum mode, or 0 if it is none. */
unsigned playground_mode(const uint8_t **data, size_t *size, char end);

/* The words, NUL-separated, with the numbers of strange descriptors replaced. */
struct bytes playground_words(const char *data, size_t size);

/* (Re)opens all descriptors of the playground; the first reads @bytes. */
void playground_open(const struct bytes *bytes);

/* Parses @words for @mode into a plan, checks that, for `show` looks through it. Nothing is run. */
void playground_parse(unsigned mode, char **words);
