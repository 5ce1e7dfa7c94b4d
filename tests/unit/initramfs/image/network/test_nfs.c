/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_nfs.c - what a live NFS mount tells of its server */
#include "initramfs/image/device/targets.h"
#include "initramfs/image/network/network.h"

#include "base/err.h"
#include "base/util.h"
#include "made_machine.h"

/*
 * The server is this machine itself: no network leads to it, and that is found out only when what
 * the mount tells is in the plan.
 */
TEST(a_share_has_the_port_of_its_mount)
{
	static const struct {
		const char *options;
		unsigned port;
	} rows[] = {
		{ "rw,vers=4.2,port=2050,clientaddr=127.0.0.1,addr=127.0.0.1", 2050 },
		{ "port=2051,vers=4.2,addr=127.0.0.1", 2051 },
		{ "rw,vers=3,mountport=20048,addr=127.0.0.1", 0 },
		{ "rw,vers=4.2,port=0,addr=127.0.0.1", 0 },
		{ "rw,vers=4.2,port=99999,addr=127.0.0.1", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine m;
		struct builder b;
		char line[300];

		machine_open(&m);
		snprintf(line, sizeof(line), "30 1 0:50 / /net rw - nfs4 127.0.0.1:/export %s",
			 rows[i].options);
		machine_mount(&m, line);
		machine_builder(&m, "nfs 127.0.0.1:/export\n", &b);
		CHECK_EQ(targets_gather(&b), 0);
		CHECK_OP(network_gather(&b), <, 0);
		CHECK(strstr(fail_text(), "NFS target 127.0.0.1:/export"));
		CHECK_EQ(b.plan.targets[0].port, rows[i].port);
		fail_clear();
		builder_close(&b);
		machine_close(&m);
	}
}

RUN(a_share_has_the_port_of_its_mount)
