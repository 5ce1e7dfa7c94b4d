/* SPDX-License-Identifier: GPL-2.0-or-later */
/* arch_x86_64.c - 4- and 5-level page tables */
#include "kernel/arch.h"

#include "base/err.h"
#include "kernel/walk_budget.h"

#include <elf.h>
#include <string.h>

#define KERNEL_MAP    0xffffffff80000000ull /* where the image is linked */
#define ENTRY_ADDRESS 0x000ffffffffff000ull
#define ENTRY_PRESENT 0x1u
#define ENTRY_LARGE   0x80u /* at the second and third level: a leaf */
#define ENTRY_NX      (1ull << 63)
#define TABLE_ENTRIES 512

/* Entries of 1 GiB or more that are looked at for the direct map. */
#define SEARCH_BUDGET (1u << 16)

/* The shift of the part of an address that level 0 (leaf tables), 1, ... indexes. */
static unsigned level_shift(unsigned level)
{
	return 12 + 9 * level;
}

static int x86_64_vtop(const struct kernel *k, struct view *v, uint64_t va, uint64_t *pa,
		       uint64_t *left)
{
	uint64_t table = k->pgd_pa;

	for (unsigned level = k->pgtable_levels; level-- > 0;) {
		uint64_t size = 1ull << level_shift(level);
		uint64_t entry = 0, index = (va >> level_shift(level)) & (TABLE_ENTRIES - 1);
		int rc = view_u64(v, table + index * sizeof(entry), &entry);

		if (rc < 0)
			return rc;
		if (!(entry & ENTRY_PRESENT))
			return -EFAULT;
		table = entry & k->pa_mask;
		if (level == 0 || (level <= 2 && (entry & ENTRY_LARGE))) {
			*pa = (table & ~(size - 1)) + (va & (size - 1));
			*left = size - (va & (size - 1));
			return 0;
		}
	}
	return -EFAULT;
}

/* The level of the first entry on the way to va that is missing; 0: all but the last exist. */
static unsigned missing_level(const struct kernel *k, struct view *v, uint64_t va)
{
	uint64_t table = k->pgd_pa;

	for (unsigned level = k->pgtable_levels; level-- > 1;) {
		uint64_t entry = 0, index = (va >> level_shift(level)) & (TABLE_ENTRIES - 1);

		if (view_u64(v, table + index * sizeof(entry), &entry) < 0 ||
		    !(entry & ENTRY_PRESENT))
			return level;
		if (level <= 2 && (entry & ENTRY_LARGE))
			return 0;
		table = entry & k->pa_mask;
	}
	return 0;
}

struct walk {
	const struct kernel *k;
	struct view *v;
	int (*fn)(void *arg, const struct mapping *m);
	void *arg;
	uint64_t budget; /* walk_budget() */
};

static int walk_table(struct walk *w, uint64_t table, unsigned level, uint64_t va);

static int walk_entry(struct walk *w, uint64_t entry, unsigned level, uint64_t va)
{
	uint64_t size = 1ull << level_shift(level);
	uint64_t pa = entry & w->k->pa_mask;

	if (level == 0 || (level <= 2 && (entry & ENTRY_LARGE)))
		return w->fn(w->arg, &(struct mapping){ va, pa & ~(size - 1), size, false,
							!(entry & ENTRY_NX) });
	return walk_table(w, pa, level - 1, va);
}

/* va: what the first entry of the table stands for. */
static int walk_table(struct walk *w, uint64_t table, unsigned level, uint64_t va)
{
	uint64_t entries[TABLE_ENTRIES], before = 0;
	const void *p;
	int rc;

	if (w->budget == 0 || view_map(w->v, table, sizeof(entries), &p) < 0)
		return 0;
	w->budget--;
	memcpy(entries, p, sizeof(entries)); /* the window may move below us */
	rc = w->fn(w->arg, &(struct mapping){ va, table, sizeof(entries), true, false });

	for (unsigned i = 0; rc == 0 && i < TABLE_ENTRIES; i++) {
		/* KASAN maps one table over and over; once is enough. */
		if ((entries[i] & ENTRY_PRESENT) && entries[i] != before)
			rc = walk_entry(w, entries[i], level,
					va + ((uint64_t)i << level_shift(level)));
		before = entries[i];
	}
	return rc;
}

/* The kernel's half: the upper 256 entries of the root, sign-extended. */
static int x86_64_walk(const struct kernel *k, struct view *v,
		       int (*fn)(void *arg, const struct mapping *m), void *arg)
{
	unsigned top = k->pgtable_levels - 1;
	struct walk w = { k, v, fn, arg, walk_budget(k) };
	uint64_t base = 0 - (1ull << (level_shift(top) + 8));
	int rc;

	rc = fn(arg, &(struct mapping){ base, k->pgd_pa, 4096, true, false });
	for (unsigned i = 0; rc == 0 && i < TABLE_ENTRIES / 2; i++) {
		uint64_t entry = 0;

		if (view_u64(v, k->pgd_pa + (256 + i) * sizeof(entry), &entry) < 0)
			continue;
		if (entry & ENTRY_PRESENT)
			rc = walk_entry(&w, entry, top, base + ((uint64_t)i << level_shift(top)));
	}
	return rc;
}

