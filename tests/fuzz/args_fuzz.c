/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * args_fuzz.c - any bytes that --args reads become a plan or an error
 *
 * After the first word, "bwrap\0", the input is the blob as it is. With clang and --enable-fuzzing:
 *
 *	tests/fuzz/args -close_fd_mask=2 -max_len=3000 FINDS tests/fuzz/corpus/args
 */
#include <stdlib.h>

#include "playground.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char option[] = "--args", number[] = PLAYGROUND_TEXT, command[] = "true";
	char *words[] = { option, number, command, NULL };
	unsigned mode = playground_mode(&data, &size, '\0');

	if (!mode)
		return 0;
	struct bytes bytes = playground_words((const char *)data, size);
	playground_open(&bytes);
	playground_parse(mode, words);
	free(bytes.data);
	return 0;
}
