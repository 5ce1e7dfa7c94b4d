/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lzo1x_shapes.c - LZO1X of arrays of struct page, by shapes.h */
#include "codec/lzo1x.h"

#include "codec/lzo1x_array.h"
#include "codec/lzo1x_put.h"
#include "codec/marks.h"
#include "codec/shapes.h"

enum {
	PART = 4, /* of a page: longer streams are not kept */
	END = 3,  /* bytes that end a stream */
};

struct lzo1x_shapes {
	size_t len;
	marks_find *find_marks;
	struct shapes *shapes;
	uint64_t memory[]; /* of shapes */
};

static struct shapes_cfg shapes_cfg(size_t len)
{
	return (struct shapes_cfg){ .nr_marks = len / MARKS_ROW, .longest = len / PART };
}

size_t lzo1x_shapes_memory(size_t len)
{
	const struct shapes_cfg cfg = shapes_cfg(len);

	return sizeof(struct lzo1x_shapes) + shapes_memory(&cfg);
}

struct lzo1x_shapes *lzo1x_shapes_init(void *memory, size_t len)
{
	const struct shapes_cfg cfg = shapes_cfg(len);
	struct lzo1x_shapes *s = memory;

	s->len = len;
	s->find_marks = marks_choose();
	s->shapes = shapes_init(s->memory, &cfg);
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
			(struct literal){ (uint16_t)(r->in - shape->packed), (uint16_t)r->at };
}

/* Find the literals of shape->packed, which lzo1x_compress_array() wrote: see lzo1x_put.h. */
static void find_literals(struct shape *shape)
{
	struct reader r = { .in = shape->packed };
	const uint8_t *end = shape->packed + shape->size - END;

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

static void find_marks(const struct lzo1x_shapes *s, const uint8_t *in, uint64_t *marks)
{
	const struct marks_rows rows = { .first = in + MARKS_ROW,
					 .nr = s->len / MARKS_ROW - 1,
					 .distance = MARKS_ROW };

	marks[0] = marks_first_row(in);
	s->find_marks(&rows, marks + 1);
}

size_t lzo1x_compress_array(struct lzo1x_shapes *s, const uint8_t *in, uint8_t *out)
{
	struct shape *shape;
	size_t size;
	bool again;

	find_marks(s, in, shapes_marks(s->shapes));
	shape = shapes_find(s->shapes, &again);
	if (shape->size) {
		shape_copy(shape, in, out);
		return shape->size;
	}
	size = lzo1x_write_array(in, s->len, shape->marks, out);
	if (again && shape_keep(s->shapes, shape, out, size))
		find_literals(shape);
	return size;
}
