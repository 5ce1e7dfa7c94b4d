/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_xsum.c - checksums are XXH3's, and those of pieces do not depend on how they were taken */
#include "base/xsum.h"

#include "check.h"

#include <stdlib.h>
#include <string.h>

/* By "printf abc | xxh128sum" of xxhash 0.8. */
TEST(known_values)
{
	char out[XSUM_TEXT];
	struct xsum *x;

	xsum_of("abc", 3, out);
	CHECK_STR(out, "06b05ab6733a618578af5f94892f3950");
	CHECK_EQ(xsum_open(&x), 0);
	xsum_add(x, "a", 1);
	xsum_add(x, "bc", 2);
	xsum_text(x, out);
	CHECK_STR(out, "06b05ab6733a618578af5f94892f3950");
	xsum_close(x);
}

static struct xsum_tree *tree(uint64_t piece, uint64_t bytes, size_t step)
{
	struct xsum_tree *t = calloc(1, sizeof(*t));
	uint8_t *buf = malloc(step);

	CHECK(t && buf && xsum_tree_init(t, piece) == 0);
	for (uint64_t pos = 0; pos < bytes; pos += step) {
		size_t n = bytes - pos < step ? (size_t)(bytes - pos) : step;

		for (size_t i = 0; i < n; i++)
			buf[i] = (uint8_t)((pos + i) >> 9);
		xsum_tree_add(t, buf, n);
	}
	free(buf);
	return t;
}

static void drop(struct xsum_tree *t)
{
	xsum_tree_fini(t);
	free(t);
}

/* The same bytes in other portions, and with other pieces from the beginning on. */
TEST(portions_do_not_matter)
{
	const uint64_t bytes = 21 * XSUM_PIECE + 12345;
	struct xsum_tree *a = tree(XSUM_PIECE, bytes, 4096), *b = tree(XSUM_PIECE, bytes, 1000003);

	xsum_tree_end(a);
	xsum_tree_end(b);
	CHECK_EQ(a->nr, 22);
	CHECK_EQ(a->nr, b->nr);
	CHECK_MEM(a->sum, b->sum, a->nr * sizeof(a->sum[0]));
	drop(a);
	drop(b);
}

/* A full table: as if pieces had been of that size from the beginning. */
TEST(pieces_grow)
{
	const uint64_t bytes = (XSUM_PIECES + 3) * XSUM_PIECE + 77;
	struct xsum_tree *grown = tree(XSUM_PIECE, bytes, XSUM_PIECE);
	struct xsum_tree *large = tree(2 * XSUM_PIECE, bytes, XSUM_PIECE);

	xsum_tree_end(grown);
	xsum_tree_end(large);
	CHECK_EQ(grown->piece, 2 * XSUM_PIECE);
	CHECK_EQ(grown->nr, XSUM_PIECES / 2 + 2);
	CHECK_EQ(large->nr, grown->nr);
	CHECK_MEM(grown->sum, large->sum, large->nr * sizeof(large->sum[0]));
	drop(grown);
	drop(large);
}

/* Of what is left, the pieces are those that were there before. */
TEST(cut)
{
	struct xsum_tree *a = tree(4 * XSUM_PIECE, 19 * XSUM_PIECE, 4096);
	struct xsum_tree *b = tree(4 * XSUM_PIECE, 8 * XSUM_PIECE, 4096);

	xsum_tree_cut(a, 11 * XSUM_PIECE + 5);
	xsum_tree_end(b);
	CHECK_EQ(a->bytes, 8 * XSUM_PIECE);
	CHECK_EQ(a->nr, 2);
	CHECK_MEM(a->sum, b->sum, sizeof(a->sum[0]) * 2);
	drop(a);
	drop(b);
}

/* One byte changes its own piece, and no other. */
TEST(a_change_is_found)
{
	static uint8_t zeros[3 * XSUM_PIECE];
	struct xsum_tree *t = calloc(1, sizeof(*t)), *u = calloc(1, sizeof(*u));

	CHECK(t && u && !xsum_tree_init(t, XSUM_PIECE) && !xsum_tree_init(u, XSUM_PIECE));
	xsum_tree_add(t, zeros, sizeof(zeros));
	zeros[XSUM_PIECE + 7] = 1;
	xsum_tree_add(u, zeros, sizeof(zeros));
	CHECK(t->nr == 3 && t->sum[0] == u->sum[0] && t->sum[2] == u->sum[2]);
	CHECK_OP(t->sum[1], !=, u->sum[1]);
	drop(t);
	drop(u);
}

RUN(known_values, portions_do_not_matter, pieces_grow, cut, a_change_is_found)
