/* SPDX-License-Identifier: GPL-2.0-or-later */
/* blocked.c - a process in state D whose user stack is known: wait_for_child < third < second <
 * first */
#include <unistd.h>

/* The parent of a vfork() waits uninterruptibly until its child ends, and this one does not. */
static __attribute__((noinline)) int wait_for_child(volatile int *depth)
{
	if (vfork() == 0)
		for (;;)
			pause();
	return ++*depth;
}

static __attribute__((noinline)) int third(volatile int *depth)
{
	return wait_for_child(depth) + 1;
}

static __attribute__((noinline)) int second(volatile int *depth)
{
	return third(depth) + 1;
}

static __attribute__((noinline)) int first(volatile int *depth)
{
	return second(depth) + 1;
}

int main(void)
{
	volatile int depth = 0;

	return first(&depth);
}
