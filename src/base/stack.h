/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stack.h - what a child that shared our memory leaves on the stack it had
 */
#pragma once

#include "config.h"

#include <stddef.h>

#ifdef SANITIZERS

void __asan_unpoison_memory_region(const volatile void *address, size_t size);

/*
 * AddressSanitizer marks what lies between the variables of a function until that returns. A child
 * that executes a program never does, and the marks would be taken for ours.
 */
static inline void stack_forget(const char *stack, size_t size)
{
	__asan_unpoison_memory_region(stack, size);
}

#else

static inline void stack_forget(const char *stack, size_t size)
{
	(void)stack;
	(void)size;
}

#endif
