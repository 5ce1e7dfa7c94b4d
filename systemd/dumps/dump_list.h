/* SPDX-License-Identifier: GPL-2.0-or-later */
/* dump_list.h - all dumps on a target */
#ifndef SYSTEMD_DUMPS_DUMP_LIST_H
#define SYSTEMD_DUMPS_DUMP_LIST_H

#include "systemd/dumps/dump_info.h"
#include "systemd/dumps/target_access.h"

#include <stdbool.h>
#include <stddef.h>

#define DUMPS_MAX 1000 /* dumps read of one target */

struct dumps {
	struct dump *dump; /* sorted by time, newest first */
	size_t nr;
	bool cut; /* there are more than DUMPS_MAX, or than a server may send, which were not read
		   */
	const struct seal_identities *ids; /* borrowed: opens encrypted files; NULL: none is */
};

/* Read the dumps of an open target. No dump: 0 and an empty list. Call dumps_free() in any case. */
int dumps_read(const struct target_access *p, struct dumps *out);

/*
 * Read more of a dump's core if the first bytes were not enough. p is open. On an error the message
 * names the file and the dump is unchanged.
 */
int dumps_more(const struct target_access *p, struct dump *d);

#define DUMP_REPORT_MAX (256u << 10) /* bytes of a report that are shown */

/*
 * The dump's report of the crash as text, to be freed with dumps_report_free(); NULL if it has
 * none, or an encrypted one for which no key was given. p is open. Untrusted: print it with
 * print_safe(), line by line.
 */
int dumps_report(const struct target_access *p, const struct dump *d, char **text);

/* Wipes it: it may have been encrypted. NULL is fine. */
void dumps_report_free(char *text);

void dumps_free(struct dumps *d);

/* By name, by number in the list (from 1), or "last". NULL: no such dump. */
const struct dump *dumps_find(const struct dumps *d, const char *name);

/*
 * Parse what the command below prints on a server, one record per file:
 *     "F SIZE MTIME LENGTH NAME\n" and LENGTH bytes of the file "DIR/FILE"
 * The text is untrusted; a malformed record ends the list.
 */
int dumps_parse(const char *text, size_t len, struct dumps *out);

/*
 * The shell command that writes it, for a directory; in a buffer of size bytes. sealed: with the
 * bytes of encrypted files, which are no use without a key. -E2BIG.
 */
int dumps_command(const char *dir, bool sealed, char *out, size_t size);

/* 'quoted' for a POSIX shell. */
int dumps_quote(const char *text, char *out, size_t size);

#endif
