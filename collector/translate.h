/* SPDX-License-Identifier: GPL-2.0-or-later */
/* translate.h - where a virtual address of the crashed kernel lies */
#ifndef TRANSLATE_H
#define TRANSLATE_H

#include "cli/options.h"
#include "save.h"

/*
 * Print a line: the physical address of va, its page frame, and whether the input has it. False,
 * with a line that says why, if it has none.
 */
bool translate(struct save *s, uint64_t va);

/* --vtop without a dump: open the input, translate, close it. */
enum exit_code translate_only(const struct options *o);

#endif
