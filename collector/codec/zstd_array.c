/* SPDX-License-Identifier: GPL-2.0-or-later */
/* zstd_array.c - zstd frames of arrays of struct page, by shapes.h */
#if HAVE_ZSTD
#define ZSTD_STATIC_LINKING_ONLY
#define ZSTD_DISABLE_DEPRECATE_WARNINGS
#include "codec/zstd_array.h"

#include "base/util.h"
#include "codec/lzo1x.h"
#include "codec/marks.h"
#include "codec/shapes.h"
#include "codec/zstd_frame.h"

#include <string.h>
#include <zstd.h>

enum {
	NR_DISTANCES = 3,
	SHORTEST = 4,	    /* below that a match saves nothing */
	GAIN = 2,	    /* what another distance than the one before must be longer for */
	FROM = 8,	    /* the first match begins there or later */
	PER_LITERAL = 20,   /* bytes of a page for each: with more, libzstd gains by coding them */
	PER_SEQUENCE = 8,   /* the same: no page of mem_map has more */
	PER_FEWEST = 48,    /* the same: pages with fewer are no arrays */
	KEPT_PART = 4,	    /* of a page: larger frames are not kept */
	SMALLEST_TABLE = 6, /* libzstd looks for no matches */
};

static const size_t distances[NR_DISTANCES] = { 256, 64, 8 };

struct zstd_array {
	size_t len;
	marks_find *find_marks;
	struct shapes *shapes;
	ZSTD_CCtx *cctx;
	/* What the page at hand is made of. */
	size_t nr_sequences, nr_literals;
	ZSTD_Sequence *sequences;
	uint16_t *literals; /* where each is in the page */
	uint8_t *frame;	    /* as libzstd writes it */
	size_t capacity;
	uint64_t memory[]; /* of all of these */
};

static struct shapes_cfg shapes_cfg(size_t len)
{
	return (struct shapes_cfg){ .nr_marks = NR_DISTANCES * len / MARKS_ROW,
				    .longest = len / KEPT_PART };
}

static size_t sequences_memory(size_t len)
{
	return align_size(len / PER_SEQUENCE * sizeof(ZSTD_Sequence));
}

static size_t literals_memory(size_t len)
{
	return align_size(len / PER_LITERAL * sizeof(uint16_t));
}

static unsigned window_log(size_t len)
{
	return (unsigned)__builtin_ctzll(len);
}

static size_t cctx_memory(size_t len)
{
	const ZSTD_compressionParameters p = { .windowLog = window_log(len),
					       .chainLog = SMALLEST_TABLE,
					       .hashLog = SMALLEST_TABLE,
					       .searchLog = 1,
					       .minMatch = SHORTEST,
					       .targetLength = 0,
					       .strategy = ZSTD_fast };

	return align_size(ZSTD_estimateCCtxSize_usingCParams(p));
}

size_t zstd_array_memory(size_t len)
{
	const struct shapes_cfg cfg = shapes_cfg(len);

	return sizeof(struct zstd_array) + align_size(shapes_memory(&cfg)) + sequences_memory(len) +
	       literals_memory(len) + align_size(ZSTD_compressBound(len)) + cctx_memory(len);
}

static bool set_parameters(ZSTD_CCtx *cctx, size_t len)
{
	const struct {
		ZSTD_cParameter name;
		int value;
	} parameters[] = {
		{ ZSTD_c_windowLog, (int)window_log(len) },
		{ ZSTD_c_hashLog, SMALLEST_TABLE },
		{ ZSTD_c_chainLog, SMALLEST_TABLE },
		{ ZSTD_c_searchLog, 1 },
		{ ZSTD_c_minMatch, SHORTEST },
		{ ZSTD_c_strategy, ZSTD_fast },
		{ ZSTD_c_literalCompressionMode, ZSTD_lcm_uncompressed },
		{ ZSTD_c_blockDelimiters, ZSTD_sf_noBlockDelimiters },
		{ ZSTD_c_stableInBuffer, 1 },
		{ ZSTD_c_stableOutBuffer, 1 },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(parameters); i++)
		if (ZSTD_isError(
			    ZSTD_CCtx_setParameter(cctx, parameters[i].name, parameters[i].value)))
			return false;
	return true;
}

struct zstd_array *zstd_array_init(void *memory, size_t len)
{
	const struct shapes_cfg cfg = shapes_cfg(len);
	struct zstd_array *a = memory;
	uint8_t *at = (uint8_t *)a->memory;

	a->len = len;
	a->find_marks = marks_choose();
	a->shapes = shapes_init(at, &cfg);
	at += align_size(shapes_memory(&cfg));
	a->sequences = (void *)at;
	at += sequences_memory(len);
	a->literals = (void *)at;
	at += literals_memory(len);
	a->frame = at;
	a->capacity = ZSTD_compressBound(len);
	at += align_size(a->capacity);
	a->cctx = ZSTD_initStaticCCtx(at, cctx_memory(len));
	return a->cctx && set_parameters(a->cctx, len) ? a : NULL;
}

/* The marks for one distance after the other; rows that have nothing so far before them have 0. */
static void find_marks(const struct zstd_array *a, const uint8_t *in, uint64_t *marks)
{
	size_t nr = a->len / MARKS_ROW;

	for (unsigned i = 0; i < NR_DISTANCES; i++, marks += nr) {
		size_t without = (distances[i] + MARKS_ROW - 1) / MARKS_ROW;
		const struct marks_rows rows = { .first = in + without * MARKS_ROW,
						 .nr = nr - without,
						 .distance = distances[i] };

		memset(marks, 0, without * sizeof(*marks));
		if (distances[i] < MARKS_ROW)
			marks[0] = marks_first_row(in);
		a->find_marks(&rows, marks + without);
	}
}

