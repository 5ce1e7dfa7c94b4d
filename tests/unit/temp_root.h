/* SPDX-License-Identifier: GPL-2.0-or-later */
/* temp_root.h - a made-up root directory: files are put in, it is removed at the end */
#ifndef TEMP_ROOT_H
#define TEMP_ROOT_H

#include "systemd/files.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The root of the running test: root_new() makes it, root_drop() removes it with all in it. */
extern char temp_root[64];

void root_new(void);
void root_drop(void);

/* A file with this text; directories on the way are made. */
void root_put(const char *path, const char *text);

/* A shell script in bin/ of the root, which root_path() puts in front of PATH. */
void root_program(const char *name, const char *script);
void root_path(void);

/* fork(); what the child prints to standard error goes to /words of the root. It may end with 98.
 */
pid_t root_fork(void);

/* The content of a file of the root, in a static buffer; "" if it does not exist. */
const char *root_text(const char *path);

#endif
