/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memmap.c - from mem_section to extents of struct pages
 *
 *     mem_section[]          root of 8-byte pointers (EXTREME), or the sections
 *       -> mem_section       one page full of struct mem_section
 *            section_mem_map    bits 63..n: &struct page of pfn 0, if the
 *                               section went on down to there; below: flags
 */
#include "filter/memmap.h"

#include "base/err.h"
#include "base/log.h"
#include "filter/sections.h"

#include <stdlib.h>
#include <string.h>

#define HAS_MAP 0x3u /* present, and with a mem_map */

/* Append, or lengthen the last extent when the struct pages go on in a row. */
static int add_section(struct memmap *m, const struct sections *g, uint64_t pfn, uint64_t va)
{
	struct memmap_extent *last = m->nr_extent ? &m->extent[m->nr_extent - 1] : NULL;

	if (last && last->first_pfn + last->nr == pfn &&
	    last->va + last->nr * g->page_size_bytes == va) {
		last->nr += g->section_pages;
		return 0;
	}
	if ((m->nr_extent & (m->nr_extent - 1)) == 0) { /* full at powers of two */
		size_t capacity = m->nr_extent ? m->nr_extent * 2 : 1;
		struct memmap_extent *more = realloc(m->extent, capacity * sizeof(*more));

		if (!more)
			return fail(-ENOMEM, "list of memory sections");
		m->extent = more;
	}
	m->extent[m->nr_extent++] = (struct memmap_extent){ pfn, g->section_pages, va };
	return 0;
}

/*
 * With vmemmap every section's coded pointer is the same; one that differs is
 * damaged, and the constant repairs it.
 */
static uint64_t section_base(const struct kernel *k, const struct sections *g, uint64_t word)
{
	if (known(k->layout.sym_vmemmap) && k->layout.sym_vmemmap != 0)
		return (uint64_t)k->layout.sym_vmemmap;
	return kernel_pointer(k, word & ~g->flag_mask);
}

static int take_section(const struct kernel *k, struct memmap *m, const struct sections *g,
			uint64_t nr, uint64_t word)
{
	uint64_t pfn = nr * g->section_pages, base, va;

	if ((word & HAS_MAP) != HAS_MAP)
		return 0;
	base = section_base(k, g, word);
	va = base + pfn * g->page_size_bytes;
	if (base != kernel_pointer(k, word & ~g->flag_mask))
		m->bad_sections++;
	if (va < 1ull << 63) {
		m->bad_sections++;
		return 0;
	}
	return add_section(m, g, pfn, va);
}

