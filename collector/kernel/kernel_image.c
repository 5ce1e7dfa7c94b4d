/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kernel_image.c - the kernel image out of the segments of a core that it was cut into */
#include "kernel/kernel.h"

#define IMAGE_MAX ((uint64_t)1 << 30) /* bytes that an image may have */

/* Is it a part of an image that the other one is a part of, too? */
static bool in_line(const struct va_hint *h, const struct va_hint *other)
{
	uint64_t apart = h->va > other->va ? h->va - other->va : other->va - h->va;

	return h->va - h->pa == other->va - other->pa && apart < IMAGE_MAX && h->len < IMAGE_MAX &&
	       h->va + h->len > h->va;
}

void kernel_set_image(struct kernel *k, const struct va_hint *first)
{
	uint64_t start = first->va, end = first->va + first->len;

	for (size_t i = 0; i < k->src->nr_hint; i++) {
		const struct va_hint *h = &k->src->hint[i];

		if (!in_line(h, first))
			continue;
		start = h->va < start ? h->va : start;
		end = h->va + h->len > end ? h->va + h->len : end;
	}
	k->image = (struct kernel_image){ start, first->pa - (first->va - start), end - start };
}
