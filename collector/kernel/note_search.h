/* SPDX-License-Identifier: GPL-2.0-or-later */
/* note_search.h - find vmcoreinfo in the kernel's memory, for a core without the note */
#ifndef KERNEL_NOTE_SEARCH_H
#define KERNEL_NOTE_SEARCH_H

#include "source/source.h"

/*
 * The kernel has its note in memory, at the start of a page. Search all memory of src until is_it()
 * returns true for the text of one, or has been asked a thousand times. Returns its physical
 * address, 0: none found. text is valid until is_it() returns.
 */
uint64_t note_search(struct source *src, struct view *v, bool (*is_it)(void *arg, struct blob text),
		     void *arg);

#endif