/* All sections of one root entry; if it is unreadable, all their pages are kept. */
static int take_root(const struct kernel *k, struct view *v, struct memmap *m,
		     const struct sections *g, uint64_t root)
{
	uint64_t at = g->root, first = root * g->per_root;
	uint64_t entry[512];

	if (g->extreme && (kernel_read(k, v, g->root + root * 8, &at, sizeof(at)) < 0 || at == 0))
		return 0;
	at = kernel_pointer(k, at);
	if (at < 1ull << 63)
		return -EFAULT;
	for (uint64_t i = 0; i < g->per_root && first + i < g->nr_sections; i++) {
		int rc;

		if (kernel_read(k, v, at + i * g->entry_size, entry, g->entry_size) < 0) {
			m->bad_sections++;
			continue;
		}
		rc = take_section(k, m, g, first + i, entry[g->map_at / 8]);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int take_roots(const struct kernel *k, struct view *v, struct memmap *m,
		      const struct sections *g)
{
	for (uint64_t root = 0; root * g->per_root < g->nr_sections; root++) {
		int rc = take_root(k, v, m, g, root);

		if (rc == -ENOMEM)
			return rc;
		if (rc < 0)
			m->bad_sections += g->per_root;
	}
	return 0;
}

/* What m has of an attempt before this one is forgotten. */
static int try_root(const struct kernel *k, struct view *v, struct memmap *m,
		    const struct sections *g)
{
	memmap_close(m);
	return take_roots(k, v, m, g);
}

static int try_shape(const struct kernel *k, struct view *v, const struct sections *shape,
		     struct memmap *m)
{
	struct sections g = *shape;
	uint64_t pointer;
	int rc = try_root(k, v, m, &g);

	if (rc < 0 || m->nr_extent > 0 || !g.extreme)
		return rc;
	/* In a vmcoreinfo from debuginfo this is the address of the variable, in the kernel's its
	 * value. */
	if (kernel_read(k, v, g.root, &pointer, sizeof(pointer)) < 0)
		return 0;
	g.root = pointer;
	return try_root(k, v, m, &g);
}

static bool as_recorded(const struct layout *l, const struct sections *g)
{
	return known_or(l->num_SECTION_SIZE_BITS, g->section_bits) == g->section_bits &&
	       known_or(l->num_MAX_PHYSMEM_BITS, g->physmem_bits) == g->physmem_bits;
}

static void report_shape(const struct kernel *k, const struct sections *shape)
{
	if (!as_recorded(&k->layout, shape))
		log_msg(LOG_ERROR,
			"vmcoreinfo has wrong sizes of memory sections; 2^%jd bytes in 2^%jd bytes "
			"of memory are taken instead",
			(intmax_t)shape->section_bits, (intmax_t)shape->physmem_bits);
}

/*
 * By the shape that vmcoreinfo tells, if nothing contradicts it and it leads to any section; or
 * else by the first with which the last frame of memory has a struct page, or with any section.
 */
static int open_sparse(const struct kernel *k, struct view *v, uint64_t max_pfn, struct memmap *m)
{
	struct sections shape[SECTIONS_SHAPES];
	unsigned nr, i = 0, best;
	int rc = sections_shapes(k, max_pfn, shape, &nr);

	for (best = nr; rc == 0 && i < nr; i++) {
		rc = try_shape(k, v, &shape[i], m);
		if (rc < 0 || m->nr_extent == 0)
			continue;
		if (shape[i].certain || (max_pfn > 0 && memmap_va(m, k, max_pfn - 1))) {
			report_shape(k, &shape[i]);
			return 0;
		}
		best = best < nr ? best : i;
	}
	if (rc < 0 || best == nr)
		return rc;
	report_shape(k, &shape[best]);
	return try_shape(k, v, &shape[best], m);
}

static int open_flat(const struct kernel *k, struct view *v, uint64_t max_pfn, struct memmap *m)
{
	uint64_t va;
	int rc = kernel_read(k, v, (uint64_t)k->layout.sym_mem_map, &va, sizeof(va));

	if (rc < 0)
		return fail(rc, "read mem_map");
	m->extent = malloc(sizeof(m->extent[0]));
	if (!m->extent)
		return fail(-ENOMEM, "list of memory");
	m->extent[m->nr_extent++] = (struct memmap_extent){ 0, max_pfn, va };
	return 0;
}

static void find_span(struct memmap *m, uint64_t page_size_bytes)
{
	m->va_start = UINT64_MAX;
	for (size_t i = 0; i < m->nr_extent; i++) {
		const struct memmap_extent *e = &m->extent[i];
		uint64_t end = e->va + e->nr * page_size_bytes;

		m->va_start = e->va < m->va_start ? e->va : m->va_start;
		m->va_end = end > m->va_end ? end : m->va_end;
	}
}

int memmap_open(const struct kernel *k, struct view *v, uint64_t max_pfn, struct memmap *out)
{
	int rc;

	*out = (struct memmap){ 0 };
	if (k->layout.size_page < 32 || k->layout.size_page > 512)
		return fail(-ENOENT, "vmcoreinfo has no size of struct page");
	if (known(k->layout.sym_mem_map))
		rc = open_flat(k, v, max_pfn, out);
	else
		rc = open_sparse(k, v, max_pfn, out);
	if (rc == 0 && out->nr_extent == 0)
		rc = fail(-EFAULT, "no section of mem_section is valid");
	if (rc < 0) {
		memmap_close(out);
		return rc;
	}
	find_span(out, (uint64_t)k->layout.size_page);
	if (out->bad_sections)
		log_msg(LOG_ERROR,
			"%ju memory sections are damaged; what can be saved of them "
			"is kept unfiltered",
			(uintmax_t)out->bad_sections);
	return 0;
}

void memmap_close(struct memmap *m)
{
	free(m->extent);
	*m = (struct memmap){ 0 };
}

uint64_t memmap_va(const struct memmap *m, const struct kernel *k, uint64_t pfn)
{
	for (size_t i = 0; i < m->nr_extent; i++) {
		const struct memmap_extent *e = &m->extent[i];

		if (pfn >= e->first_pfn && pfn - e->first_pfn < e->nr)
			return e->va + (pfn - e->first_pfn) * (uint64_t)k->layout.size_page;
	}
	return 0;
}

uint64_t memmap_learn_reserved(const struct memmap *m, const struct kernel *k, struct view *v,
			       const struct page_rules *r)
{
	uint64_t named = r->lru | r->private_ | r->swapcache | r->swapbacked | r->head |
			 r->hwpoison | r->slab;
	uint64_t common = (1u << 21) - 1; /* zone, node and section are above */
	uint64_t pa, left;

	if (!known(k->layout.sym__stext) ||
	    kernel_vtop(k, v, (uint64_t)k->layout.sym__stext, &pa, &left) < 0)
		return 0;
	for (unsigned i = 0; i < 16; i++) {
		uint64_t va = memmap_va(m, k, (pa >> k->page_shift) + i * 16);
		uint64_t flags;

		if (!va || kernel_read(k, v, va + (uint64_t)k->layout.off_page_flags, &flags,
				       sizeof(flags)) < 0)
			return 0;
		common &= flags;
	}
	if (common == 0 || (common & (common - 1)) || (common & named))
		return 0;
	return common;
}
