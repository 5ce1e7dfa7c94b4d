/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_layout.h - offsets of the parts of an ELF core, and its runs of kept pages
 *
 *     open  ->  fields, elf_layout_runs ...  ->  close
 *
 * The file is: ELF header; one section header if there are too many program headers for e_phnum;
 * program headers; notes; from a page boundary on, all kept pages by frame.
 */
#ifndef OUTPUT_ELF_LAYOUT_H
#define OUTPUT_ELF_LAYOUT_H

#include "output/format.h"

struct elf_zone;

struct elf_layout {
	uint64_t page;	       /* bytes */
	struct elf_zone *zone; /* sorted by frame; all frames are in one at least */
	size_t nr_zone;
	uint64_t nr_phdr;
	uint64_t phdr_off;
	uint64_t notes_off;
	uint64_t data_off;
};

/* Kept frames in a row, all in one piece of virtual memory. */
struct elf_run {
	uint64_t pfn, nr;
	uint64_t rank; /* of the first: pages kept before it */
	uint64_t va;   /* 0: it has none */
};

/* -EINVAL if such a core cannot be; -ENOMEM. */
int elf_layout_open(struct elf_layout *l, const struct dump_info *info);
void elf_layout_close(struct elf_layout *l);

/* Call fn for each run, by frame within a piece of virtual memory. fn < 0 ends it. */
int elf_layout_runs(const struct elf_layout *l, const struct dump_info *info,
		    int (*fn)(void *arg, const struct elf_run *run), void *arg);

#endif
