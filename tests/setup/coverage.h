/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * coverage.h - counts of a process that ends with _exit()
 *
 * Included in front of every source of a coverage build. Counters are written by exit() alone, and
 * most processes of a capture are forked and end with _exit().
 */
#ifndef TESTS_SETUP_COVERAGE_H
#define TESTS_SETUP_COVERAGE_H

#include <unistd.h>

void __gcov_dump(void);

static inline void __attribute__((noreturn)) coverage_exit(int status)
{
	__gcov_dump();
	_exit(status);
}

#define _exit coverage_exit

#endif
