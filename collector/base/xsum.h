/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xsum.h - checksums against damage: XXH3, which costs less than reading the bytes
 *
 * They find what a disk, a network or memory changed by mistake. They prove nothing about who wrote
 * the bytes. One object is used by one thread at a time.
 */
#ifndef BASE_XSUM_H
#define BASE_XSUM_H

#include <stddef.h>
#include <stdint.h>

#define XSUM_TEXT 33 /* of 128 bits in hexadecimal, with its end */

/* ---- one sum over a sequence of bytes ---- */

struct xsum;

/* -ENOMEM. */
int xsum_open(struct xsum **out);
void xsum_add(struct xsum *x, const void *data, size_t len);

/* Of all bytes so far: XXH3 of 128 bits, as "xxh128sum" prints it. */
void xsum_text(const struct xsum *x, char out[XSUM_TEXT]);
void xsum_close(struct xsum *x);

/* xsum_text() of bytes that are all there. */
void xsum_of(const void *data, size_t len, char out[XSUM_TEXT]);

/* ---- many sums over a long sequence, in a table of fixed size ---- */

#define XSUM_PIECE  (UINT64_C(1) << 20) /* bytes of the smallest piece */
#define XSUM_PIECES 4096u		/* at most; must be even */
#define XSUM_LEVELS 40u

/*
 * The XXH3 (64 bits) of each piece. When the table is full, pieces become twice as large: the sum
 * of two is XXH3 of both sums, little-endian, one behind the other. So a piece is a balanced tree
 * over pieces of XSUM_PIECE, whatever size was begun with.
 */
struct xsum_tree {
	uint64_t piece; /* bytes: XSUM_PIECE times a power of two */
	uint64_t bytes; /* so far */
	uint64_t sum[XSUM_PIECES];
	unsigned nr; /* whole pieces */
	/* private */
	struct xsum_state *state;    /* of the smallest piece that is begun */
	uint64_t carry[XSUM_LEVELS]; /* parts of the piece that is begun */
};

/* Begin with pieces of this size. -ENOMEM. */
int xsum_tree_init(struct xsum_tree *t, uint64_t piece);
void xsum_tree_add(struct xsum_tree *t, const void *data, size_t len);

/* The piece that is begun becomes the last one; nothing may be added after that. */
void xsum_tree_end(struct xsum_tree *t);

/* Forget what is beyond so many bytes, and the piece that they end in. Ends it, too. */
void xsum_tree_cut(struct xsum_tree *t, uint64_t bytes);
void xsum_tree_fini(struct xsum_tree *t);

/* ---- sums over units that come in any order, each once, in a table of fixed size ---- */

/*
 * For each piece the sum, modulo 2^64, of the XXH3 (64 bits) of its units that are not all zeros,
 * each with its position as the seed: so a unit that is elsewhere is another one. When the table is
 * too short, pieces become twice as large.
 */
struct xsum_set {
	uint64_t unit;	/* bytes: a power of two, at most XSUM_PIECE */
	uint64_t piece; /* bytes: XSUM_PIECE times a power of two */
	uint64_t end;	/* of the last unit so far */
	uint64_t sum[XSUM_PIECES];
};

void xsum_set_init(struct xsum_set *s, uint64_t unit, uint64_t piece);

/* at and len are multiples of the unit; what is less than a unit at the end is passed over. */
void xsum_set_add(struct xsum_set *s, uint64_t at, const void *data, size_t len);

/* Pieces up to the end. */
unsigned xsum_set_nr(const struct xsum_set *s);

/* Forget what is beyond so many bytes, and the piece that they end in. */
void xsum_set_cut(struct xsum_set *s, uint64_t bytes);

#endif
