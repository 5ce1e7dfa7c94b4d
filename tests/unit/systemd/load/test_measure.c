/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_measure.c - the size of a dump from the collector's answer, the memory added up */
#include "systemd/load/measure.h"

#include "base/err.h"
#include "check.h"

#include <inttypes.h>

#define MIB (UINT64_C(1) << 20)

TEST(answer)
{
	struct measure_dump d;

	CHECK_EQ(measure_dump_parse(
			 "{\"level\":31,\"page_size\":4096,\"pages\":{\"zero\":1,\"cache\":2,"
			 "\"cache_private\":3,\"user\":4,\"free\":5,\"unreadable\":6},"
			 "\"bytes\":{\"ram\":1000,\"kept\":500,\"written\":200},\"seconds\":0.5,"
			 "\"memory\":{\"peak_resident\":9,\"peak_anonymous\":7}}",
			 &d),
		 0);
	CHECK_EQ(d.ram, 1000);
	CHECK_EQ(d.kept, 500);
	CHECK_EQ(d.written, 200);
	CHECK_EQ(d.zero + d.cache * 10 + d.cache_private * 100 + d.user * 1000, 4321);
	CHECK_EQ(d.free, 5);
	CHECK_EQ(d.unreadable, 6);
	CHECK_EQ(d.level, 31);
	CHECK_EQ(d.anonymous, 7);
	CHECK(!d.no_ratio);
}

/* Without a sample nothing is promised: as large as what is kept. */
TEST(no_ratio)
{
	struct measure_dump d;

	CHECK_EQ(measure_dump_parse("{\"bytes\":{\"kept\":500,\"written\":0}}", &d), 0);
	CHECK(d.no_ratio);
	CHECK_EQ(d.written, 500);
}

TEST(nonsense)
{
	static const char *const bad[] = { "", "x", "[]", "{}", "{\"bytes\":", "3" };
	struct measure_dump d;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_EQ(measure_dump_parse(bad[i], &d), -EBADMSG);
	CHECK_EQ(measure_dump_parse("{\"bytes\":{\"kept\":-1,\"ram\":\"x\"},\"pages\":7}", &d), 0);
	CHECK_EQ(d.kept, 0);
	fail_clear();
}

TEST(sum)
{
	struct measure_image image = { .file = 1 * MIB, .unpacked = 2 * MIB, .modules = 1 * MIB };
	struct measure_memory m;

	measure_memory_sum(&image, 33 * MIB, 4 * MIB, 0, &m);
	CHECK_EQ(m.need, m.kernel + m.modules + m.image + m.runtime);
	CHECK_EQ(m.modules, 1 * MIB);
	CHECK_EQ(m.image, 3 * MIB);
	CHECK_EQ(m.fixed, m.need - m.runtime);
	CHECK(m.recommended > m.need && m.recommended % (16 * MIB) == 0);
	image.packed = true;
	measure_memory_sum(&image, 33 * MIB, 4 * MIB, 256 * MIB, &m);
	CHECK_EQ(m.modules, 5 * MIB / 2);
	CHECK_EQ(m.recommended, 256 * MIB);
	/* Nothing known: the defaults, not nothing. */
	measure_memory_sum(&image, 0, 0, 0, &m);
	CHECK_OP(m.need, >, 84 * MIB);
}

/*
 * Found with tests/vm/sizes.sh: sections in /proc/iomem, the image as file and unpacked, the least
 * crashkernel= that saved a dump. Never less than that may be said, nor much more.
 */
TEST(sum_is_what_was_found)
{
	static const struct {
		const char *what;
		uint64_t sections, file, unpacked, least; /* KiB, MiB */
	} found[] = {
		{ "6.1 ext4", 30462, 1200, 2560, 76 },	{ "6.12 ext4", 35206, 1144, 2520, 72 },
		{ "7.2 ext4", 39219, 1144, 2524, 84 },	{ "6.1 ssh", 30462, 6379, 15498, 88 },
		{ "6.12 ssh", 35206, 6379, 15498, 84 }, { "7.2 ssh", 39219, 6379, 15498, 96 },
	};

	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		struct measure_image image = { .file = found[i].file << 10,
					       .unpacked = found[i].unpacked << 10 };
		struct measure_memory m;

		measure_memory_sum(&image, found[i].sections << 10, 1 * MIB, 0, &m);
		if (m.need < found[i].least * MIB || m.need > (found[i].least + 20) * MIB)
			fail_msg("%s: %" PRIu64 " MB, and %" PRIu64 " are the least", found[i].what,
				 m.need / MIB, found[i].least);
	}
}

RUN(answer, no_ratio, nonsense, sum, sum_is_what_was_found)