/* Could so many literals be too many? Counts the bytes that no distance has a match for. */
static bool few_literals(const struct zstd_array *a, const uint64_t *marks)
{
	size_t rows = a->len / MARKS_ROW, nr = 0;

	for (size_t i = 0; i < rows; i++)
		nr += (size_t)__builtin_popcountll(
			~(marks[i] | marks[rows + i] | marks[2 * rows + i]));
	return nr <= a->len / PER_LITERAL;
}

/* How many bits are set from bit at on; len: the number of bits. */
static size_t run_length(const uint64_t *marks, size_t at, size_t len)
{
	size_t n = 0;

	while (at + n < len) {
		size_t bit = (at + n) % MARKS_ROW;
		uint64_t clear = ~marks[(at + n) / MARKS_ROW] >> bit;

		if (clear)
			return n + (size_t)__builtin_ctzll(clear);
		n += MARKS_ROW - bit;
	}
	return n;
}

/* The match at this place. To change the distance costs something. */
static ZSTD_Sequence match_at(const struct zstd_array *a, const uint64_t *marks, size_t at,
			      size_t last)
{
	ZSTD_Sequence best = { 0 };

	for (unsigned i = 0; i < NR_DISTANCES; i++) {
		size_t n = run_length(marks + i * a->len / MARKS_ROW, at, a->len);
		size_t least = best.matchLength;

		if (least > 0)
			least += distances[i] == last ? (size_t)-1 : GAIN;
		if (n <= least)
			continue;
		best.matchLength = (unsigned)n;
		best.offset = (unsigned)distances[i];
	}
	return best;
}

/* False: there are too many. */
static bool add_literals(struct zstd_array *a, size_t from, size_t to)
{
	if (a->nr_literals + (to - from) > a->len / PER_LITERAL)
		return false;
	for (; from < to; from++)
		a->literals[a->nr_literals++] = (uint16_t)from;
	return true;
}

/* Sequences and literals of a page with these marks. False: it is left to libzstd. */
static bool find_sequences(struct zstd_array *a, const uint64_t *marks)
{
	size_t todo = 0, at = FROM, last = 0;

	a->nr_sequences = a->nr_literals = 0;
	while (at < a->len) {
		ZSTD_Sequence found = match_at(a, marks, at, last);

		if (found.matchLength < SHORTEST) {
			at++;
			continue;
		}
		if (a->nr_sequences == a->len / PER_SEQUENCE || !add_literals(a, todo, at))
			return false;
		found.litLength = (unsigned)(at - todo);
		a->sequences[a->nr_sequences++] = found;
		last = found.offset;
		todo = at += found.matchLength;
	}
	return add_literals(a, todo, a->len) && a->nr_sequences >= a->len / PER_FEWEST;
}

/*
 * What libzstd wrote, with the number of literals in three bytes and the size of the page, which it
 * leaves out. Returns the size or 0.
 */
static size_t write_marked(const struct zstd_array *a, size_t size, uint8_t *out, size_t capacity)
{
	struct zstd_frame_sizes sizes = { .len = a->len, .nr = a->nr_literals };
	struct zstd_frame f;
	size_t rest;

	if (!zstd_frame_read(a->frame, size, &f) || !f.raw || f.nr_literals != a->nr_literals)
		return 0;
	rest = (size_t)(a->frame + size - f.literals);
	if (ZSTD_FRAME_HEADS + rest > capacity || ZSTD_FRAME_HEADS + rest >= a->len)
		return 0;
	sizes.block = ZSTD_FRAME_LONG_HEAD + rest;
	zstd_frame_put_heads(out, &sizes);
	memcpy(out + ZSTD_FRAME_HEADS, f.literals, rest);
	return ZSTD_FRAME_HEADS + rest;
}

/* All literals lie in a row, at the same place of every frame. */
static void keep(struct zstd_array *a, struct shape *shape, const uint8_t *out, size_t size)
{
	if (!shape_keep(a->shapes, shape, out, size))
		return;
	for (; shape->nr < a->nr_literals; shape->nr++)
		shape->literals[shape->nr] =
			(struct literal){ (uint16_t)(ZSTD_FRAME_HEADS + shape->nr),
					  a->literals[shape->nr] };
}

size_t zstd_array_compress(struct zstd_array *a, const uint8_t *in, uint8_t *out, size_t capacity)
{
	struct shape *shape;
	size_t size;
	bool again;

	if (!lzo1x_is_array(in, a->len))
		return 0;
	find_marks(a, in, shapes_marks(a->shapes));
	shape = shapes_find(a->shapes, &again);
	if (shape->size) {
		if (shape->size > capacity)
			return 0;
		shape_copy(shape, in, out);
		return shape->size;
	}
	if (!few_literals(a, shape->marks) || !find_sequences(a, shape->marks))
		return 0;
	(void)ZSTD_CCtx_reset(a->cctx, ZSTD_reset_session_only);
	size = ZSTD_compressSequences(a->cctx, a->frame, a->capacity, a->sequences, a->nr_sequences,
				      in, a->len);
	size = ZSTD_isError(size) ? 0 : write_marked(a, size, out, capacity);
	if (size && again)
		keep(a, shape, out, size);
	return size;
}

bool zstd_array_made(const uint8_t *frame, size_t size)
{
	struct zstd_frame f;

	return zstd_frame_read(frame, size, &f) && f.is_long;
}
#endif
