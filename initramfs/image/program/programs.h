/* SPDX-License-Identifier: GPL-2.0-or-later */
/* programs.h - programs in the image, with all they need to run */
#ifndef INITRAMFS_IMAGE_PROGRAM_PROGRAMS_H
#define INITRAMFS_IMAGE_PROGRAM_PROGRAMS_H

#include "initramfs/image/builder.h"

/*
 * Add the program (or library) at this system path under the same image path,
 * with its ELF interpreter and libraries, or, for a script, as scripts.h
 * explains. A symbolic link goes in as a link with what it points
 * to. part is what it is counted as. -ENOENT when it or a library is not there,
 * -ENOEXEC when it is not a program, -EPERM as program_check_owner() has it, of libraries and
 * interpreters, too.
 */
int program_add(struct builder *b, enum tree_part part, const char *path);

/* The path of a name without a slash in the default directories, to be freed; other names stay. */
int program_find(const struct builder *b, const char *name, char **out);

/* program_add() of such a name. */
int program_add_name(struct builder *b, enum tree_part part, const char *name);

/*
 * A library by its soname ("libnss_files.so.2") with what it needs, for what is
 * only loaded by dlopen(). 0 if the system does not have it.
 */
int program_add_library(struct builder *b, enum tree_part part, const char *soname);

/*
 * What is in the image runs as root in the capture kernel: a user who may write to a file, or
 * replace it, owns the machine. -EPERM; the reason and the remedy are in fail_text().
 */
int program_check_owner(const struct builder *b, const char *path);

/*
 * Hooks, extra_bins, the external collector and a shell, as the configuration asks. by_distro:
 * without extra_bins and shell.
 */
int programs_gather(struct builder *b);

#endif
