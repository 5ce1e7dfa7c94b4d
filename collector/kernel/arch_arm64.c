/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arch_arm64.c - pages of 4, 16 and 64 KiB, 36 to 52 bits of virtual address
 *
 * A table is a page of 8-byte entries; the root may be less. Bits 1 and 0 of an entry:
 *
 *     11  a table, at the last level a page
 *     01  a block: a leaf above the last level
 *     x0  nothing
 *
 * The address in an entry is bits 47 to the page shift. 52 bits of physical address have two
 * other forms: with 64 KiB pages bits 15..12 are address bits 51..48; with smaller pages ("LPA2",
 * only when 52 bits of virtual address are in use) bits 49..48 are themselves, 9..8 are 51..50.
 */
#include "kernel/arch.h"

#include "base/err.h"
#include "base/util.h"
#include "kernel/walk_budget.h"

#include <elf.h>
#include <string.h>

#define ENTRY_TYPE   0x3u
#define ENTRY_BLOCK  0x1u
#define ENTRY_TABLE  0x3u
#define ENTRY_PXN    (1ull << 53) /* the kernel may not execute it */

#define TAG_BITS     (0xffull << 56) /* the hardware ignores them */
#define VA_BITS_MAX  52u
#define CHUNK	     512u /* entries that are looked at in one go */
#define IMAGE_HEADER 64u

static unsigned level_bits(const struct kernel *k)
{
	return k->page_shift - 3;
}

/* The shift of the part of an address that level 0 (leaf tables), 1, ... indexes. */
static unsigned level_shift(const struct kernel *k, unsigned level)
{
	return k->page_shift + level_bits(k) * level;
}

/* In use when the virtual addresses of a kernel with smaller pages have 52 bits. */
static bool lpa2(const struct kernel *k)
{
	return k->page_shift != 16 && k->va_bits == VA_BITS_MAX;
}

static uint64_t entry_pa(const struct kernel *k, uint64_t entry)
{
	uint64_t pa = entry & k->pa_mask;

	if (k->page_shift == 16)
		return pa | (entry >> 12 & 0xf) << 48;
	return lpa2(k) ? pa | (entry >> 8 & 0x3) << 50 : pa;
}

/* The largest blocks: 1 GiB, 32 MiB, 4 TiB; with LPA2 512 GiB and 64 GiB. */
static bool block_allowed(const struct kernel *k, unsigned level)
{
	return level <= (k->page_shift == 14 ? 1u : 2u) + (lpa2(k) ? 1u : 0u);
}

enum entry_kind { NOTHING, TABLE, LEAF };

static enum entry_kind entry_kind(const struct kernel *k, uint64_t entry, unsigned level)
{
	switch (entry & ENTRY_TYPE) {
	case ENTRY_TABLE:
		return level == 0 ? LEAF : TABLE;
	case ENTRY_BLOCK:
		return level > 0 && block_allowed(k, level) ? LEAF : NOTHING;
	default:
		return NOTHING;
	}
}

/* Number of entries; of the root only those that an address can lead to. */
static uint64_t table_entries(const struct kernel *k, unsigned level)
{
	if (level + 1 < k->pgtable_levels)
		return 1ull << level_bits(k);
	return 1ull << (k->va_bits - level_shift(k, level));
}

/* Tables of a process have addresses from 0 up, those of the kernel up to the last one of all. */
static bool has_address(const struct kernel *k, uint64_t va)
{
	if (k->va_bits == 0)
		return false;
	return (k->of_process ? va & ~TAG_BITS : ~(va | TAG_BITS)) >> k->va_bits == 0;
}

static int arm64_vtop(const struct kernel *k, struct view *v, uint64_t va, uint64_t *pa,
		      uint64_t *left)
{
	uint64_t table = k->pgd_pa;

	if (!has_address(k, va))
		return -EFAULT;
	for (unsigned level = k->pgtable_levels; level-- > 0;) {
		uint64_t size = 1ull << level_shift(k, level), entry = 0;
		uint64_t index = (va >> level_shift(k, level)) & (table_entries(k, level) - 1);
		int rc = view_u64(v, table + index * sizeof(entry), &entry);

		if (rc < 0)
			return rc;
		table = entry_pa(k, entry);
		switch (entry_kind(k, entry, level)) {
		case NOTHING:
			return -EFAULT;
		case TABLE:
			break;
		case LEAF:
			*pa = (table & ~(size - 1)) + (va & (size - 1));
			*left = size - (va & (size - 1));
			return 0;
		}
	}
	return -EFAULT;
}

struct walk {
	const struct kernel *k;
	struct view *v;
	int (*fn)(void *arg, const struct mapping *m);
	void *arg;
	uint64_t budget; /* walk_budget() */
};

/* A table in memory: its place, its level, the address that its first entry stands for. */
struct table {
	uint64_t pa, va;
	unsigned level;
};

static int walk_table(struct walk *w, const struct table *t);

