/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_loads.c - repair one damaged field of a PT_LOAD header
 *
 * The kernel lays the segments of /proc/vmcore out one behind the other, in the order of their
 * headers, each from a page border on:
 *
 *     headers, notes | load 0 | load 1 | load 2 |        <- end of file
 *                             ^ off    ^ off
 *
 * So the end of the segment before and the start of the one behind both say where a segment
 * starts, and how long it is. A field is changed only where both agree against it: a core in
 * another order is left alone. A physical address is checked by the kernel image: it has a header
 * of its own, and the header of its RAM leads to the same bytes at another place of the file.
 */
#include "source/elf_loads.h"

#include "base/err.h"
#include "base/log.h"

#include <inttypes.h>
#include <string.h>

#define PAGE	 UINT64_C(4096)
#define NR_PROBE 16

static uint64_t page_up(uint64_t n)
{
	return n > UINT64_MAX - PAGE ? UINT64_MAX & ~(PAGE - 1) : (n + PAGE - 1) & ~(PAGE - 1);
}

static uint64_t length(const struct elf_load *p)
{
	return p->filesz < p->memsz ? p->filesz : p->memsz;
}

static uint64_t end_of(const struct elf_load *p)
{
	return p->off > UINT64_MAX - length(p) ? UINT64_MAX : p->off + length(p);
}

/* Where the segment before i ends, as a page border. */
static uint64_t floor_of(const struct elf_loads *l, size_t i)
{
	return page_up(i == 0 ? l->data_start : end_of(&l->load[i - 1]));
}

/* Where the one behind i starts, or the file ends. */
static uint64_t ceiling_of(const struct infile *in, const struct elf_loads *l, size_t i)
{
	return (i + 1 == l->nr ? in->size : l->load[i + 1].off) & ~(PAGE - 1);
}

/* Does [start, end) of the file belong to nobody but load i? */
static bool is_free(const struct infile *in, const struct elf_loads *l, size_t i, uint64_t start,
		    uint64_t end)
{
	if (start < l->data_start || end > page_up(in->size))
		return false;
	for (size_t k = 0; k < l->nr; k++) {
		if (k != i && l->load[k].off < end && end_of(&l->load[k]) > start)
			return false;
	}
	return true;
}

static bool repair_off(const struct infile *in, struct elf_loads *l, size_t i)
{
	struct elf_load *p = &l->load[i];
	uint64_t floor = floor_of(l, i), off = floor + p->pa % PAGE;

	if (p->off == off || page_up(off + length(p)) != ceiling_of(in, l, i) ||
	    !is_free(in, l, i, off, off + length(p)) || is_free(in, l, i, p->off, end_of(p)))
		return false;
	log_msg(LOG_ERROR,
		"program header of memory at %#" PRIx64 ": offset %#" PRIx64 " is damaged; the "
		"segments before and behind leave only %#" PRIx64,
		p->pa, p->off, off);
	p->off = off;
	return true;
}

static bool repair_size(const struct infile *in, struct elf_loads *l, size_t i)
{
	struct elf_load *p = &l->load[i];
	uint64_t ceiling = ceiling_of(in, l, i), longer;

	longer = p->filesz > p->memsz ? p->filesz : p->memsz;
	if (p->filesz == p->memsz || p->off != floor_of(l, i) + p->pa % PAGE || longer > ceiling ||
	    page_up(p->off + longer) != ceiling)
		return false;
	log_msg(LOG_ERROR,
		"program header of memory at %#" PRIx64 ": sizes %#" PRIx64 " and %#" PRIx64
		" differ, and the file has room for the larger one; it is taken",
		p->pa, p->filesz, p->memsz);
	p->filesz = p->memsz = longer;
	return true;
}

/* The same bytes, read by two headers; 0 bytes prove nothing. */
static bool probe(const struct infile *in, uint64_t a, uint64_t b, bool *content)
{
	static const char zeros[256];
	char x[sizeof(zeros)], y[sizeof(zeros)];

	if (infile_read(in, x, sizeof(x), a) < 0 || infile_read(in, y, sizeof(y), b) < 0) {
		fail_clear();
		return false;
	}
	*content |= memcmp(x, zeros, sizeof(x)) != 0;
	return memcmp(x, y, sizeof(x)) == 0;
}

/* Has a the same bytes as b at some places of the memory [start, end) that both name? */
static bool same_bytes(const struct infile *in, const struct elf_load *a, const struct elf_load *b,
		       uint64_t start, uint64_t end)
{
	uint64_t step = (end - start) / NR_PROBE;
	bool content = false;

	for (uint64_t n = 0; n < NR_PROBE; n++) {
		uint64_t at = start + n * step;

		if (!probe(in, a->off + (at - a->pa), b->off + (at - b->pa), &content))
			return false;
	}
	return content;
}

/* Is image's memory part of ram's, and do the two lead to the same bytes? */
static bool agree(const struct infile *in, const struct elf_load *ram, const struct elf_load *image)
{
	uint64_t len = length(image);

	return len >= PAGE * NR_PROBE && len <= length(ram) && image->pa >= ram->pa &&
	       image->pa - ram->pa <= length(ram) - len &&
	       same_bytes(in, ram, image, image->pa, image->pa + len);
}

/* Does another address, at the distance of load k, make load i agree with the image? */
static bool move_pa(const struct infile *in, struct elf_loads *l, size_t i, size_t k)
{
	struct elf_load *ram = &l->load[i], moved = *ram;

	moved.pa = ram->va - (l->load[k].va - l->load[k].pa);
	if (ram->va == 0 || !agree(in, &moved, &l->load[0]))
		return false;
	log_msg(LOG_ERROR,
		"program header of memory at %#" PRIx64 ": the address is damaged; the kernel "
		"image says it is %#" PRIx64,
		ram->pa, moved.pa);
	*ram = moved;
	return true;
}

/* The first header is the image's. All RAM is mapped at one distance, the image at another. */
static bool repair_pa(const struct infile *in, struct elf_loads *l)
{
	for (size_t i = 1; i < l->nr; i++) {
		if (agree(in, &l->load[i], &l->load[0]))
			return false;
	}
	for (size_t i = 1; i < l->nr; i++) {
		for (size_t k = 1; k < l->nr; k++) {
			if (k != i && move_pa(in, l, i, k))
				return true;
		}
	}
	return false;
}

/* With more headers, comparing each with each would take too long. */
#define NR_COMPARED 1024

size_t elf_loads_repair(const struct infile *in, struct elf_loads *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->nr; i++)
		n += repair_off(in, l, i) || repair_size(in, l, i);
	if (l->nr <= NR_COMPARED)
		n += repair_pa(in, l);
	return n;
}
