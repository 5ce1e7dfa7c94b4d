/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_oops.c - the reason of a crash out of kernel logs: x86_64 and arm64, old and new */
#include "systemd/oops.h"

#include "check.h"

#include <string.h>

static struct oops_report parsed(const char *log)
{
	struct oops_report r;

	oops_parse(log, strlen(log), &r);
	return r;
}

static void says(const char *log, const char *expected)
{
	struct oops_report r = parsed(log);
	char text[600];

	oops_text(&r, text, sizeof(text));
	CHECK_STR(text, expected);
}

static const char sysrq_510[] =
	"[   17.084551] sysrq: Trigger a crash\n"
	"[   17.084767] Kernel panic - not syncing: sysrq triggered crash\n"
	"[   17.085008] CPU: 0 PID: 1 Comm: init Kdump: loaded Not tainted 5.10.0-43-cloud-amd64 "
	"#1 Debian 5.10.251-5\n"
	"[   17.085230] Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2\n"
	"[   17.085467] Call Trace:\n"
	"[   17.086591]  dump_stack+0x6b/0x83\n"
	"[   17.086694]  panic+0x114/0x2f1\n"
	"[   17.086744]  ? printk+0x58/0x73\n"
	"[   17.086793]  sysrq_handle_crash+0x16/0x20\n"
	"[   17.086858]  __handle_sysrq.cold+0x43/0x11a\n"
	"[   17.087515] RIP: 0033:0x47b7a0\n"
	"[   17.087801] Code: 40 00 48 c7 c2 e0 ff\n";

TEST(sysrq)
{
	struct oops_report r = parsed(sysrq_510);

	CHECK_STR(r.reason, "sysrq: Trigger a crash");
	CHECK_STR(r.panic, "sysrq triggered crash");
	CHECK_STR(r.function, "sysrq_handle_crash+0x16/0x20");
	CHECK_STR(r.process, "init");
	CHECK_STR(r.release, "5.10.0-43-cloud-amd64");
	CHECK_STR(r.taint, "");
	CHECK_EQ(r.cpu, 0);
	CHECK_EQ(r.pid, 1);
	says(sysrq_510, "sysrq: Trigger a crash at sysrq_handle_crash+0x16/0x20, CPU 0, "
			"process init (1)");
}

/* 6.12 and later: UID, the extra line about taint, caller ids in front. */
TEST(null_pointer_612)
{
	struct oops_report r = parsed(
		"[  101.000001][ T4711] BUG: kernel NULL pointer dereference, address: "
		"0000000000000008\n"
		"[  101.000002][ T4711] #PF: supervisor read access in kernel mode\n"
		"[  101.000003][ T4711] Oops: Oops: 0000 [#1] PREEMPT SMP NOPTI\n"
		"[  101.000004][ T4711] CPU: 3 UID: 1000 PID: 4711 Comm: Web Content Kdump: loaded "
		"Tainted: G           OE      6.12.57+deb13-amd64 #1  Debian 6.12.57-1\n"
		"[  101.000005][ T4711] Tainted: [O]=OOT_MODULE, [E]=UNSIGNED_MODULE\n"
		"[  101.000006][ T4711] Hardware name: Dell Inc. PowerEdge R640\n"
		"[  101.000007][ T4711] RIP: 0010:bad_read+0x1f/0x40 [baddrv]\n"
		"[  101.000008][ T4711] Call Trace:\n"
		"[  101.000009][ T4711]  <TASK>\n"
		"[  101.000010][ T4711]  vfs_read+0x1/0x2\n"
		"[  101.000011][ T4711] ---[ end trace 0000000000000000 ]---\n"
		"[  101.000012][ T4711] RIP: 0010:bad_read+0x1f/0x40 [baddrv]\n"
		"[  101.000013][ T4711] Kernel panic - not syncing: Fatal exception\n");

	CHECK_STR(r.reason, "BUG: kernel NULL pointer dereference, address: 0000000000000008");
	CHECK_STR(r.panic, "Fatal exception");
	CHECK_STR(r.function, "bad_read+0x1f/0x40 [baddrv]");
	CHECK_STR(r.process, "Web Content");
	CHECK_STR(r.taint, "GOE");
	CHECK_STR(r.release, "6.12.57+deb13-amd64");
	CHECK_EQ(r.cpu, 3);
	CHECK_EQ(r.pid, 4711);
}