static int walk_entry(struct walk *w, uint64_t entry, const struct table *t, uint64_t index)
{
	uint64_t size = 1ull << level_shift(w->k, t->level), pa = entry_pa(w->k, entry);
	uint64_t va = t->va + index * size;

	switch (entry_kind(w->k, entry, t->level)) {
	case LEAF:
		return w->fn(w->arg, &(struct mapping){ va, pa & ~(size - 1), size, false,
							!(entry & ENTRY_PXN) });
	case TABLE:
		return walk_table(w, &(struct table){ pa, va, t->level - 1 });
	case NOTHING:
		break;
	}
	return 0;
}

/* nr entries from first on. They are copied, because the view moves while one is followed. */
static int walk_chunk(struct walk *w, const struct table *t, uint64_t first, uint64_t nr)
{
	uint64_t entries[CHUNK], before = 0;
	const void *p;
	int rc = 0;

	if (w->budget == 0 || view_map(w->v, t->pa + first * 8, nr * 8, &p) < 0)
		return 0;
	w->budget--;
	memcpy(entries, p, nr * 8);
	for (uint64_t i = 0; rc == 0 && i < nr; i++) {
		/* KASAN maps one table over and over; once is enough. */
		if (entries[i] != before)
			rc = walk_entry(w, entries[i], t, first + i);
		before = entries[i];
	}
	return rc;
}

static int walk_table(struct walk *w, const struct table *t)
{
	uint64_t all = table_entries(w->k, t->level), page = 1ull << w->k->page_shift;
	uint64_t step = all < CHUNK ? all : CHUNK;
	const void *p;
	int rc;

	if (view_map(w->v, t->pa, step * 8, &p) < 0)
		return 0;
	rc = w->fn(w->arg, &(struct mapping){ t->va, t->pa & ~(page - 1), page, true, false });
	for (uint64_t i = 0; rc == 0 && i < all; i += step)
		rc = walk_chunk(w, t, i, step);
	return rc;
}

static int arm64_walk(const struct kernel *k, struct view *v,
		      int (*fn)(void *arg, const struct mapping *m), void *arg)
{
	struct walk w = { k, v, fn, arg, walk_budget(k) };

	if (k->va_bits == 0)
		return 0;
	return walk_table(&w, &(struct table){ k->pgd_pa, 0 - (1ull << k->va_bits),
					       k->pgtable_levels - 1 });
}

/* Physically inside another segment: the image is in RAM that has a segment of its own. */
static bool in_another(const struct source *src, const struct va_hint *h)
{
	for (size_t i = 0; i < src->nr_hint; i++) {
		const struct va_hint *o = &src->hint[i];

		if (o->len > h->len && h->pa >= o->pa && h->pa - o->pa <= o->len - h->len &&
		    o->va - o->pa != h->va - h->pa)
			return true;
	}
	return false;
}

/* The segment that _stext is in; a stale one disagrees with the kernel's own kimage_voffset. */
static void arm64_find_image(struct kernel *k)
{
	int64_t stext = k->layout.sym__stext, voffset = k->layout.num_kimage_voffset;

	for (size_t i = 0; i < k->src->nr_hint; i++) {
		const struct va_hint *h = &k->src->hint[i];

		if (h->va < 1ull << 63 || h->va + h->len < h->va)
			continue;
		if (known(voffset) && h->va - h->pa != (uint64_t)voffset)
			continue;
		if (known(stext) ? (uint64_t)stext - h->va >= h->len : !in_another(k->src, h))
			continue;
		kernel_set_image(k, h);
		return;
	}
}

/* The image begins with the header of the file it came from, which tells its page size. */
static void page_size_from_image(struct kernel *k, struct view *v)
{
	unsigned char header[IMAGE_HEADER];
	const void *p;
	unsigned size;

	if (k->image.len < sizeof(header) || view_map(v, k->image.pa, sizeof(header), &p) < 0) {
		fail_clear();
		return;
	}
	memcpy(header, p, sizeof(header));
	/* Bits 2 and 1 of the flags: 1, 2, 3 are 4, 16 and 64 KiB. */
	size = header[24] >> 1 & 3;
	if (memcmp(header + 56, "ARM\x64", 4) == 0 && size)
		k->page_shift = 10 + 2 * size;
}

static void set_geometry(struct kernel *k, unsigned va_bits)
{
	k->va_bits = va_bits;
	k->pgtable_levels = (va_bits - k->page_shift + level_bits(k) - 1) / level_bits(k);
	k->pa_mask = (1ull << (lpa2(k) ? 50 : 48)) - (1ull << k->page_shift);
}

/* The tables lead from the root's own address back to the root. */
static bool geometry_works(const struct kernel *k, struct view *v, uint64_t root)
{
	uint64_t pa, left;

	return arm64_vtop(k, v, root, &pa, &left) == 0 && pa == k->pgd_pa;
}

