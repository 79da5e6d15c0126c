/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * options_fuzz.c - any command line becomes a plan or an error
 *
 * The input is one word a line, or NUL-separated. With clang and --enable-fuzzing:
 *
 *	sed -n 's/^OPT([A-Z]*, "\([^"]*\)".*$/"--\1"/p' src/front/options.def >dictionary
 *	tests/fuzz/options -close_fd_mask=2 -max_len=3000 -dict=dictionary FINDS \
 *		tests/fuzz/corpus/options
 */
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "playground.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct bytes words_of_lines(const uint8_t *data, size_t size)
{
	auto_free_ char *copy = xrealloc(NULL, size + 1);

	for (size_t i = 0; i < size; i++)
		copy[i] = data[i] == '\n' ? '\0' : (char)data[i];
	return playground_words(copy, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned mode = playground_mode(&data, &size, '\n');
	size_t count = 0;

	if (!mode)
		return 0;
	struct bytes bytes = words_of_lines(data, size);
	char **words = xrealloc(NULL, (bytes.size + 1) * sizeof(*words));
	for (size_t at = 0; at < bytes.size; at += strlen(bytes.data + at) + 1)
		words[count++] = bytes.data + at;
	words[count] = NULL;
	playground_open(&bytes);
	playground_parse(mode, words);
	free(words);
	free(bytes.data);
	return 0;
}
