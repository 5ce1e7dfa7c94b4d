/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_chain_dm.c - lines of a device-mapper table that are cut short */
#include "initramfs/image/device/targets.h"

#include "made_machine.h"

TEST(half_a_line_of_a_table_is_refused)
{
	static const char *const bad[] = { "0 2048\n", "0 2048 linear\n", "0 2048 linear 254:0\n",
					   "0 2048 linear 254:0 x\n" };
	struct machine m;
	struct builder b;

	machine_open(&m);
	machine_vda(&m);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		machine_dm(&m, "", bad[i]);
		machine_mkfs(&m, "ext4", "dm-0");
		machine_builder(&m, "ext4 /dev/mapper/vg0-dump\npath /\n", &b);
		CHECK_EQ(targets_gather(&b), -EINVAL);
		CHECK(strstr(fail_text(), "table of vg0-dump: \"0 2048"));
		builder_close(&b);
	}
	machine_close(&m);
}

RUN(half_a_line_of_a_table_is_refused)
