/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_crossing.c - memory that QEMU saved, and named in part only
 *
 * With "paging" QEMU writes a header for each run of mapped memory, and cuts its size in the file
 * at the end of a RAM block, of which a guest with several NUMA nodes has several. The rest of the
 * run is in the file, as the next block lies behind, but no header says so:
 *
 *     file      | block 0           | block 1           |
 *     header    |===================:- - - - - - - - - -|    =: p_filesz   -: the rest of p_memsz
 *     others           |==|            |==|   |==|  |==|     same distance of address and offset
 *
 * Other headers name pieces of that rest. If all of them, and not only a few, have the distance of
 * address and offset that this header has, the rest is where it should be.
 */
#include "source/elf_loads.h"

#include "base/log.h"

#include <inttypes.h>

#define WITNESSES 8		      /* so many pieces of the rest are proof */
#define WORK_MAX  (UINT64_C(1) << 26) /* headers looked at; a file of another writer may be odd */

/* Does load p name a piece of the memory [start, end)? */
static bool names_piece(const struct elf_load *p, uint64_t start, uint64_t end)
{
	return p->filesz > 0 && p->filesz == p->memsz && p->pa >= start && p->pa < end &&
	       p->filesz <= end - p->pa;
}

static bool is_crossing(const struct infile *in, const struct elf_loads *l,
			const struct elf_load *cut)
{
	uint64_t start = cut->pa + cut->filesz, end = cut->pa + cut->memsz;
	unsigned witnesses = 0;

	if (cut->filesz == 0 || start < cut->pa || end <= start || cut->off > in->size ||
	    cut->memsz > in->size - cut->off)
		return false;
	for (size_t i = 0; i < l->nr; i++) {
		const struct elf_load *p = &l->load[i];

		if (!names_piece(p, start, end))
			continue;
		if (p->pa - p->off != cut->pa - cut->off)
			return false;
		witnesses++;
	}
	return witnesses >= WITNESSES;
}

size_t elf_loads_complete(const struct infile *in, struct elf_loads *l)
{
	uint64_t nr_cut = 0;
	size_t n = 0;

	for (size_t i = 0; i < l->nr; i++)
		nr_cut += l->load[i].filesz < l->load[i].memsz;
	if (nr_cut > WORK_MAX / (l->nr + 1))
		return 0;
	for (size_t i = 0; nr_cut > 0 && i < l->nr; i++) {
		struct elf_load *p = &l->load[i];

		if (p->filesz >= p->memsz || !is_crossing(in, l, p))
			continue;
		log_msg(LOG_COMMON,
			"program header of memory at %#" PRIx64 ": the file has all %#" PRIx64
			" bytes, not only %#" PRIx64 " of them",
			p->pa, p->memsz, p->filesz);
		p->filesz = p->memsz;
		n++;
	}
	return n;
}
