/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * filters.c - fixed seccomp filters, compiled while the program is built
 *
 *	filters NAME >file
 *
 * prints the filter's instructions as bytes for a C array, for this architecture and the others
 * that its kernel runs. So a launch loads a filter as it is, without libseccomp.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The other architectures of a kernel for this one. */
static int add_architectures(scmp_filter_ctx filter)
{
#if defined(__x86_64__)
	static const uint32_t others[] = { SCMP_ARCH_X86, SCMP_ARCH_X32 };
#elif defined(__aarch64__)
	static const uint32_t others[] = { SCMP_ARCH_ARM };
#elif defined(__mips64)
	static const uint32_t others[] = { SCMP_ARCH_MIPS, SCMP_ARCH_MIPS64N32 };
#elif defined(__s390x__)
	static const uint32_t others[] = { SCMP_ARCH_S390 };
#else
	static const uint32_t others[] = { SCMP_ARCH_NATIVE };
#endif
	for (size_t i = 0; i < COUNT(others); i++) {
		int r = seccomp_arch_add(filter, others[i]);

		if (r < 0 && r != -EEXIST)
			return r;
	}
	return 0;
}

/* Calls that give a file to somebody do nothing, and say that they did it. */
static int fake_chown(scmp_filter_ctx filter)
{
	static const char *const calls[] = { "chown",  "chown32",  "fchown",  "fchown32",
					     "lchown", "lchown32", "fchownat" };

	for (size_t i = 0; i < COUNT(calls); i++) {
		int number = seccomp_syscall_resolve_name(calls[i]);
		int r = number == __NR_SCMP_ERROR
				? 0
				: seccomp_rule_add(filter, SCMP_ACT_ERRNO(0), number, 0);

		if (r < 0)
			return r;
	}
	return 0;
}

static int print(scmp_filter_ctx filter)
{
	FILE *file = tmpfile();
	int byte, column = 0;

	if (!file || seccomp_export_bpf(filter, fileno(file)) < 0)
		return -1;
	rewind(file);
	while ((byte = getc(file)) != EOF)
		printf("%d,%s", byte, ++column % 16 ? "" : "\n");
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}

int main(int argc, char **argv)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (argc != 2 || strcmp(argv[1], "fake-chown") != 0 || !filter)
		return 1;
	if (add_architectures(filter) < 0 || fake_chown(filter) < 0 || print(filter) < 0)
		return 1;
	seccomp_release(filter);
	return 0;
}
