/* SPDX-License-Identifier: GPL-2.0-or-later */
/* temp_path.h - a file of one test's run: two runs at a time, of two users too, are no trouble */
#ifndef TEMP_PATH_H
#define TEMP_PATH_H

#include <stdio.h>
#include <unistd.h>

#define TEMP_PATH_MAX 96

/* The same path for the same name, as long as the process is the same. out is returned. */
static inline const char *temp_path(const char *name, char out[TEMP_PATH_MAX])
{
	snprintf(out, TEMP_PATH_MAX, "/tmp/kdump-test-%d-%.60s", (int)getpid(), name);
	return out;
}

#endif