TEST(arm64)
{
	struct oops_report r = parsed(
		"[   42.1] Unable to handle kernel NULL pointer dereference at virtual address "
		"0000000000000000\n"
		"[   42.2] Mem abort info:\n"
		"[   42.3]   ESR = 0x0000000096000046\n"
		"[   42.4] Internal error: Oops: 0000000096000046 [#1] SMP\n"
		"[   42.5] Modules linked in: dummy(E)\n"
		"[   42.6] CPU: 1 PID: 900 Comm: bash Kdump: loaded Tainted: G            E      "
		"6.1.0-18-arm64 #1  Debian 6.1.76-1\n"
		"[   42.7] pstate: 60400005 (nZCv daif +PAN -UAO -TCO -DIT -SSBS BTYPE=--)\n"
		"[   42.8] pc : sysrq_handle_crash+0x24/0x30\n"
		"[   42.9] lr : sysrq_handle_crash+0x18/0x30\n"
		"[   43.0] Call trace:\n"
		"[   43.1]  sysrq_handle_crash+0x24/0x30\n"
		"[   43.2] Kernel panic - not syncing: Oops: Fatal exception\n");

	CHECK_STR(r.function, "sysrq_handle_crash+0x24/0x30");
	CHECK_STR(r.taint, "GE");
	CHECK(strncmp(r.reason, "Unable to handle kernel NULL pointer", 36) == 0);
	CHECK_EQ(r.cpu, 1);
	CHECK_STR(r.process, "bash");
}

TEST(arm64_panic)
{
	says("[    1.0] Kernel panic - not syncing: VFS: Unable to mount root fs on "
	     "unknown-block(0,0)\n"
	     "[    1.1] CPU: 0 PID: 1 Comm: swapper/0 Not tainted 6.1.0-18-arm64 #1\n"
	     "[    1.2] Call trace:\n"
	     "[    1.3]  dump_backtrace.part.0+0xdc/0xf0\n"
	     "[    1.4]  show_stack+0x18/0x24\n"
	     "[    1.5]  panic+0x190/0x35c\n"
	     "[    1.6]  mount_block_root+0x1a4/0x240\n",
	     "VFS: Unable to mount root fs on unknown-block(0,0) at mount_block_root+0x1a4/0x240, "
	     "CPU 0, process swapper/0 (1)");
}

/* Traces that were survived do not count; nor does what user space writes. */
TEST(warnings_before)
{
	says("[    5.0] WARNING: CPU: 1 PID: 7 at kernel/x.c:10 warn_here+0x1/0x2\n"
	     "[    5.1] CPU: 1 PID: 7 Comm: kworker Not tainted 6.1.0 #1\n"
	     "[    5.2] RIP: 0010:warn_here+0x1/0x2\n"
	     "[    5.3] ---[ end trace 0000000000000000 ]---\n"
	     "[    6.0] systemd[1]: BUG: not ours\n"
	     "[    9.0] kernel BUG at mm/slub.c:435!\n"
	     "[    9.1] invalid opcode: 0000 [#1] PREEMPT SMP\n"
	     "[    9.2] CPU: 0 PID: 12 Comm: rm Tainted: G        W          6.1.0 #1\n"
	     "[    9.3] RIP: 0010:kfree+0x10/0x20\n",
	     "kernel BUG at mm/slub.c:435! at kfree+0x10/0x20, CPU 0, process rm (12), tainted GW");
}

