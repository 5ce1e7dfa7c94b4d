/* SPDX-License-Identifier: GPL-2.0-or-later */
/* input.h - open a core, whatever its form */
#ifndef INPUT_H
#define INPUT_H

#include "source/source.h"

/*
 * ELF core, or a flattened stream that holds one: that is first put in order
 * in an unnamed file in $TMPDIR or /var/tmp. -ENOTSUP for forms that are known
 * but cannot be read yet. Messages name path.
 */
int input_open(const char *path, struct source **out);

#endif
