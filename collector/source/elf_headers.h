/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_headers.h - the program headers of an ELF core
 *
 *     read  ->  fields  ->  fini
 */
#ifndef SOURCE_ELF_HEADERS_H
#define SOURCE_ELF_HEADERS_H

#include "source/infile.h"
#include "source/source.h"

/* Physical memory that the file holds: [pa.start, pa.end) from off on. */
struct elf_segment {
	struct span pa;
	uint64_t off;
};

struct elf_headers {
	uint16_t machine;
	uint64_t file_size;
	struct elf_segment *segment; /* sorted by pa, disjoint */
	size_t nr_segment;
	struct span *ram; /* sorted, disjoint */
	size_t nr_ram;
	struct va_hint *hint;
	size_t nr_hint;
	struct elf_note_at {
		uint64_t off, len;
	} *note; /* PT_NOTE segments, in order */
	size_t nr_note;
	bool cut_short;
	bool incomplete; /* its writer says so */
};

/*
 * -ENOEXEC: not an ELF core, or damaged headers. in stays the caller's.
 * Memory grows with the number of program headers.
 */
int elf_headers_read(const struct infile *in, struct elf_headers *out);
void elf_headers_fini(struct elf_headers *h);

/*
 * Drop or shorten headers that can only be damaged, before the lists are merged; logged. Returns
 * how many program headers those were. See elf_plausible.c.
 */
size_t elf_headers_drop_implausible(struct elf_headers *h);

#endif
