/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shapes.c - compressed pages of the shapes seen lately */
#include "codec/shapes.h"

#include <string.h>

enum { NR_SHAPES = 8 };

struct shapes {
	struct shapes_cfg cfg;
	/* The one used last first. The marks of the page at hand go into the last. */
	struct shape *recent[NR_SHAPES];
	struct shape shapes[NR_SHAPES];
	uint64_t memory[]; /* of the shapes */
};

/* Of one shape: marks, compressed bytes and as many literals. */
static size_t shape_memory(const struct shapes_cfg *cfg)
{
	return cfg->nr_marks * sizeof(uint64_t) + cfg->longest * (1 + sizeof(struct literal));
}

size_t shapes_memory(const struct shapes_cfg *cfg)
{
	return sizeof(struct shapes) + NR_SHAPES * shape_memory(cfg);
}

struct shapes *shapes_init(void *memory, const struct shapes_cfg *cfg)
{
	struct shapes *s = memory;
	uint8_t *at = (uint8_t *)s->memory;

	memset(s, 0, shapes_memory(cfg));
	s->cfg = *cfg;
	for (unsigned i = 0; i < NR_SHAPES; i++, at += shape_memory(cfg)) {
		struct shape *shape = &s->shapes[i];

		shape->marks = (void *)at;
		shape->literals = (void *)(shape->marks + cfg->nr_marks);
		shape->packed = (void *)(shape->literals + cfg->longest);
		s->recent[i] = shape;
	}
	return s;
}

uint64_t *shapes_marks(struct shapes *s)
{
	s->recent[NR_SHAPES - 1]->size = 0;
	return s->recent[NR_SHAPES - 1]->marks;
}

static struct shape *move_to_front(struct shapes *s, unsigned i)
{
	struct shape *shape = s->recent[i];

	if (i > 0)
		memmove(&s->recent[1], &s->recent[0], i * sizeof(s->recent[0]));
	s->recent[0] = shape;
	return shape;
}

struct shape *shapes_find(struct shapes *s, bool *again)
{
	const uint64_t *marks = s->recent[NR_SHAPES - 1]->marks;
	size_t len = s->cfg.nr_marks * sizeof(*marks);
	unsigned i = 0;

	while (i < NR_SHAPES - 1 && memcmp(s->recent[i]->marks, marks, len) != 0)
		i++;
	*again = i < NR_SHAPES - 1;
	return move_to_front(s, i);
}

bool shape_keep(struct shapes *s, struct shape *shape, const uint8_t *packed, size_t size)
{
	if (size > s->cfg.longest)
		return false;
	memcpy(shape->packed, packed, size);
	shape->size = size;
	shape->nr = 0;
	return true;
}

void shape_copy(const struct shape *shape, const uint8_t *in, uint8_t *out)
{
	memcpy(out, shape->packed, shape->size);
	for (size_t i = 0; i < shape->nr; i++)
		out[shape->literals[i].to] = in[shape->literals[i].from];
}