TEST(last_oops_counts)
{
	struct oops_report r = parsed(
		"[1.0] BUG: unable to handle page fault for address: ffff\n"
		"[1.1] CPU: 0 PID: 1 Comm: one Not tainted 6.1.0 #1\n"
		"[1.2] RIP: 0010:first+0x1/0x2\n"
		"[1.3] ---[ end trace 0000000000000000 ]---\n"
		"[2.0] general protection fault, probably for non-canonical address 0x1: 0000\n"
		"[2.1] CPU: 1 PID: 2 Comm: two Tainted: G      D            6.1.0 #1\n"
		"[2.2] RIP: 0010:second+0x1/0x2\n"
		"[2.3] Kernel panic - not syncing: Fatal exception in interrupt\n"
		"[2.4] WARNING: CPU: 1 PID: 2 at kernel/smp.c:1 noise+0x1/0x2\n"
		"[2.5] RIP: 0010:noise+0x1/0x2\n");

	CHECK_STR(r.function, "second+0x1/0x2");
	CHECK_STR(r.process, "two");
	CHECK_STR(r.panic, "Fatal exception in interrupt");
}

TEST(lockups)
{
	says("[9.0] watchdog: BUG: soft lockup - CPU#2 stuck for 26s! [loop:99]\n"
	     "[9.1] CPU: 2 PID: 99 Comm: loop Kdump: loaded Not tainted 6.1.0 #1\n"
	     "[9.2] RIP: 0010:spin+0x5/0x10\n"
	     "[9.3] Kernel panic - not syncing: softlockup: hung tasks\n",
	     "watchdog: BUG: soft lockup - CPU#2 stuck for 26s! [loop:99] at spin+0x5/0x10, CPU 2, "
	     "process loop (99)");
	says("[9.0] INFO: task sync:77 blocked for more than 120 seconds.\n"
	     "[9.1]       Not tainted 6.1.0 #1\n"
	     "[9.2] Kernel panic - not syncing: hung_task: blocked tasks\n"
	     "[9.3] CPU: 0 PID: 30 Comm: khungtaskd Not tainted 6.1.0 #1\n"
	     "[9.4] Call Trace:\n"
	     "[9.5]  <TASK>\n"
	     "[9.6]  dump_stack_lvl+0x44/0x5c\n"
	     "[9.7]  panic+0x118/0x2ed\n"
	     "[9.8]  watchdog.cold+0xc/0xb5\n",
	     "INFO: task sync:77 blocked for more than 120 seconds. at watchdog.cold+0xc/0xb5, "
	     "CPU 0, process khungtaskd (30)");
}

/* An oops was survived; hours later init dies. */
TEST(long_after)
{
	struct oops_report r =
		parsed("[  10.0] BUG: unable to handle page fault for address: 1\n"
		       "[  10.1] RIP: 0010:old+0x1/0x2\n"
		       "[  10.2] ---[ end trace 0000000000000000 ]---\n"
		       "[9999.0] Kernel panic - not syncing: Attempted to kill init!\n"
		       "[9999.1] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1\n");

	CHECK_STR(r.reason, "Attempted to kill init!");
	CHECK_STR(r.function, "");
	CHECK_STR(r.process, "init");
}

TEST(nothing)
{
	says("", "no panic found in the kernel log");
	says("[    0.000000] Linux version 6.1.0\n[    1.0] all is well\n",
	     "no panic found in the kernel log");
}

/* Any bytes: long lines, no line end, control characters. */
TEST(hostile)
{
	size_t len = 100000;
	char *big = malloc(len);
	struct oops_report r;

	memset(big, 'A', len);
	memcpy(big, "Kernel panic - not syncing: \033[31m", 33);
	oops_parse(big, len, &r);
	CHECK(strchr(r.reason, '\033') == NULL);
	CHECK_EQ(strlen(r.reason), sizeof(r.reason) - 1);
	memset(big, 0xff, len);
	oops_parse(big, len, &r);
	CHECK_STR(r.reason, "");
	memset(big, '[', len);
	oops_parse(big, len, &r);
	oops_parse("CPU: ", 5, &r);
	oops_parse("BUG: x\nCPU: \nRIP: \npc : \n PID:  Comm: ", 39, &r);
	CHECK_STR(r.reason, "BUG: x");
	free(big);
}

RUN(sysrq, null_pointer_612, arm64, arm64_panic, warnings_before, last_oops_counts, lockups,
    long_after, nothing, hostile)
