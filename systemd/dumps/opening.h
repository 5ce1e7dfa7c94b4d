/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * opening.h - how to open a saved dump: the commands and what they need
 *
 * The commands are copied from a terminal into a root shell: paths are quoted, and a path that
 * cannot be typed gives no command.
 */
#ifndef SYSTEMD_DUMPS_OPENING_H
#define SYSTEMD_DUMPS_OPENING_H

#include "systemd/dumps/debug_package.h"
#include "systemd/dumps/dump_info.h"
#include "systemd/dumps/target_access.h"

#define OPENING_STEPS_MAX 3
#define OPENING_LINE_MAX  (2 * CTL_PATH_MAX)

struct opening {
	char step[OPENING_STEPS_MAX][OPENING_LINE_MAX]; /* commands to run first, in order */
	unsigned nr_steps;
	char crash[OPENING_LINE_MAX]; /* the crash command; "" if the dump cannot be opened */
	char drgn[OPENING_LINE_MAX];
	char why[MESSAGE_MAX];	      /* why there is no command, and the remedy */
	char caution[MESSAGE_MAX];    /* may be "" */
	struct vmlinux vmlinux;	      /* on this system */
	struct debug_package package; /* to install if vmlinux is missing or of another build */
	char debuginfod[200];	      /* the command that fetches it by build ID; "": no build ID */
	char build_id[41];
	bool has_crash; /* the program is installed */
};

/* root: of this system. Call dump_more() before, if info.more is set. */
void opening_find(const char *root, const struct dump *d, const struct target_access *p,
		  struct opening *out);

/* Lines for a person, under "Open" and "Debug". */
void opening_print(const struct opening *o);

/* The same as JSON; the caller releases it. */
struct json_object *opening_json(const struct opening *o);

#endif