/*
 * How many bits of an address the root is indexed by. The kernel's VA_BITS is the most that it
 * was built for, T1SZ says what it uses. A root for 64 KiB pages is always made for VA_BITS; with
 * smaller pages the levels are folded, so that what is in use counts. What the facts say goes
 * first, and the tables decide.
 */
static void find_geometry(struct kernel *k, struct view *v, uint64_t root)
{
	const struct layout *l = &k->layout;
	unsigned built = (unsigned)known_or(l->num_VA_BITS, 0);
	unsigned used = known(l->num_TCR_EL1_T1SZ) ? 64 - (unsigned)l->num_TCR_EL1_T1SZ : 0;
	const unsigned try[] = {
		k->page_shift == 16 ? built : used, built, used, 48, 52, 47, 42, 39, 36,
	};
	unsigned first = 0;

	for (size_t i = 0; i < ARRAY_SIZE(try); i++) {
		if (try[i] <= k->page_shift || try[i] > VA_BITS_MAX)
			continue;
		if (first == 0)
			first = try[i];
		set_geometry(k, try[i]);
		if (geometry_works(k, v, root))
			return;
	}
	set_geometry(k, first);
}

/* Is memory mapped at base + pa? The root is in each kernel's linear map, too. */
static bool linear_map_at(const struct kernel *k, struct view *v, uint64_t base)
{
	uint64_t pa, left;

	return arm64_vtop(k, v, base + k->pgd_pa, &pa, &left) == 0 && pa == k->pgd_pa;
}

/*
 * The linear map begins at the lowest address of the kernel's half; before 5.4 in its middle. The
 * PHYS_OFFSET of a kernel that uses fewer bits than it was built for is "negative": it belongs to
 * the start for VA_BITS. All of it is modulo 2^64.
 */
static void find_linear_map(struct kernel *k, struct view *v)
{
	const unsigned built = (unsigned)known_or(k->layout.num_VA_BITS, k->va_bits);
	const uint64_t phys = (uint64_t)k->phys_base;
	const uint64_t base[] = { 0 - (1ull << built) - phys, 0 - (1ull << (built - 1)) - phys };

	for (size_t i = 0; i < ARRAY_SIZE(base); i++)
		if (linear_map_at(k, v, base[i])) {
			k->direct_base = base[i];
			return;
		}
	for (size_t i = 0; i < k->src->nr_hint; i++) {
		const struct va_hint *h = &k->src->hint[i];

		if (h->va - k->image.va < k->image.len || h->va < 1ull << 63 ||
		    !linear_map_at(k, v, h->va - h->pa))
			continue;
		k->direct_base = h->va - h->pa;
		if (!known(k->layout.num_PHYS_OFFSET) && !k->src->saved)
			k->phys_base = (int64_t)(0 - (1ull << built) - k->direct_base);
		return;
	}
}

static int find_root(struct kernel *k, uint64_t *root)
{
	const struct layout *l = &k->layout;

	if (!known(l->sym_swapper_pg_dir))
		return fail(-ENOENT, "vmcoreinfo has no SYMBOL(swapper_pg_dir)");
	*root = (uint64_t)l->sym_swapper_pg_dir;
	if (known(l->num_kimage_voffset))
		k->pgd_pa = *root - (uint64_t)l->num_kimage_voffset;
	else if (k->image.len)
		k->pgd_pa = *root - k->image.va + k->image.pa;
	else
		return fail(-ENOENT, "vmcoreinfo has no NUMBER(kimage_voffset) and the core no "
				     "kernel segment");
	return 0;
}

/* Those of kernels that do not say: before 5.8 and 5.13. */
static void set_sections(struct kernel *k)
{
	k->section_bits = 30;
	k->physmem_bits = known_or(k->layout.num_VA_BITS, 48) == VA_BITS_MAX ? 52 : 48;
}

static int arm64_init(struct kernel *k, struct view *v)
{
	uint64_t root = 0;
	int rc;

	if (!known(k->layout.page_size) && !k->src->saved)
		page_size_from_image(k, v);
	set_sections(k);
	if (known(k->layout.num_PHYS_OFFSET))
		k->phys_base = k->layout.num_PHYS_OFFSET;
	rc = find_root(k, &root);
	if (rc < 0)
		return rc;
	find_geometry(k, v, root);
	find_linear_map(k, v);
	fail_clear(); /* what was tried in vain */
	return 0;
}

/* Memory tagging puts a tag into the highest byte, authentication signs the bits that are unused.
 */
static uint64_t arm64_pointer(const struct kernel *k, uint64_t value)
{
	uint64_t unused = TAG_BITS | (uint64_t)known_or(k->layout.num_KERNELPACMASK, 0);

	return value >> 55 & 1 ? value | unused : value;
}

const struct arch_ops arch_arm64 = {
	.name = "aarch64",
	.elf_machine = EM_AARCH64,
	.prstatus_sp = 112 + 31 * 8,
	.find_image = arm64_find_image,
	.init = arm64_init,
	.vtop = arm64_vtop,
	.walk = arm64_walk,
	.pointer = arm64_pointer,
};
