/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_crashkernel.c - crashkernel= read, written, looked up, enlarged; defaults by machine */
#include "systemd/crashkernel/crashkernel.h"

#include "base/err.h"
#include "check.h"

#include <string.h>

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

/* in: as given; out: as written again; sizes at 1, 4 and 128 GiB in MiB */
static const struct {
	const char *in, *out;
	uint64_t at1, at4, at128;
} good[] = {
	{ "256M", "256M", 256, 256, 256 },
	{ "262144K", "256M", 256, 256, 256 },
	{ "0x10000000", "256M", 256, 256, 256 },
	{ "1536M", "1536M", 1536, 1536, 1536 },
	{ "1g", "1G", 1024, 1024, 1024 },
	{ "256M@16M", "256M@16M", 256, 256, 256 },
	{ "256M@0", "256M@0", 256, 256, 256 },
	{ "1G,high", "1G,high", 1024, 1024, 1024 },
	{ "72M,low", "72M,low", 72, 72, 72 },
	{ "512M,cma", "512M,cma", 512, 512, 512 },
	{ "2G-:192M", "2G-:192M", 0, 192, 192 },
	{ "2G-64G:256M,64G-:512M", "2G-64G:256M,64G-:512M", 0, 256, 512 },
	{ "512M-2G:64M,2G-4G:128M", "512M-2G:64M,2G-4G:128M", 64, 0, 0 },
	{ "0-4G:128M,4G-:256M@32M", "0-4G:128M,4G-:256M@32M", 128, 256, 256 },
	{ "0M-2G:0M,2G-:160M", "0-2G:0,2G-:160M", 0, 160, 160 },
};

TEST(good)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct crashkernel c;
		char text[CRASHKERNEL_TEXT_MAX];

		CHECK_EQ(crashkernel_parse(good[i].in, &c), 0);
		crashkernel_format(&c, text);
		CHECK_STR(text, good[i].out);
		CHECK_EQ(crashkernel_size(&c, 1 * GIB), good[i].at1 * MIB);
		CHECK_EQ(crashkernel_size(&c, 4 * GIB), good[i].at4 * MIB);
		CHECK_EQ(crashkernel_size(&c, 128 * GIB), good[i].at128 * MIB);
	}
}

static const char *const bad[] = {
	"",	      "M",
	"auto",	      "256X",
	"256M,hi",    "256M,high@16M",
	"256M@",      "256M,",
	"2G:256M",    "2G-1G:256M",
	"2G-2G:256M", "2G-4G:",
	"2G-4G:8G",   "2G-:256M,",
	"2G-:256M,x", "2G-:256M@",
	"-4G:256M",   "99999999999999999999",
	"99999999T",  "2G-:256M,high",
};

TEST(bad)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct crashkernel c;

		fail_clear();
		if (crashkernel_parse(bad[i], &c) != -EINVAL)
			fail_msg("'%s' was taken", bad[i]);
		CHECK_EQ(strncmp(fail_text(), "crashkernel=", 12), 0);
	}
	fail_clear();
}

TEST(too_many_ranges)
{
	char text[1024] = "";
	struct crashkernel c;

	for (unsigned i = 0; i <= CRASHKERNEL_RANGES_MAX; i++) {
		size_t n = strlen(text);

		snprintf(text + n, sizeof(text) - n, "%s%uG-%uG:128M", i ? "," : "", i + 1, i + 2);
	}
	CHECK_EQ(crashkernel_parse(text, &c), -EINVAL);
	fail_clear();
}

static void added(const char *in, uint64_t bytes, const char *expected)
{
	struct crashkernel c;
	char text[CRASHKERNEL_TEXT_MAX];

	CHECK_EQ(crashkernel_parse(in, &c), 0);
	CHECK_EQ(crashkernel_add(&c, bytes), 0);
	crashkernel_format(&c, text);
	CHECK_STR(text, expected);
}

