/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_list.h - all dumps that lie on a target */
#ifndef SYSTEMD_DUMPS_DUMP_LIST_H
#define SYSTEMD_DUMPS_DUMP_LIST_H

#include "systemd/dumps/dump_info.h"
#include "systemd/dumps/target_access.h"

#include <stddef.h>

#define DUMPS_MAX 1000 /* directories looked at; a target with more is no dump target */

struct dumps {
	struct dump *dump; /* by time, newest first */
	size_t nr;
};

/* Look at an open place. Nothing there: 0 and none. dumps_free() in any case. */
int dumps_read(const struct target_access *p, struct dumps *out);

/*
 * Of a dump of an open place: the beginning of its core, where the list's first bytes left
 * something open. Words name the file; the dump is as before then.
 */
int dumps_more(const struct target_access *p, struct dump *d);

void dumps_free(struct dumps *d);

/* By name, or by its number in the list from 1, or "last". NULL: none such. */
const struct dump *dumps_find(const struct dumps *d, const char *name);

/*
 * The text a server writes for us, one record per file:
 *     "F SIZE MTIME LENGTH NAME\n" and LENGTH bytes of the file "DIR/FILE"
 * Any bytes; what cannot be understood ends it.
 */
int dumps_parse(const char *text, size_t len, struct dumps *out);

/* The shell command that writes it, for a directory; in a buffer of room bytes. -E2BIG. */
int dumps_command(const char *dir, char *out, size_t room);

/* 'quoted' for a POSIX shell. */
int dumps_quote(const char *text, char *out, size_t room);

#endif
