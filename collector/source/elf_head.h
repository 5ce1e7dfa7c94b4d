/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_head.h - the first header of an ELF core, made anew where the program headers contradict it
 *
 * The 64 bytes in front hold nothing that a kernel's core does not say again: the program headers
 * follow at once, the first of them is of notes, and there are no sections.
 */
#ifndef SOURCE_ELF_HEAD_H
#define SOURCE_ELF_HEAD_H

#include "source/infile.h"

/*
 * Is the header damaged? Then *image is header and program headers as they should be, *len bytes
 * that are the caller's to free(), and it is logged. *image is NULL where the header is sound, or
 * nothing can be made of the file. -ENOMEM. Any thread.
 */
int elf_head_rebuild(const struct infile *in, char **image, size_t *len);

#endif
