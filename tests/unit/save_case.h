/* SPDX-License-Identifier: GPL-2.0-or-later */
/* save_case.h - a small core in memory that is saved into files of a new directory */
#ifndef SAVE_CASE_H
#define SAVE_CASE_H

#include "save.h"
#include "temp_dir.h"

struct fix;

struct save_case {
	char dir[TEMP_DIR_MAX];
	struct fix *f;
	int fd;
	struct save s;
	const char *core; /* path */
	struct progress progress;
	struct save_cfg cfg; /* with the progress alone */
	struct save_result r;
};

void save_case_open(struct save_case *m);

/* The directory must be empty: nothing may be left in it. */
void save_case_close(struct save_case *m);

#endif
