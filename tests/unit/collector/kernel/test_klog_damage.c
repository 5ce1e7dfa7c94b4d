/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_klog_damage.c - a damaged lockless ring: what is sound is kept, what is crafted is bounded
 */
#include "base/log.h"
#include "check.h"
#include "fixture.h"

#include <string.h>

static struct fix *machine(const char *era)
{
	struct fix *f = fix_new();

	log_setup(0, false);
	fix_machine(f, &(struct fix_opts){ .era = era });
	return f;
}

/* A machine with an empty log; its memory is r.f. */
static struct fix_ring ring(const char *era, unsigned count_bits, unsigned size_bits)
{
	struct fix_ring r;

	fix_ring_open(machine(era), count_bits, size_bits, &r);
	return r;
}

/* Every record claims all that follows: no byte of the ring is printed twice. */
TEST(ring_records_do_not_overlap)
{
	struct fix_ring r = ring("6.1", 6, 12);
	struct fix *f = r.f;
	struct fix_printed res;
	uint64_t id[64];

	for (unsigned i = 0; i < 64; i++)
		id[i] = fix_ring_add(&r, &(struct fix_msg){ i * 1000, 0, "0123456789abcdef", 16 });
	for (unsigned i = 0; i < 64; i++) {
		fix_poke(f, fix_ring_desc(&r, id[i]) + 16, r.head_lpos, 8);
		fix_poke(f, fix_ring_info(&r, id[i]) + 16, 65535, 2);
	}
	res = fix_print(f, false);
	CHECK(res.rc == 0 && res.counts.records + res.counts.lost == 64);
	/* Each byte at most as four (\\xNN), a time in front of each record. */
	CHECK_OP(strlen(res.text), <=, 64 * 24 * 4 + 64 * 16);
	CHECK_EQ(res.counts.records, 1);
	fix_free(f);
}

/* Nothing of the descriptors is left: ids in the data and numbers in the infos say enough. */
TEST(ring_without_descriptors)
{
	struct fix_ring r = ring("6.1", 4, 10);
	struct fix *f = r.f;
	struct fix_printed res;
	uint64_t id[8];

	for (unsigned i = 0; i < 8; i++)
		id[i] = fix_ring_add(&r, &(struct fix_msg){ i * 1000, 0, "text", 4 });
	for (unsigned i = 1; i < 7; i++)
		for (unsigned word = 0; word < 3; word++)
			fix_poke(f, fix_ring_desc(&r, id[i]) + 8 * word, 0x5a5a5a5a5a5a5a5a, 8);
	res = fix_print(f, false);
	CHECK(res.counts.records == 8 && res.counts.lost == 0);
	/* A number that cannot be: not believed. */
	fix_poke(f, fix_ring_info(&r, id[3]), 4711, 8);
	res = fix_print(f, false);
	CHECK(res.counts.records == 7 && res.counts.lost == 1);
	fix_free(f);
}

RUN(ring_records_do_not_overlap, ring_without_descriptors)
