/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * klog_caller.c - does this kernel print who logged a line?
 *
 * Since 5.10 every record names its caller, but only kernels with CONFIG_PRINTK_CALLER print it,
 * and vmcoreinfo does not have the configuration. Such a kernel has the format of the column among
 * its constants, and no other code uses this format.
 */
#include "kernel/klog_impl.h"

#include <string.h>

#define COLUMN_FORMAT "[%6s]" /* with its NUL */
#define CHUNK	      ((size_t)1 << 20)

/* No image is larger; limits the time that a damaged header can cost. */
#define IMAGE_MAX     ((uint64_t)1 << 30)

/* The image by page tables: from _stext on, as long as it is contiguous. */
static bool image_mapped(const struct kernel *k, struct view *v, uint64_t stext, struct span *out)
{
	uint64_t pa, left;

	if (!k->vtop_works || kernel_vtop(k, v, stext, &pa, &left) < 0)
		return false;
	*out = (struct span){ pa, pa + left };
	while (out->end - out->start < IMAGE_MAX &&
	       kernel_vtop(k, v, stext + (out->end - out->start), &pa, &left) == 0 &&
	       pa == out->end)
		out->end += left;
	return true;
}

/* The image by the headers of the core: the segment that holds _stext. */
static bool image_of(const struct kernel *k, struct view *v, struct span *out)
{
	uint64_t stext = (uint64_t)k->layout.sym__stext;
	const struct source *src = k->src;

	if (!known(k->layout.sym__stext))
		return false;
	for (size_t i = 0; i < src->nr_hint; i++) {
		const struct va_hint *h = &src->hint[i];

		/* The direct map has the image too, far below its own address. */
		if (stext >= h->va && stext - h->va < h->len) {
			*out = (struct span){ h->pa, h->pa };
			out->end += h->len < IMAGE_MAX ? h->len : IMAGE_MAX;
			return true;
		}
	}
	return image_mapped(k, v, stext, out);
}

bool klog_prints_caller(const struct kernel *k, struct view *v)
{
	const size_t overlap = sizeof(COLUMN_FORMAT) - 1;
	const size_t max = source_map_max(k->src), chunk = max <= CHUNK ? max / 2 : CHUNK;
	bool found = false;
	struct span image;

	if (!image_of(k, v, &image))
		return false;
	for (uint64_t pa = image.start; pa < image.end && !found; pa += chunk) {
		uint64_t left = image.end - pa;
		size_t len = left < chunk + overlap ? (size_t)left : chunk + overlap;
		const void *p;

		found = view_map(v, pa, len, &p) == 0 &&
			memmem(p, len, COLUMN_FORMAT, sizeof(COLUMN_FORMAT));
	}
	/* A fault here does not concern the records that are read next. */
	(void)view_damaged(v);
	return found;
}
