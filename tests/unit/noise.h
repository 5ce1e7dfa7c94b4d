/* SPDX-License-Identifier: GPL-2.0-or-later */
/* noise.h - numbers nothing repeats, the same on every machine, and pages that begin with them */
#ifndef NOISE_H
#define NOISE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* nr bytes of nr_values values, none of them zero, then only zeros: what a codec calls literals. */
static inline void fill_literals(uint8_t *page, size_t len, size_t nr, unsigned nr_values,
				 uint32_t *seed)
{
	memset(page, 0, len);
	for (size_t i = 0; i < nr; i++)
		page[i] = (uint8_t)(1 + (next(seed) >> 8) % nr_values);
}

#endif
