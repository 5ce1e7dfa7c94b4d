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

#include <stdlib.h>
#include <string.h>

#define HAS_MAP	     0x3u /* present, and with a mem_map */
#define MAX_SECTIONS (1ull << 27)

struct geometry {
	uint64_t root;		  /* va of the root array */
	uint64_t section_pages;	  /* frames in a section */
	uint64_t nr_sections;	  /* below max_pfn */
	uint64_t per_root;	  /* sections a root entry stands for */
	uint64_t entry_size;	  /* of struct mem_section */
	uint64_t map_at;	  /* of section_mem_map in it */
	uint64_t flag_mask;	  /* bits of section_mem_map that are flags */
	uint64_t page_size_bytes; /* sizeof(struct page) */
	bool extreme;
};

static bool plausible(const struct layout *l)
{
	return known(l->sym_mem_section) && l->size_mem_section > 0 &&
	       l->size_mem_section <= 4096 && l->off_mem_section_section_mem_map >= 0 &&
	       l->off_mem_section_section_mem_map + 8 <= l->size_mem_section;
}

static int find_geometry(const struct kernel *k, uint64_t max_pfn, struct geometry *g)
{
	const struct layout *l = &k->layout;
	int64_t section_bits = known_or(l->num_SECTION_SIZE_BITS, k->section_bits);
	int64_t physmem_bits = known_or(l->num_MAX_PHYSMEM_BITS, k->physmem_bits);
	uint64_t all, shift, root_entries;

	if (!plausible(l))
		return fail(-ENOENT, "vmcoreinfo has no address of mem_section");
	if (section_bits < k->page_shift || section_bits > 40 || physmem_bits < section_bits ||
	    physmem_bits > 60)
		return fail(-EBADMSG, "sections of 2^%jd bytes in 2^%jd bytes of memory",
			    (intmax_t)section_bits, (intmax_t)physmem_bits);
	shift = (uint64_t)section_bits - k->page_shift;
	all = 1ull << (physmem_bits - section_bits);
	*g = (struct geometry){
		.root = (uint64_t)l->sym_mem_section,
		.section_pages = 1ull << shift,
		.nr_sections = (max_pfn + (1ull << shift) - 1) >> shift,
		.per_root = (1ull << k->page_shift) / (uint64_t)l->size_mem_section,
		.entry_size = (uint64_t)l->size_mem_section,
		.map_at = (uint64_t)l->off_mem_section_section_mem_map,
		/* The kernel keeps its flags below the section's alignment. */
		.flag_mask = (1ull << (shift < 12 ? shift : 12)) - 1,
		.page_size_bytes = (uint64_t)l->size_page,
	};
	root_entries = (all + g->per_root - 1) / g->per_root;
	g->extreme = !known(l->len_mem_section) || (uint64_t)l->len_mem_section == root_entries;
	if (!g->extreme)
		g->per_root = all < MAX_SECTIONS ? all : MAX_SECTIONS;
	if (g->nr_sections > all)
		g->nr_sections = all;
	return 0;
}

/* Append, or lengthen the last extent when the struct pages go on in a row. */
static int add_section(struct memmap *m, const struct geometry *g, uint64_t pfn, uint64_t va)
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
static uint64_t section_base(const struct kernel *k, const struct geometry *g, uint64_t word)
{
	if (known(k->layout.sym_vmemmap) && k->layout.sym_vmemmap != 0)
		return (uint64_t)k->layout.sym_vmemmap;
	return kernel_pointer(k, word & ~g->flag_mask);
}

static int take_section(const struct kernel *k, struct memmap *m, const struct geometry *g,
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
		     const struct geometry *g, uint64_t root)
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
		      const struct geometry *g)
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

static int open_sparse(const struct kernel *k, struct view *v, uint64_t max_pfn, struct memmap *m)
{
	struct geometry g = { 0 };
	uint64_t pointer;
	int rc = find_geometry(k, max_pfn, &g);

	if (rc < 0)
		return rc;
	rc = take_roots(k, v, m, &g);
	if (rc < 0 || m->nr_extent > 0 || !g.extreme)
		return rc;
	/* In a vmcoreinfo from debuginfo this is the address of the variable, in the kernel's its
	 * value. */
	if (kernel_read(k, v, g.root, &pointer, sizeof(pointer)) < 0)
		return 0;
	m->bad_sections = 0;
	g.root = pointer;
	return take_roots(k, v, m, &g);
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