TEST(add)
{
	struct crashkernel c;

	added("256M", 64 * MIB, "320M");
	added("256M@16M", 1, "257M@16M");
	added("512M,high", 512 * MIB, "1G,high");
	added("72M,low", 8 * MIB, "80M,low");
	added("512M,cma", 64 * MIB, "576M,cma");
	added("0-1G:0,1G-4G:160M,4G-:256M@32M", 32 * MIB, "0-1G:0,1G-4G:192M,4G-:288M@32M");
	CHECK_EQ(crashkernel_parse("8E", &c), 0);
	CHECK_EQ(crashkernel_add(&c, UINT64_MAX / 2 + 1), -ERANGE);
	fail_clear();
}

TEST(ram)
{
	CHECK_EQ(crashkernel_ram_round(0), 0);
	CHECK_EQ(crashkernel_ram_round(1), 0);
	CHECK_EQ(crashkernel_ram_round(2 * GIB), 2 * GIB);
	CHECK_EQ(crashkernel_ram_round(2 * GIB - 100 * MIB), 2 * GIB);
	CHECK_EQ(crashkernel_ram_round(2 * GIB - 128 * MIB), 1 * GIB);
	CHECK_EQ(crashkernel_ram_round(64 * GIB - 1 * MIB), 64 * GIB);
	CHECK_EQ(crashkernel_ram_round(65 * GIB - 129 * MIB), 64 * GIB);
}

static void usual(struct crashkernel_machine m, const char *expected)
{
	char text[CRASHKERNEL_TEXT_MAX];

	CHECK_EQ(crashkernel_default(&m, text), 0);
	CHECK_STR(text, expected);
}

#define M(...) ((struct crashkernel_machine){ .page_size = 4096, __VA_ARGS__ })

TEST(defaults)
{
	char text[CRASHKERNEL_TEXT_MAX];

	usual(M(.machine = "x86_64"), "1G-4G:128M,4G-64G:192M,64G-:256M");
	usual(M(.machine = "x86_64", .encrypted = true), "1G-4G:192M,4G-64G:256M,64G-:320M");
	usual(M(.machine = "x86_64", .distribution = true), "2G-64G:256M,64G-:512M");
	usual(M(.machine = "x86_64", .distribution = true, .encrypted = true),
	      "2G-64G:320M,64G-:576M");
	usual(M(.machine = "s390x"), "2G-64G:256M,64G-:512M");
	usual(M(.machine = "aarch64"), "2G-4G:256M,4G-64G:320M,64G-:576M");
	usual(M(.machine = "aarch64", .mlx5 = true), "2G-4G:406M,4G-64G:470M,64G-:726M");
	usual(((struct crashkernel_machine){ .machine = "aarch64", .page_size = 65536 }),
	      "2G-4G:356M,4G-64G:420M,64G-:676M");
	usual(((struct crashkernel_machine){
		      .machine = "aarch64", .page_size = 65536, .smmu = true, .mlx5 = true }),
	      "2G-4G:940M,4G-64G:1004M,64G-:1260M");
	usual(M(.machine = "ppc64le", .cpus = 32),
	      "2G-4G:416M,4G-16G:544M,16G-64G:1056M,64G-128G:2080M,128G-:4128M");
	CHECK_EQ(crashkernel_default(&M(.machine = "riscv64"), text), -ENOTSUP);
	fail_clear();
}

TEST(fadump)
{
	char text[CRASHKERNEL_TEXT_MAX];

	CHECK_EQ(crashkernel_default(&M(.machine = "ppc64le", .cpus = 8, .fadump = true), text), 0);
	CHECK_EQ(strncmp(text, "4G-16G:768M,", 12), 0);
	CHECK_STR(text + strlen(text) - 9, "64T-:180G");
}

TEST(was_default)
{
	CHECK(crashkernel_was_default(&M(.machine = "x86_64"), "1G-4G:128M,4G-64G:192M,64G-:256M"));
	CHECK(!crashkernel_was_default(&M(.machine = "x86_64"), "2G-64G:256M,64G-:512M"));
	CHECK(!crashkernel_was_default(&M(.machine = "x86_64"), "512M"));
	CHECK(crashkernel_was_default(&M(.machine = "s390x"), "2G-64G:256M,64G-:512M"));
}

RUN(good, bad, too_many_ranges, add, ram, defaults, fadump, was_default)
