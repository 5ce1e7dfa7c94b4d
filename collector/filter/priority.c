/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * priority.c - find the most important pages in the kernel's own page tables
 *
 *     direct map        RAM by its own right: nothing to learn
 *     vmemmap           struct pages: kept, no hurry
 *     executable        text of image and modules: large, and vmlinux has it
 *     everything else   vmalloc (stacks!), data of image and modules: first
 */
#include "filter/priority.h"

#include "base/err.h"

struct priority {
	const struct kernel *k;
	const struct memmap *m;
	struct selection *s;
};

/* The same for a dump; one large page per call. */
static void keep_held(struct source *src, struct selection *s, uint64_t pfn, uint64_t nr)
{
	uint8_t bits[64];

	for (uint64_t at = pfn & ~7ull; at < pfn + nr; at += sizeof(bits) * 8) {
		if (src->ops->frames(src, FRAMES_HELD, at, bits, sizeof(bits)) < 0) {
			fail_clear();
			return;
		}
		for (uint64_t i = 0; i < sizeof(bits) * 8; i++)
			if ((bits[i / 8] >> i % 8 & 1) && at + i >= pfn && at + i < pfn + nr)
				keepmap_set(s->keep, at + i, 1);
	}
}

void priority_keep(const struct kernel *k, struct selection *s, uint64_t pa, uint64_t len)
{
	const struct source *src = k->src;
	unsigned shift = k->page_shift;
	size_t i = span_find(src->data, src->nr_data, pa);

	if (src->saved) {
		keep_held(k->src, s, pa >> shift, ((pa + len - 1) >> shift) - (pa >> shift) + 1);
		return;
	}
	for (; i < src->nr_data && src->data[i].start < pa + len; i++) {
		uint64_t from = src->data[i].start > pa ? src->data[i].start : pa;
		uint64_t to = src->data[i].end < pa + len ? src->data[i].end : pa + len;

		keepmap_set(s->keep, from >> shift,
			    ((to + (1ull << shift) - 1) >> shift) - (from >> shift));
	}
}

static int on_mapping(void *arg, const struct mapping *map)
{
	struct priority *p = arg;
	unsigned shift = p->k->page_shift;
	uint64_t pages = map->len >> shift;

	if (map->table) {
		priority_keep(p->k, p->s, map->pa, map->len);
		keepmap_set(p->s->tier[TIER_CORE], map->pa >> shift, pages);
		return 0;
	}
	if (map->va - p->k->direct_base == map->pa)
		return 0;
	if (map->va >= p->m->va_start && map->va < p->m->va_end) {
		priority_keep(p->k, p->s, map->pa, map->len);
		keepmap_clear(p->s->tier[TIER_BOOT], map->pa >> shift, pages);
		return 0;
	}
	/* A leaf of 1 GiB outside the direct map is firmware or a device. */
	if (map->len < 1ull << 30)
		keepmap_set(p->s->tier[map->exec ? TIER_TEXT : TIER_CORE], map->pa >> shift, pages);
	/* The image is reserved memory too, but its text is written late. */
	if (map->exec)
		keepmap_clear(p->s->tier[TIER_BOOT], map->pa >> shift, pages);
	return 0;
}

void priority_apply(const struct kernel *k, struct view *v, const struct memmap *m,
		    struct selection *s)
{
	struct priority p = { k, m, s };

	k->arch->walk(k, v, on_mapping, &p);
}
