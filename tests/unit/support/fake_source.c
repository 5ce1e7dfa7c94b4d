/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fake_source.c - a source in memory whose pages fail in every way there is */
#include "fake_source.h"

static int fake_view_open(struct source *src, struct view **out)
{
	struct fake_view *v = calloc(1, sizeof(*v));

	v->base.src = src;
	v->src = container_of(src, struct fake_source, base);
	*out = &v->base;
	return 0;
}

static int fake_view_map(struct view *base, uint64_t pa, size_t len, const void **out)
{
	struct fake_view *v = container_of(base, struct fake_view, base);
	struct fake_source *s = v->src;
	size_t first = (size_t)(pa >> s->shift), nr = len >> s->shift;

	CHECK_OP(len, <=, SOURCE_MAP_MAX);
	if (pa >= (uint64_t)NR_PAGES << s->shift)
		return -EFAULT;
	for (size_t i = first; i < first + nr; i++) {
		if (i >= NR_PAGES || s->health[i] == NO_RAM)
			return -EFAULT;
		CHECK(s->health[i] != HOLE || i > first);
		if (s->health[i] == UNREADABLE)
			return (fail)(-EIO, "page"); /* cmocka has a macro of that name */
		v->damaged |= s->health[i] == FAULTS && !s->sigbus;
	}
	*out = s->mem + (first << s->shift);
	return 0;
}

static uint64_t fake_view_zeros(struct view *base, uint64_t pa, uint64_t len)
{
	const struct fake_source *s = container_of(base, struct fake_view, base)->src;
	uint64_t first = pa >> s->shift, n = 0;

	while (n < len >> s->shift && first + n < NR_PAGES && s->health[first + n] == HOLE)
		n++;
	return n << s->shift;
}

static bool fake_view_damaged(struct view *base)
{
	struct fake_view *v = container_of(base, struct fake_view, base);
	bool damaged = v->damaged || sigbus_tripped(v->src->sigbus);

	v->damaged = false;
	return damaged;
}

static void fake_view_close(struct view *base)
{
	free(container_of(base, struct fake_view, base));
}

static const struct source_ops fake_ops = {
	.kind = "fake",
	.view_open = fake_view_open,
	.view_map = fake_view_map,
	.view_zeros = fake_view_zeros,
	.view_damaged = fake_view_damaged,
	.view_close = fake_view_close,
};

/* By frame number: every fifth page zero, every seventh noise, the rest text. */
static void fill_page(uint8_t *page, size_t len, size_t pfn)
{
	uint32_t seed = (uint32_t)pfn;

	memset(page, 0, len);
	if (pfn % 5 == 0)
		return;
	for (size_t i = 0; i < len; i++) {
		uint32_t n = next(&seed) >> 8;

		page[i] = (uint8_t)(pfn % 7 == 0 ? n : 'a' + n % 4);
	}
}

void fake_open(struct fake_source *s, unsigned shift)
{
	*s = (struct fake_source){ .base.ops = &fake_ops, .shift = shift };
	s->mem = malloc((size_t)NR_PAGES << shift);
	for (size_t i = 0; i < NR_PAGES; i++)
		fill_page(s->mem + (i << shift), (size_t)1 << shift, i);
}
