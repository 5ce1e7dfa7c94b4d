/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * opening.h - how to open a saved dump: commands to type, and what they need
 *
 * What comes out goes to a terminal and from there into a root shell: paths are quoted, and
 * where one cannot be typed there is no command.
 */
#ifndef SYSTEMD_DUMPS_OPENING_H
#define SYSTEMD_DUMPS_OPENING_H

#include "systemd/dumps/debug_package.h"
#include "systemd/dumps/dump_info.h"
#include "systemd/dumps/target_access.h"

#define OPENING_STEPS_MAX 3
#define OPENING_LINE_MAX  (2 * CTL_PATH_MAX)

struct opening {
	char step[OPENING_STEPS_MAX][OPENING_LINE_MAX]; /* to be done first, in order */
	unsigned nr_steps;
	char crash[OPENING_LINE_MAX]; /* "" when the dump cannot be opened */
	char drgn[OPENING_LINE_MAX];
	char why[300];		      /* there is no command: the reason and the remedy */
	char caution[200];	      /* may be "" */
	struct vmlinux vmlinux;	      /* on this system */
	struct debug_package package; /* to be installed where that is none, or another */
	char debuginfod[200];	      /* the command that fetches it by build ID; "": no build ID */
	char build_id[41];
	bool has_crash; /* the program is installed */
};

/* root: of this system. The dump must have been read as far as dump_more() goes. */
void opening_find(const char *root, const struct dump *d, const struct target_access *p,
		  struct opening *out);

/* Lines for a person, under "Open" and "Debug". */
void opening_print(const struct opening *o);

/* The same for a program; freed by whoever gets it. */
struct json_object *opening_json(const struct opening *o);

#endif
