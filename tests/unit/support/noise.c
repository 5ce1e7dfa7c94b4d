/* SPDX-License-Identifier: GPL-2.0-or-later */
/* noise.c - numbers nothing repeats, the same on every machine, and pages that begin with them */
#include "noise.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

void fill_literals(uint8_t *page, size_t len, size_t nr, unsigned nr_values, uint32_t *seed)
{
	memset(page, 0, len);
	for (size_t i = 0; i < nr; i++)
		page[i] = (uint8_t)(1 + (next(seed) >> 8) % nr_values);
}
