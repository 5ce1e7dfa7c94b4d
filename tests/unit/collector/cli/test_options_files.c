/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_options_files.c - command lines with several inputs or outputs */
#include "options_case.h"

TEST(split_and_reassemble)
{
	struct options o;

	CHECK_EQ(parse("makedumpfile --split -l -d 31 core a b c", &o), 0);
	CHECK(o.mode == MODE_DUMP && o.nr_members == 3 && o.nr_parts == 1);
	CHECK_STR(o.vmcore, "core");
	CHECK_STR(o.member[2], "c");
	CHECK_EQ(parse("makedumpfile --split --splitblock-size 1024 core a b", &o), 0);
	CHECK_EQ(parse("kdump-collect --split --dry-run core", &o), 0);
	CHECK_EQ(parse("kdump-collect --split --check-params", &o), 0);
	CHECK_EQ(parse("makedumpfile --reassemble b a c out", &o), 0);
	CHECK(o.reassemble && o.nr_parts == 3 && o.nr_members == 0);
	CHECK_STR(o.part[0], "b");
	CHECK_STR(o.dump, "out");
	refused("kdump-collect --split core a",
		"a single output; give --split VMCORE DUMP1 DUMP2...");
	refused("kdump-collect --split core", "no output; give --split VMCORE DUMP1 DUMP2...");
	refused("kdump-collect --split core a b a",
		"'a' is named twice; give --split VMCORE DUMP1 DUMP2...");
	refused("kdump-collect --split core a -", "--split writes files; '-' is none");
	refused("kdump-collect --split -E core a b",
		"an ELF core cannot be split: leave out -E or --split");
	refused("kdump-collect --reassemble a", "no output; give --reassemble PART PART... DUMP");
	refused("kdump-collect --reassemble -d 31 a b c",
		"--reassemble keeps every page; to filter all parts again, leave it out");
	refused("kdump-collect --reassemble -z a b c",
		"--reassemble copies pages as they are; to compress them anew, leave it out");
}

TEST(lists_of_levels)
{
	struct options o;

	CHECK_EQ(parse("makedumpfile -d 1,17,31 a b", &o), 0);
	CHECK_EQ(o.level, 1);
	CHECK(o.nr_next_levels == 2 && o.next_level[0] == 17 && o.next_level[1] == 31);
	CHECK_EQ(parse("makedumpfile -d 1,17 -d 31 a b", &o), 0);
	CHECK(o.level == 31 && o.nr_next_levels == 0);
	refused("makedumpfile -d 1,,31 a b", "-d: '' is not a number between 0 and 31");
	refused("makedumpfile -d 1, a b", "-d: '' is not a number between 0 and 31");
	refused("makedumpfile -d 1,32 a b", "-d: '32' is not a number between 0 and 31");
	refused("makedumpfile -d 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0"
		",0,0 a b",
		"-d: a list of levels has at most 32");
}

static void refused_words(char **argv, const char *words)
{
	struct options o;
	int argc = 0;

	fail_clear();
	while (argv[argc])
		argc++;
	CHECK_EQ(options_parse(argc, argv, &o), -EINVAL);
	CHECK_STR(fail_text(), words);
}

TEST(size_limits)
{
	struct options o;

	CHECK_EQ(parse("makedumpfile -L 4096 a b", &o), 0);
	CHECK_EQ(o.size_limit, 4096);
	CHECK_EQ(parse("makedumpfile -L 3g a b", &o), 0);
	CHECK_EQ(o.size_limit, 3ull << 30);
	CHECK_EQ(parse("makedumpfile -L 15E a b", &o), 0);
	CHECK_EQ(o.size_limit, 15ull << 60);
	refused("makedumpfile -L 16E a b",
		"-L: '16E' is not a size; write 500M or 2G, for example");
	refused("makedumpfile -L 2GB a b",
		"-L: '2GB' is not a size; write 500M or 2G, for example");
	refused("makedumpfile -L M a b", "-L: 'M' is not a size; write 500M or 2G, for example");
	refused("makedumpfile -L 0 a b", "-L: '0' is not a size; write 500M or 2G, for example");
	refused_words((char *[]){ "makedumpfile", "-L", "5 ", "a", "b", NULL },
		      "-L: '5 ' is not a size; write 500M or 2G, for example");
}

TEST(what_a_dash_is_not)
{
	struct options o;

	refused("kdump-collect -R -", "-R writes a file; '-' is none");
	refused("kdump-collect -g - core", "-g writes a file; '-' is none");
	refused("kdump-collect --checksums - core dump", "--checksums writes a file; '-' is none");
	refused("kdump-collect --json=- core dump",
		"--json=FILE writes a file; for standard output write --json alone");
	CHECK_EQ(parse("kdump-collect --json core dump", &o), 0);
	CHECK_EQ(parse("kdump-collect -R ./-", &o), 0);
}

TEST(an_address_alone_or_with_a_dump)
{
	struct options o;

	CHECK_EQ(parse("kdump-collect --vtop ffffffff81000000 core", &o), 0);
	CHECK(o.mode == MODE_VTOP && o.vtop == 0xffffffff81000000);
	CHECK_EQ(parse("makedumpfile --vtop 0xFFFF888000000000 core dump", &o), 0);
	CHECK(o.mode == MODE_DUMP && o.vtop == 0xffff888000000000);
	refused("kdump-collect --vtop 12345678901234567 core",
		"--vtop: '12345678901234567' is not a hexadecimal address");
	refused("kdump-collect --vtop 0x core", "--vtop: '0x' is not a hexadecimal address");
}

RUN(split_and_reassemble, lists_of_levels, size_limits, what_a_dash_is_not,
    an_address_alone_or_with_a_dump)
