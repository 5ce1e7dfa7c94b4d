/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sections.c - the shapes that mem_section can have in the crashed kernel
 *
 *     sections      2^(MAX_PHYSMEM_BITS - SECTION_SIZE_BITS)
 *     LENGTH        as many, or with EXTREME the pages that they fill
 *
 * Of these three numbers each follows from the other two, so that one that is damaged is seen.
 */
#include "filter/sections.h"

#include "base/err.h"

#include <string.h>

#define MAX_SECTIONS (1ull << 27)

static bool plausible(const struct layout *l)
{
	return known(l->sym_mem_section) && l->size_mem_section > 0 &&
	       l->size_mem_section <= 4096 && l->off_mem_section_section_mem_map >= 0 &&
	       l->off_mem_section_section_mem_map + 8 <= l->size_mem_section;
}

static bool bits_fit(const struct kernel *k, int64_t section_bits, int64_t physmem_bits)
{
	return section_bits >= k->page_shift && section_bits <= 40 &&
	       physmem_bits >= section_bits && physmem_bits <= 60;
}

static uint64_t root_entries(const struct sections *g)
{
	uint64_t all = 1ull << (g->physmem_bits - g->section_bits);

	return (all + g->per_root - 1) / g->per_root;
}

static struct sections shape(const struct kernel *k, uint64_t max_pfn, int64_t section_bits,
			     int64_t physmem_bits)
{
	const struct layout *l = &k->layout;
	uint64_t shift = (uint64_t)section_bits - k->page_shift;
	uint64_t all = 1ull << (physmem_bits - section_bits);
	uint64_t used = (max_pfn >> shift) + ((max_pfn & ((1ull << shift) - 1)) != 0);

	return (struct sections){
		.section_bits = section_bits,
		.physmem_bits = physmem_bits,
		.root = (uint64_t)l->sym_mem_section,
		.section_pages = 1ull << shift,
		.nr_sections = used < all ? used : all,
		.per_root = (1ull << k->page_shift) / (uint64_t)l->size_mem_section,
		.entry_size = (uint64_t)l->size_mem_section,
		.map_at = (uint64_t)l->off_mem_section_section_mem_map,
		/* The kernel keeps its flags below the section's alignment. */
		.flag_mask = (1ull << (shift < 12 ? shift : 12)) - 1,
		.page_size_bytes = (uint64_t)l->size_page,
		.extreme = true,
	};
}

/* Does the length of mem_section allow this shape? Finds out whether it is EXTREME. */
static bool length_fits(const struct layout *l, struct sections *g)
{
	uint64_t all = 1ull << (g->physmem_bits - g->section_bits);

	if (!known(l->len_mem_section) || (uint64_t)l->len_mem_section == root_entries(g))
		return true;
	if ((uint64_t)l->len_mem_section != all)
		return false;
	g->extreme = false;
	g->per_root = all < MAX_SECTIONS ? all : MAX_SECTIONS;
	return true;
}

static bool is_listed(const struct sections *list, unsigned nr, const struct sections *g)
{
	for (unsigned i = 0; i < nr; i++)
		if (list[i].section_bits == g->section_bits &&
		    list[i].physmem_bits == g->physmem_bits)
			return true;
	return false;
}

/* The size of a section with which an EXTREME mem_section has its length; -1: none. */
static int64_t bits_by_length(const struct kernel *k, int64_t physmem_bits)
{
	for (int64_t bits = k->page_shift; known(k->layout.len_mem_section) && bits <= 40; bits++) {
		struct sections g;

		if (!bits_fit(k, bits, physmem_bits))
			continue;
		g = shape(k, 0, bits, physmem_bits);
		if (root_entries(&g) > 1 && length_fits(&k->layout, &g) && g.extreme)
			return bits;
	}
	return -1;
}

int sections_shapes(const struct kernel *k, uint64_t max_pfn, struct sections out[SECTIONS_SHAPES],
		    unsigned *nr)
{
	const int64_t recorded = known_or(k->layout.num_SECTION_SIZE_BITS, k->section_bits);
	const int64_t all = known_or(k->layout.num_MAX_PHYSMEM_BITS, k->physmem_bits);
	const int64_t pair[][2] = {
		{ recorded, all },
		{ recorded, k->physmem_bits },
		{ k->section_bits, all },
		{ k->section_bits, k->physmem_bits },
		{ bits_by_length(k, all), all },
	};

	*nr = 0;
	if (!plausible(&k->layout))
		return fail(-ENOENT, "vmcoreinfo has no address of mem_section");
	/* Those that the length allows; then the others, as the length may be what is damaged. */
	for (unsigned with_length = 2; with_length-- > 0;) {
		for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
			struct sections g;
			bool fits;

			if (!bits_fit(k, pair[i][0], pair[i][1]))
				continue;
			g = shape(k, max_pfn, pair[i][0], pair[i][1]);
			fits = length_fits(&k->layout, &g);
			g.certain = fits && i == 0;
			if ((fits || !with_length) && !is_listed(out, *nr, &g))
				out[(*nr)++] = g;
		}
	}
	if (*nr > 0)
		return 0;
	return fail(-EBADMSG, "sections of 2^%jd bytes in 2^%jd bytes of memory",
		    (intmax_t)recorded, (intmax_t)all);
}
