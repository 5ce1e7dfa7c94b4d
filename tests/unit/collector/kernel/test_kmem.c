/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_kmem.c - small reads of kernel memory of which a part cannot be read */
#include "kernel/kernel.h"
#include "kernel/kmem.h"

#include "check.h"

#include <errno.h>

#define IMAGE_VA 0xffffffff81000000ull
#define NR_PAGES 4

/* Memory of four pages. What is asked of one is counted; page 1 is a bad sector. */
struct memory {
	struct source src;
	struct view view;
	char bytes[NR_PAGES][KMEM_PAGE];
	unsigned asked[NR_PAGES];
	bool tripped; /* page 2: the error comes with the access */
};

static int map(struct view *v, uint64_t pa, size_t len, const void **out)
{
	struct memory *mem = (struct memory *)v->src;
	unsigned nr = (unsigned)(pa / KMEM_PAGE);

	CHECK_EQ(len, KMEM_PAGE);
	CHECK_OP(nr, <, NR_PAGES);
	mem->asked[nr]++;
	mem->tripped = nr == 2;
	*out = mem->bytes[nr];
	return nr == 1 ? -EIO : 0;
}

static bool damaged(struct view *v)
{
	return ((struct memory *)v->src)->tripped;
}

static const struct source_ops ops = { .kind = "test", .view_map = map, .view_damaged = damaged };

static void open_memory(struct memory *mem, struct kernel *k, struct kmem **out)
{
	*mem = (struct memory){ .src.ops = &ops };
	mem->view.src = &mem->src;
	*k = (struct kernel){ .src = &mem->src };
	k->image = (struct kernel_image){ IMAGE_VA, 0, NR_PAGES * KMEM_PAGE };
	CHECK_EQ(kmem_open(k, &mem->view, 16, out), 0);
}

/* A disk takes seconds for each attempt. */
TEST(a_page_that_cannot_be_read_is_asked_for_once)
{
	struct memory mem;
	struct kernel k;
	struct kmem *m;
	uint32_t word;

	open_memory(&mem, &k, &m);
	for (unsigned i = 0; i < 100; i++) {
		CHECK_EQ(kmem_u32(m, IMAGE_VA + KMEM_PAGE + 4 * i, &word), -EIO);
		CHECK_EQ(kmem_u32(m, IMAGE_VA + 2 * KMEM_PAGE + 4 * i, &word), -EIO);
		CHECK_EQ(kmem_u32(m, IMAGE_VA + 3 * KMEM_PAGE + 4 * i, &word), 0);
	}
	CHECK_EQ(mem.asked[1], 1);
	CHECK_EQ(mem.asked[2], 1);
	CHECK_EQ(mem.asked[3], 1);
	kmem_forget(m);
	CHECK_EQ(kmem_u32(m, IMAGE_VA + KMEM_PAGE, &word), -EIO);
	CHECK_EQ(mem.asked[1], 2);
	kmem_close(m);
}

/* Until page tables are known; then they are. */
TEST(what_is_not_translated_is_asked_for_again)
{
	struct memory mem;
	struct kernel k;
	struct kmem *m;
	uint32_t word;

	open_memory(&mem, &k, &m);
	k.image.len = 0;
	CHECK_EQ(kmem_u32(m, IMAGE_VA, &word), -EFAULT);
	k.image.len = NR_PAGES * KMEM_PAGE;
	CHECK_EQ(kmem_u32(m, IMAGE_VA, &word), 0);
	CHECK_EQ(mem.asked[0], 1);
	kmem_close(m);
}

RUN(a_page_that_cannot_be_read_is_asked_for_once, what_is_not_translated_is_asked_for_again)
