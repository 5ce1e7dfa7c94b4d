/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_map.c - the virtual addresses that an ELF core gives to memory */
#include "core_map.h"

#include "base/err.h"
#include "base/util.h"

#define IMAGE_MAX   ((uint64_t)1 << 30)
#define IMAGE_STEPS (1u << 18) /* pages of 4 KiB in it */
#define HOLE_MAX    (64u << 20)

#define PAGE_BYTES  4096u

/*
 * The kernel image: from _stext up, as long as virtual and physical addresses grow together. Parts
 * that are freed after boot, between text and data, may not be mapped; they are skipped.
 */
static uint64_t image_length(const struct save *s, uint64_t va, uint64_t *start)
{
	uint64_t at = 0, end = 0, pa, left;

	for (unsigned i = 0; i < IMAGE_STEPS && at < IMAGE_MAX && at - end < HOLE_MAX; i++) {
		if (kernel_vtop(s->kernel, s->view, va + at, &pa, &left) < 0 || left == 0) {
			if (at == 0)
				break;
			at += PAGE_BYTES;
			continue;
		}
		if (at == 0)
			*start = pa;
		else if (pa - *start != at)
			break;
		at += left;
		end = at;
	}
	fail_clear();
	return end;
}

static bool find_image(const struct save *s, struct va_hint *out)
{
	const struct kernel *k = s->kernel;

	*out = (struct va_hint){ k->image.va, k->image.pa, k->image.len };
	if (out->len > 0)
		return true;
	if (!known(k->layout.sym__stext))
		return false;
	out->va = (uint64_t)k->layout.sym__stext;
	out->len = image_length(s, out->va, &out->pa);
	return out->len > 0;
}

void core_map_init(struct core_map *m, const struct save *s, uint64_t max_pfn)
{
	const struct kernel *k = s->kernel;

	*m = (struct core_map){ .piece = s->src->hint, .nr = s->src->nr_hint };
	if (m->nr > 0 || !k->vtop_works)
		return;
	m->piece = m->own;
	if (find_image(s, &m->own[m->nr]))
		m->nr++;
	if (k->direct_base)
		m->own[m->nr++] = (struct va_hint){ k->direct_base, 0, max_pfn << k->page_shift };
}
