/* SPDX-License-Identifier: GPL-2.0-or-later */
/* core_map.c - the virtual addresses that an ELF core gives to memory */
#include "core_map.h"

#include "base/err.h"
#include "base/util.h"

#define IMAGE_MAX   ((uint64_t)1 << 30)
#define IMAGE_STEPS (1u << 18) /* pages of 4 KiB in it */

/* From _stext on, as far as virtual and physical addresses rise together. */
static bool find_image(const struct save *s, struct va_hint *out)
{
	const struct kernel *k = s->kernel;
	uint64_t va = (uint64_t)k->layout.sym__stext, len = 0, pa, left;

	if (k->image.len > 0) {
		*out = (struct va_hint){ k->image.va, k->image.pa, k->image.len };
		return true;
	}
	if (!known(k->layout.sym__stext))
		return false;
	for (unsigned i = 0; i < IMAGE_STEPS && len < IMAGE_MAX; i++) {
		if (kernel_vtop(k, s->view, va + len, &pa, &left) < 0 || left == 0)
			break;
		if (len == 0)
			*out = (struct va_hint){ va, pa, 0 };
		else if (pa - out->pa != len)
			break;
		len += left;
	}
	fail_clear();
	out->len = len;
	return len > 0;
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
