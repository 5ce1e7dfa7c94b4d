/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lzo1x_shapes.c - LZO1X of arrays of struct page: from the stream of a page of the same shape
 *
 * Most of mem_map is of free memory, and its pages are alike but for some bytes of each structure.
 * Pages with the same marks are of one shape: their streams differ in the literals only. So the
 * second one is a copy of the first with its own literals.
 *
 *     stream   05 . literals of the page . 5c 07 . literals . 20 16 fc 00 . literals ...
 */
#include "codec/lzo1x.h"

#include "codec/lzo1x_array.h"
#include "codec/lzo1x_put.h"

enum {
	NR_SHAPES = 8,
	PART = 4, /* of a page: longer streams are not kept */
	END = 3,  /* bytes that end a stream */
};

/* A literal: where it is in the stream and in the page. */
struct literal {
	uint16_t to, from;
};

struct shape {
	uint64_t *marks;
	size_t size; /* of the stream; 0: not kept yet, there was one such page */
	uint8_t *stream;
	size_t nr;
	struct literal *literals;
};

struct lzo1x_shapes {
	size_t len;
	lzo1x_find_marks *find_marks;
	/* The one used last first. The marks of the page at hand go into the last. */
	struct shape *recent[NR_SHAPES];
	struct shape shapes[NR_SHAPES];
	uint64_t memory[]; /* of the shapes */
};

/* Of one shape: marks, stream and as many literals. */
static size_t shape_memory(size_t len)
{
	return len / LZO1X_ROW * sizeof(uint64_t) + len / PART * (1 + sizeof(struct literal));
}

size_t lzo1x_shapes_memory(size_t len)
{
	return sizeof(struct lzo1x_shapes) + NR_SHAPES * shape_memory(len);
}

struct lzo1x_shapes *lzo1x_shapes_init(void *memory, size_t len)
{
	struct lzo1x_shapes *s = memory;
	uint8_t *at = (uint8_t *)s->memory;

	memset(s, 0, lzo1x_shapes_memory(len));
	s->len = len;
	s->find_marks = lzo1x_choose_find_marks();
	for (unsigned i = 0; i < NR_SHAPES; i++, at += shape_memory(len)) {
		struct shape *shape = &s->shapes[i];

		shape->marks = (void *)at;
		shape->literals = (void *)(shape->marks + len / LZO1X_ROW);
		shape->stream = (void *)(shape->literals + len / PART);
		s->recent[i] = shape;
	}
	return s;
}

/* Where a stream and the page that it becomes are read. */
struct reader {
	const uint8_t *in;
	size_t at; /* in the page */
};

static size_t read_length(struct reader *r, size_t field, size_t more)
{
	size_t n = more;

	if (field)
		return field;
	for (; *r->in == 0; r->in++)
		n += 255;
	return n + *r->in++;
}

/* nr literals come next. */
static void add_literals(struct shape *shape, struct reader *r, size_t nr)
{
	for (; nr; nr--, r->in++, r->at++)
		shape->literals[shape->nr++] =
			(struct literal){ (uint16_t)(r->in - shape->stream), (uint16_t)r->at };
}

/* Find the literals of shape->stream, which lzo1x_compress_array() wrote: see lzo1x_put.h. */
static void find_literals(struct shape *shape)
{
	struct reader r = { .in = shape->stream };
	const uint8_t *end = shape->stream + shape->size - END;

	shape->nr = 0;
	while (r.in < end) {
		uint8_t first = *r.in++;

		if (first < 16) {
			add_literals(shape, &r, read_length(&r, first, 15) + 3);
			continue;
		}
		if (first >= 64) {
			r.at += (first >> 5) + 1;
			r.in++;
			add_literals(shape, &r, first & 3);
		} else {
			r.at += read_length(&r, first & 31, 31) + 2;
			r.in += 2;
			add_literals(shape, &r, r.in[-2] & 3);
		}
	}
}

/* Keep the stream of a page of this shape, unless it is long. */
static void keep(struct shape *shape, size_t len, const uint8_t *stream, size_t size)
{
	if (size > len / PART)
		return;
	memcpy(shape->stream, stream, size);
	shape->size = size;
	find_literals(shape);
}

static size_t copy_stream(const struct shape *shape, const uint8_t *in, uint8_t *out)
{
	memcpy(out, shape->stream, shape->size);
	for (size_t i = 0; i < shape->nr; i++)
		out[shape->literals[i].to] = in[shape->literals[i].from];
	return shape->size;
}

/* The place of the shape that the page at hand has, the last if there is no other. */
static unsigned find_shape(const struct lzo1x_shapes *s)
{
	const uint64_t *marks = s->recent[NR_SHAPES - 1]->marks;
	unsigned i = 0;

	while (i < NR_SHAPES - 1 &&
	       memcmp(s->recent[i]->marks, marks, s->len / LZO1X_ROW * sizeof(*marks)) != 0)
		i++;
	return i;
}

static struct shape *move_to_front(struct lzo1x_shapes *s, unsigned i)
{
	struct shape *shape = s->recent[i];

	if (i > 0)
		memmove(&s->recent[1], &s->recent[0], i * sizeof(s->recent[0]));
	s->recent[0] = shape;
	return shape;
}

/* What comes twice is kept: many shapes are those of a single page. */
size_t lzo1x_compress_array(struct lzo1x_shapes *s, const uint8_t *in, uint8_t *out)
{
	struct shape *shape = s->recent[NR_SHAPES - 1];
	unsigned found;
	size_t size;

	shape->size = 0;
	s->find_marks(in, s->len, shape->marks);
	found = find_shape(s);
	shape = move_to_front(s, found);
	if (shape->size)
		return copy_stream(shape, in, out);
	size = lzo1x_write_array(in, s->len, shape->marks, out);
	if (found < NR_SHAPES - 1)
		keep(shape, s->len, out, size);
	return size;
}
