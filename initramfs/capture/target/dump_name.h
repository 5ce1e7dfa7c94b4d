/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_name.h - names of dump directories: HOST-YYYY-MM-DD-HH:MM:SS, and -N behind when taken */
#ifndef INITRAMFS_CAPTURE_TARGET_DUMP_NAME_H
#define INITRAMFS_CAPTURE_TARGET_DUMP_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* By local time. host is cut to what fits and stripped of '/'. */
void dump_name_make(const char *host, time_t when, char *out, size_t room);

/* name, or for n > 1 name-n; false if it does not fit. */
bool dump_name_nth(const char *name, unsigned n, char *out, size_t room);

/* Is this a dump directory of that host? *stamp points to its date within name. */
bool dump_name_is(const char *name, const char *host, const char **stamp);

#endif
