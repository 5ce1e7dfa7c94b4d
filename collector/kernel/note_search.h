/* SPDX-License-Identifier: GPL-2.0-or-later */
/* note_search.h - vmcoreinfo of a core that has none, out of the kernel's own memory */
#ifndef KERNEL_NOTE_SEARCH_H
#define KERNEL_NOTE_SEARCH_H

#include "source/source.h"

/*
 * The kernel keeps its note ready in memory, at the start of a page. Look through all memory that
 * src holds, until is_it says yes to the text of one. Returns where it lies, 0: none found. text is
 * good until is_it() returns.
 */
uint64_t note_search(struct source *src, struct view *v, bool (*is_it)(void *arg, struct blob text),
		     void *arg);

#endif
