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

RUN(split_and_reassemble)
