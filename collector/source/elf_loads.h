/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_loads.h - PT_LOAD headers as the file has them, and the repair of one damaged field
 */
#ifndef SOURCE_ELF_LOADS_H
#define SOURCE_ELF_LOADS_H

#include "source/infile.h"

/* One PT_LOAD, in the order of the headers; the fields are those of Elf64_Phdr. */
struct elf_load {
	uint64_t off;
	uint64_t va;
	uint64_t pa;
	uint64_t filesz;
	uint64_t memsz;
};

struct elf_loads {
	struct elf_load *load; /* owned by the caller */
	size_t nr;
	uint64_t data_start; /* offset in the file where headers and notes end */
};

/*
 * Repair what a whole core contradicts in two ways; see elf_loads.c. Each repair is logged. in is
 * read at a few places, only where headers name the same memory twice. Returns how many headers
 * were repaired.
 */
size_t elf_loads_repair(const struct infile *in, struct elf_loads *l);

/*
 * Take memory as part of the file that other headers prove to be in it; see elf_crossing.c. Nothing
 * is read. Returns how many headers have more bytes now.
 */
size_t elf_loads_complete(const struct infile *in, struct elf_loads *l);

#endif
