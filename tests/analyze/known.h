/* SPDX-License-Identifier: GPL-2.0-or-later */
/* known.h - for gcc -fanalyzer, before each source: fail() and its kin return their first argument
 */
#ifndef ANALYZE_KNOWN_H
#define ANALYZE_KNOWN_H

#include "base/err.h"

/* Across files the analyzer sees no more of a function than what its header says. */
#define fail(rc, ...)	    ((void)(fail)((rc), __VA_ARGS__), (rc))
#define fail_set(rc, ...)   ((void)(fail_set)((rc), __VA_ARGS__), (rc))
#define fail_adopt(rc, msg) ((void)(fail_adopt)((rc), (msg)), (rc))

#endif
