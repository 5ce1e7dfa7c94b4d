/* SPDX-License-Identifier: GPL-2.0-or-later */
/* programs.h - programs in the image, with all they need to run */
#ifndef BUILD_PROGRAMS_H
#define BUILD_PROGRAMS_H

#include "initramfs/build/builder.h"

/*
 * Add the program (or library) at this system path under the same image path,
 * with its ELF interpreter and libraries, or, for a script, with the interpreter
 * that its first line names. A symbolic link goes in as a link with what it points
 * to. part is what it is counted as. -ENOENT when it or a library is not there,
 * -ENOEXEC when it is no program.
 */
int program_add(struct builder *b, enum tree_part part, const char *path);

/* The same, for a name that is looked up in the usual directories if it has no slash. */
int program_add_name(struct builder *b, enum tree_part part, const char *name);

/*
 * A library by its soname ("libnss_files.so.2") with what it needs, for what is
 * only loaded by dlopen(). 0 if the system does not have it.
 */
int program_add_library(struct builder *b, enum tree_part part, const char *soname);

/* Hooks, extra_bins, the external collector and a shell, as the configuration asks. */
int programs_gather(struct builder *b);

#endif
