/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sections.h - the shapes that mem_section can have in the crashed kernel */
#ifndef FILTER_SECTIONS_H
#define FILTER_SECTIONS_H

#include "kernel/kernel.h"

struct sections {
	int64_t section_bits;	  /* a section has 2^this bytes ... */
	int64_t physmem_bits;	  /* ... and all memory at most 2^this */
	uint64_t root;		  /* va of the root array */
	uint64_t section_pages;	  /* frames in a section */
	uint64_t nr_sections;	  /* below max_pfn */
	uint64_t per_root;	  /* sections a root entry stands for */
	uint64_t entry_size;	  /* of struct mem_section */
	uint64_t map_at;	  /* of section_mem_map in it */
	uint64_t flag_mask;	  /* bits of section_mem_map that are flags */
	uint64_t page_size_bytes; /* sizeof(struct page) */
	bool extreme;		  /* a root entry is a pointer to sections */
	bool certain;		  /* as vmcoreinfo tells it, and nothing contradicts it */
};

#define SECTIONS_SHAPES 10 /* at most */

/*
 * The likeliest first: by what vmcoreinfo says; then, as it may be damaged, by what the
 * architecture has and what the length of mem_section asks for. *nr: how many there are, at least
 * one. -ENOENT: vmcoreinfo has no mem_section; -EBADMSG: no shape is possible.
 */
int sections_shapes(const struct kernel *k, uint64_t max_pfn, struct sections out[SECTIONS_SHAPES],
		    unsigned *nr);

#endif