/* The segment at the image's address; a stale one disagrees with the kernel's own phys_base. */
static void x86_64_find_image(struct kernel *k)
{
	for (size_t i = 0; i < k->src->nr_hint; i++) {
		const struct va_hint *h = &k->src->hint[i];

		if (h->va < KERNEL_MAP || h->va + h->len < h->va)
			continue;
		if (known(k->layout.num_phys_base) &&
		    h->pa != h->va - KERNEL_MAP + (uint64_t)k->layout.num_phys_base)
			continue;
		kernel_set_image(k, h);
		return;
	}
}

/* phys_base from vmcoreinfo, else from the segment of the kernel image. */
static int find_phys_base(struct kernel *k)
{
	const struct source *src = k->src;

	if (known(k->layout.num_phys_base)) {
		k->phys_base = k->layout.num_phys_base;
		return 0;
	}
	for (size_t i = 0; i < src->nr_hint; i++) {
		if (src->hint[i].va < KERNEL_MAP)
			continue;
		k->phys_base = (int64_t)(src->hint[i].pa - (src->hint[i].va - KERNEL_MAP));
		return 0;
	}
	if (src->saved) /* k->phys_base is that of its header */
		return 0;
	return fail(-ENOENT, "vmcoreinfo has no NUMBER(phys_base) and the core no kernel segment");
}

/* Is pa mapped at base + pa? Checked for two pages that each kernel has in its direct map. */
static bool direct_map_at(const struct kernel *k, struct view *v, uint64_t base)
{
	const int64_t stext = k->layout.sym__stext;
	const uint64_t known_pa[] = {
		k->pgd_pa,
		known(stext) ? (uint64_t)(stext + k->phys_base) - KERNEL_MAP : k->pgd_pa,
	};
	uint64_t pa, left;

	for (unsigned i = 0; i < 2; i++)
		if (x86_64_vtop(k, v, base + known_pa[i], &pa, &left) < 0 || pa != known_pa[i])
			return false;
	return true;
}

/*
 * No header has the address of the direct map: it begins where the first entry of 1 GiB leads to
 * the lowest memory, somewhere in the kernel's half below the image.
 */
static void search_direct_map(struct kernel *k, struct view *v)
{
	const unsigned top = k->pgtable_levels - 1, mid = 2;
	const uint64_t step = 1ull << level_shift(mid), end = 0 - (1ull << level_shift(3));
	uint64_t va = 0 - (1ull << (level_shift(top) + 8));

	for (unsigned budget = SEARCH_BUDGET; va < end && budget > 0; budget--) {
		unsigned level = missing_level(k, v, va);

		if (level > mid) { /* nothing below this entry */
			va = (va | ((1ull << level_shift(level)) - 1)) + 1;
			if (va == 0)
				return;
			continue;
		}
		if (direct_map_at(k, v, va)) {
			k->direct_base = va;
			return;
		}
		va += step;
	}
}

/* Old kexec-tools leave addresses at 0 or stale; the last one is right on 4.19. */
static void find_direct_map(struct kernel *k, struct view *v)
{
	for (size_t i = k->src->nr_hint; i-- > 0;) {
		const struct va_hint *h = &k->src->hint[i];
		uint64_t pa, left;

		if (h->va >= KERNEL_MAP || h->va < 1ull << 63)
			continue;
		/* A host that knows of paging has all that is mapped, vmalloc too. */
		if (x86_64_vtop(k, v, h->va, &pa, &left) == 0 && pa == h->pa &&
		    direct_map_at(k, v, h->va - h->pa)) {
			k->direct_base = h->va - h->pa;
			return;
		}
	}
	search_direct_map(k, v);
}

static int x86_64_init(struct kernel *k, struct view *v)
{
	const struct layout *l = &k->layout;
	int64_t root = known_or(l->sym_init_top_pgt,
				known_or(l->sym_init_level4_pgt, l->sym_swapper_pg_dir));
	uint64_t sme = (uint64_t)known_or(l->num_sme_mask, 0);
	int rc = find_phys_base(k);

	if (rc < 0)
		return rc;
	if (!known(root))
		return fail(-ENOENT, "vmcoreinfo has no SYMBOL(init_top_pgt)");
	k->pgtable_levels = known_or(l->num_pgtable_l5_enabled, 0) ? 5 : 4;
	k->section_bits = 27;
	k->physmem_bits = k->pgtable_levels == 5 ? 52 : 46;
	k->pa_mask = ENTRY_ADDRESS & ~sme;
	k->pgd_pa = ((uint64_t)root - KERNEL_MAP + (uint64_t)k->phys_base) & ~sme;
	find_direct_map(k, v);
	return 0;
}

const struct arch_ops arch_x86_64 = {
	.name = "x86_64",
	.elf_machine = EM_X86_64,
	.prstatus_sp = 112 + 19 * 8,
	.find_image = x86_64_find_image,
	.init = x86_64_init,
	.vtop = x86_64_vtop,
	.walk = x86_64_walk,
};
