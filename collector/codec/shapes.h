/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shapes.h - compressed pages of the shapes seen lately
 *
 * Most of mem_map is of free memory, and its pages are alike but for some bytes of each structure.
 * Pages with the same marks (marks.h) are of one shape. Where a codec decides by the marks alone,
 * the compressed bytes of two such pages differ in the literals only: the second one's are a copy
 * of the first one's, with its own literals.
 *
 *     compressed   05 . literals of the page . 5c 07 . literals . 20 16 fc 00 . literals ...
 *
 * What is kept is what comes twice: many shapes are those of a single page.
 */
#ifndef CODEC_SHAPES_H
#define CODEC_SHAPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A literal: where it is in the compressed bytes and in the page. */
struct literal {
	uint16_t to, from;
};

struct shape {
	uint64_t *marks;
	size_t size; /* of packed; 0: not kept */
	uint8_t *packed;
	size_t nr; /* of literals, at most size */
	struct literal *literals;
};

struct shapes_cfg {
	size_t nr_marks; /* of a page */
	size_t longest;	 /* larger compressed pages are not kept; below 64 KiB */
};

/* For one thread. */
struct shapes;

/* Make one that knows no shapes, in shapes_memory() bytes at memory, aligned for uint64_t. */
size_t shapes_memory(const struct shapes_cfg *cfg);
struct shapes *shapes_init(void *memory, const struct shapes_cfg *cfg);

/* Where the marks of the page at hand go, before shapes_find(). */
uint64_t *shapes_marks(struct shapes *s);

/*
 * The shape with these marks. If its size is 0, compress the page; then, if *again is set,
 * keep it with shape_keep() and fill in its literals.
 */
struct shape *shapes_find(struct shapes *s, bool *again);

/* False, and not kept, if size is more than the longest. */
bool shape_keep(struct shapes *s, struct shape *shape, const uint8_t *packed, size_t size);

/* Write shape->size bytes to out: what the page at in, of this shape, becomes. */
void shape_copy(const struct shape *shape, const uint8_t *in, uint8_t *out);

#endif
