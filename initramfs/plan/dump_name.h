/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump_name.h - names of dump directories: HOST-YYYY-MM-DD-HH:MM:SS, with -N appended if it is
 * taken; the name of the status in each
 */
#ifndef INITRAMFS_PLAN_DUMP_NAME_H
#define INITRAMFS_PLAN_DUMP_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define DUMP_STATUS_FILE "kdump-status.json" /* its content: initramfs/capture/status.h */

/* Make the name, in local time. host is cut to fit, and '/' in it becomes '_'. */
void dump_name_make(const char *host, time_t when, char *out, size_t size);

/* Write name, or for n > 1 name-n, to out; false if it does not fit. */
bool dump_name_nth(const char *name, unsigned n, char *out, size_t size);

/*
 * Has it the form of a dump directory's name, of whatever host? *stamp points to its date within
 * name.
 */
bool dump_name_has_date(const char *name, const char **stamp);

#endif
