/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_elf_loads.c - one damaged field of a PT_LOAD header is repaired, and nothing else */
#include "source/elf_loads.h"

#include "base/log.h"
#include "base/util.h"
#include "check.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define K	   UINT64_C(1024)
#define DIRECT	   UINT64_C(0xffff888000000000)
#define IMAGE_AT   (1024 * K) /* physical */
#define IMAGE_SIZE (128 * K)
#define NR	   4

/* As the kernel lays them out: the image, then all memory; the second piece holds the image. */
static void lay_out(struct elf_load load[NR])
{
	const uint64_t at[NR] = { IMAGE_AT, 4 * K, 512 * K, 4096 * K };
	const uint64_t len[NR] = { IMAGE_SIZE, 400 * K, 1024 * K, 256 * K };
	uint64_t off = 8 * K;

	for (size_t i = 0; i < NR; i++) {
		uint64_t va = i == 0 ? UINT64_C(0xffffffff81000000) : DIRECT + at[i];

		load[i] = (struct elf_load){ off, va, at[i], len[i], len[i] };
		off += len[i];
	}
}

/* Each 256 bytes of memory begin with their physical address. */
static struct infile file_of(const struct elf_load load[NR])
{
	struct infile in = { .fd = memfd_create("core", 0) };

	for (size_t i = 0; i < NR; i++) {
		for (uint64_t n = 0; n < load[i].filesz; n += 256) {
			uint64_t pa = load[i].pa + n;

			CHECK_EQ(pwrite(in.fd, &pa, 8, (off_t)(load[i].off + n)), 8);
		}
	}
	in.size = load[NR - 1].off + load[NR - 1].filesz;
	CHECK_EQ(ftruncate(in.fd, (off_t)in.size), 0);
	return in;
}

/* Damage one field of load i by value; how many repairs, and is all as it was? */
static size_t after_damage(size_t i, size_t field, uint64_t value, bool *restored)
{
	struct elf_load whole[NR], load[NR];
	struct elf_loads l = { load, NR, 5 * K };
	struct infile in;
	size_t n;

	lay_out(whole);
	in = file_of(whole);
	memcpy(load, whole, sizeof(load));
	memcpy((char *)&load[i] + field, &value, sizeof(value));
	n = elf_loads_repair(&in, &l);
	*restored = memcmp(load, whole, sizeof(load)) == 0;
	infile_fini(&in);
	return n;
}

static void check_restored(size_t i, size_t field, uint64_t value)
{
	bool restored;

	CHECK_EQ(after_damage(i, field, value, &restored), 1);
	CHECK(restored);
}

#define FIELD(name) offsetof(struct elf_load, name)

TEST(sound_headers_stay)
{
	struct elf_load load[NR];
	bool restored;

	lay_out(load);
	CHECK_EQ(after_damage(1, FIELD(off), load[1].off, &restored), 0);
	CHECK(restored);
}

TEST(offset)
{
	const uint64_t wrong[] = { 0, 12 * K, UINT64_C(1) << 62, UINT64_MAX - 5 };

	for (size_t i = 0; i < NR; i++) {
		for (size_t n = 0; n < ARRAY_SIZE(wrong); n++)
			check_restored(i, FIELD(off), wrong[n]);
	}
}

TEST(size)
{
	for (size_t i = 0; i < NR; i++) {
		check_restored(i, FIELD(filesz), 1);
		check_restored(i, FIELD(filesz), 0);
		check_restored(i, FIELD(memsz), 1);
	}
}

TEST(address_of_the_memory_that_holds_the_image)
{
	check_restored(2, FIELD(pa), 516 * K);
	check_restored(2, FIELD(pa), UINT64_C(1) << 40);
}

/* Nothing says which of the two is right. */
TEST(other_addresses_stay)
{
	bool restored;

	CHECK_EQ(after_damage(1, FIELD(pa), 64 * K, &restored), 0);
	CHECK_EQ(after_damage(2, FIELD(va), 7, &restored), 0);
	CHECK_EQ(after_damage(0, FIELD(pa), 0, &restored), 0);
}

/* Other programs write segments in any order, with gaps, or leave the end of one out. */
TEST(other_layouts_stay)
{
	struct elf_load whole[NR], load[NR];
	struct elf_loads l = { load, NR, 5 * K };
	struct infile in;

	lay_out(whole);
	in = file_of(whole);
	for (size_t i = 0; i < NR; i++)
		load[i] = whole[NR - 1 - i];
	CHECK_EQ(elf_loads_repair(&in, &l), 0);
	memcpy(load, whole, sizeof(load));
	load[1].memsz += 64 * K;
	load[3].filesz -= 8 * K;
	in.size -= 8 * K;
	CHECK_EQ(elf_loads_repair(&in, &l), 0);
	infile_fini(&in);
}

/* As QEMU with "paging" cuts a run at the end of a RAM block, and names pieces of the rest. */
TEST(memory_beyond_a_block_that_others_name)
{
	struct infile in = { .fd = -1, .size = 2048 * K };
	struct elf_load load[10] = { { 8 * K, DIRECT, 64 * K, 512 * K, 1024 * K } }, whole[10];
	struct elf_loads l = { load, 10, 5 * K };

	for (size_t i = 1; i < 10; i++)
		load[i] = (struct elf_load){ 8 * K + (512 + 16 * i) * K, 0, (576 + 16 * i) * K,
					     4 * K, 4 * K };
	memcpy(whole, load, sizeof(load));
	log_setup(0, false);
	CHECK_EQ(elf_loads_complete(&in, &l), 1);
	CHECK_EQ(load[0].filesz, 1024 * K);
	CHECK_EQ(elf_loads_complete(&in, &l), 0);
	/* Not all of them agree; there are too few; the file is too short. */
	memcpy(load, whole, sizeof(load));
	load[9].off += 4 * K;
	CHECK_EQ(elf_loads_complete(&in, &l), 0);
	memcpy(load, whole, sizeof(load));
	l.nr = 8;
	CHECK_EQ(elf_loads_complete(&in, &l), 0);
	l.nr = 10;
	in.size = 1000 * K;
	CHECK_EQ(elf_loads_complete(&in, &l), 0);
	CHECK_MEM(load, whole, sizeof(load));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		U7(sound_headers_stay, offset, size, address_of_the_memory_that_holds_the_image,
		   other_addresses_stay, other_layouts_stay,
		   memory_beyond_a_block_that_others_name),
	};

	log_setup(0, false);
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
