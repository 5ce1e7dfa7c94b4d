/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * environ.h - reduce the environment of a program that root runs
 *
 * Variables choose code: PYTHONPATH, PERL5LIB, LD_PRELOAD, BASH_ENV, GCONV_PATH, a PATH with ".".
 * What a program and its children do as root must not depend on the shell or the directory that it
 * was started from. So only variables on a list are kept, and every child, whoever starts it,
 * inherits what is left.
 */
#ifndef BASE_ENVIRON_H
#define BASE_ENVIRON_H

#include <stdbool.h>

/* PATH of a system, for ENVIRON_SYSTEM_PATH and for an environment without one. */
#define ENVIRON_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

enum environ_path {
	ENVIRON_SYSTEM_PATH,   /* PATH becomes ENVIRON_PATH */
	ENVIRON_ABSOLUTE_PATH, /* the absolute directories of PATH are kept */
};

/*
 * Call it first in main(), before there are threads. Replaces environ; the old strings stay valid.
 * 0 or -ENOMEM, and then the environment is empty except for PATH=ENVIRON_PATH.
 */
int environ_reduce(enum environ_path path);

/* Is a variable of this name kept? PATH is, as described above. */
bool environ_keeps(const char *name);

#endif
