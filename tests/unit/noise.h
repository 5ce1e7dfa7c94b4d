/* SPDX-License-Identifier: GPL-2.0-or-later */
/* noise.h - numbers nothing repeats, the same on every machine, and pages that begin with them */
#ifndef NOISE_H
#define NOISE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The next of a series of numbers that look random; the same for the same seed. */
uint32_t next(uint32_t *seed);

/* nr bytes of nr_values values, none of them zero, then only zeros: what a codec calls literals. */
void fill_literals(uint8_t *page, size_t len, size_t nr, unsigned nr_values, uint32_t *seed);

#endif
