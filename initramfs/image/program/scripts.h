/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scripts.h - what a script needs to run: its interpreter, and the modules that it imports */
#ifndef INITRAMFS_IMAGE_PROGRAM_SCRIPTS_H
#define INITRAMFS_IMAGE_PROGRAM_SCRIPTS_H

#include "initramfs/image/program/programs.h"

/*
 * Add the needs of the script at this system path (links resolved). line is the text of its first
 * line after "#!"; it is changed. python and perl are asked themselves which modules the script
 * imports; those go in with their libraries. -ENOEXEC when no interpreter is named or it could
 * not tell, -ENOENT when something imported is not on the system, -EOPNOTSUPP for a language
 * whose modules cannot be listed.
 */
int script_add_needs(struct builder *b, enum tree_part part, char *line, const char *path);

/*
 * Programs for those interpreters, called with the script's path. They print what the image needs:
 *
 *     file PATH | dir PATH | missing NAME      each on a line of its own
 */
extern const char script_python[], script_perl[];

#endif
