/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_triage.c - reason, function and the rest out of kernel logs: x86_64 and arm64, old and new
 */
#include "triage/triage.h"

#include "base/util.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	const char *log;
	struct triage_report report;
	const char *text; /* for people */
} cases[] = {
	{ "5.10, sysrq",
	  "[   17.084551] sysrq: Trigger a crash\n"
	  "[   17.084767] Kernel panic - not syncing: sysrq triggered crash\n"
	  "[   17.085008] CPU: 0 PID: 1 Comm: init Kdump: loaded Not tainted "
	  "5.10.0-43-cloud-amd64 #1 Debian 5.10.251-5\n"
	  "[   17.085230] Hardware name: QEMU Standard PC (i440FX + PIIX, 1996), BIOS 1.16.2\n"
	  "[   17.085467] Call Trace:\n"
	  "[   17.086591]  dump_stack+0x6b/0x83\n"
	  "[   17.086694]  panic+0x114/0x2f1\n"
	  "[   17.086744]  ? printk+0x58/0x73\n"
	  "[   17.086793]  sysrq_handle_crash+0x16/0x20\n"
	  "[   17.086858]  __handle_sysrq.cold+0x43/0x11a\n"
	  "[   17.087515] RIP: 0033:0x47b7a0\n"
	  "[   17.087801] Code: 40 00 48 c7 c2 e0 ff\n",
	  { .reason = "sysrq: Trigger a crash",
	    .panic = "sysrq triggered crash",
	    .function = "sysrq_handle_crash",
	    .process = "init",
	    .release = "5.10.0-43-cloud-amd64",
	    .cpu = 0,
	    .pid = 1 },
	  "sysrq: Trigger a crash at sysrq_handle_crash+0x16/0x20, CPU 0, process init (1)" },
	{ "6.12 and later: UID, the extra line about taint, caller ids in front",
	  "[  101.000001][ T4711] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
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
	  "[  101.000013][ T4711] Kernel panic - not syncing: Fatal exception\n",
	  { .reason = "BUG: kernel NULL pointer dereference, address: 0000000000000008",
	    .panic = "Fatal exception",
	    .function = "bad_read",
	    .module = "baddrv",
	    .process = "Web Content",
	    .taint = "GOE",
	    .release = "6.12.57+deb13-amd64",
	    .cpu = 3,
	    .pid = 4711 },
	  "BUG: kernel NULL pointer dereference, address: 0000000000000008 at bad_read+0x1f/0x40 "
	  "[baddrv], CPU 3, process Web Content (4711), tainted GOE" },
	/* Kernels before 5.0 crash by a NULL pointer when they are told to: that is how, not why.
	 */
	{ "arm64, sysrq that reads from address 0",
	  "[   50.1] sysrq: SysRq : Trigger a crash\n"
	  "[   50.2] Unable to handle kernel NULL pointer dereference at virtual address "
	  "0000000000000000\n"
	  "[   50.4] Internal error: Oops: 96000046 [#1] SMP\n"
	  "[   50.5] CPU: 0 PID: 700 Comm: bash Kdump: loaded Not tainted 4.19.0-27-arm64 #1 "
	  "Debian 4.19.316-1\n"
	  "[   50.6] pc : sysrq_handle_crash+0x24/0x30\n"
	  "[   50.7] lr : __handle_sysrq+0xa4/0x198\n"
	  "[   50.8] Call trace:\n"
	  "[   50.9]  sysrq_handle_crash+0x24/0x30\n"
	  "[   51.0]  write_sysrq_trigger+0x74/0x98\n"
	  "[   51.1] Kernel panic - not syncing: Fatal exception\n",
	  { .reason = "sysrq: SysRq : Trigger a crash",
	    .panic = "Fatal exception",
	    .function = "sysrq_handle_crash",
	    .process = "bash",
	    .release = "4.19.0-27-arm64",
	    .cpu = 0,
	    .pid = 700 },
	  "sysrq: SysRq : Trigger a crash at sysrq_handle_crash+0x24/0x30, CPU 0, "
	  "process bash (700)" },
	{ "arm64",
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
	  "[   43.2] Kernel panic - not syncing: Oops: Fatal exception\n",
	  { .reason = "Unable to handle kernel NULL pointer dereference at virtual address "
		      "0000000000000000",
	    .panic = "Oops: Fatal exception",
	    .function = "sysrq_handle_crash",
	    .process = "bash",
	    .taint = "GE",
	    .release = "6.1.0-18-arm64",
	    .cpu = 1,
	    .pid = 900 },
	  "Unable to handle kernel NULL pointer dereference at virtual address 0000000000000000 "
	  "at sysrq_handle_crash+0x24/0x30, CPU 1, process bash (900), tainted GE" },
	{ "arm64, without an oops",
	  "[    1.0] Kernel panic - not syncing: VFS: Unable to mount root fs on "
	  "unknown-block(0,0)\n"
	  "[    1.1] CPU: 0 PID: 1 Comm: swapper/0 Not tainted 6.1.0-18-arm64 #1\n"
	  "[    1.2] Call trace:\n"
	  "[    1.3]  dump_backtrace.part.0+0xdc/0xf0\n"
	  "[    1.4]  show_stack+0x18/0x24\n"
	  "[    1.5]  panic+0x190/0x35c\n"
	  "[    1.6]  mount_block_root+0x1a4/0x240\n",
	  { .reason = "VFS: Unable to mount root fs on unknown-block(0,0)",
	    .function = "mount_block_root",
	    .process = "swapper/0",
	    .release = "6.1.0-18-arm64",
	    .cpu = 0,
	    .pid = 1 },
	  "VFS: Unable to mount root fs on unknown-block(0,0) at mount_block_root+0x1a4/0x240, "
	  "CPU 0, process swapper/0 (1)" },
	{ "traces that were survived do not count; nor does what user space writes",
	  "[    5.0] WARNING: CPU: 1 PID: 7 at kernel/x.c:10 warn_here+0x1/0x2\n"
	  "[    5.1] CPU: 1 PID: 7 Comm: kworker Not tainted 6.1.0 #1\n"
	  "[    5.2] RIP: 0010:warn_here+0x1/0x2\n"
	  "[    5.3] ---[ end trace 0000000000000000 ]---\n"
	  "[    6.0] systemd[1]: BUG: not ours\n"
	  "[    9.0] kernel BUG at mm/slub.c:435!\n"
	  "[    9.1] invalid opcode: 0000 [#1] PREEMPT SMP\n"
	  "[    9.2] CPU: 0 PID: 12 Comm: rm Tainted: G        W          6.1.0 #1\n"
	  "[    9.3] RIP: 0010:kfree+0x10/0x20\n",
	  { .reason = "kernel BUG at mm/slub.c:435!",
	    .function = "kfree",
	    .process = "rm",
	    .taint = "GW",
	    .release = "6.1.0",
	    .cpu = 0,
	    .pid = 12 },
	  "kernel BUG at mm/slub.c:435! at kfree+0x10/0x20, CPU 0, process rm (12), tainted GW" },
	{ "of two oopses the last counts, and no warning behind it",
	  "[1.0] BUG: unable to handle page fault for address: ffff\n"
	  "[1.1] CPU: 0 PID: 1 Comm: one Not tainted 6.1.0 #1\n"
	  "[1.2] RIP: 0010:first+0x1/0x2\n"
	  "[1.3] ---[ end trace 0000000000000000 ]---\n"
	  "[2.0] general protection fault, probably for non-canonical address 0x1: 0000\n"
	  "[2.1] CPU: 1 PID: 2 Comm: two Tainted: G      D            6.1.0 #1\n"
	  "[2.2] RIP: 0010:second+0x1/0x2\n"
	  "[2.3] Kernel panic - not syncing: Fatal exception in interrupt\n"
	  "[2.4] WARNING: CPU: 1 PID: 2 at kernel/smp.c:1 noise+0x1/0x2\n"
	  "[2.5] RIP: 0010:noise+0x1/0x2\n",
	  { .reason = "general protection fault, probably for non-canonical address 0x1: 0000",
	    .panic = "Fatal exception in interrupt",
	    .function = "second",
	    .process = "two",
	    .taint = "GD",
	    .release = "6.1.0",
	    .cpu = 1,
	    .pid = 2 },
	  "general protection fault, probably for non-canonical address 0x1: 0000 at "
	  "second+0x1/0x2, CPU 1, process two (2), tainted GD" },
	{ "a CPU that hangs",
	  "[9.0] watchdog: BUG: soft lockup - CPU#2 stuck for 26s! [loop:99]\n"
	  "[9.1] CPU: 2 PID: 99 Comm: loop Kdump: loaded Not tainted 6.1.0 #1\n"
	  "[9.2] RIP: 0010:spin+0x5/0x10\n"
	  "[9.3] Kernel panic - not syncing: softlockup: hung tasks\n",
	  { .reason = "watchdog: BUG: soft lockup - CPU#2 stuck for 26s! [loop:99]",
	    .panic = "softlockup: hung tasks",
	    .function = "spin",
	    .process = "loop",
	    .release = "6.1.0",
	    .cpu = 2,
	    .pid = 99 },
	  "watchdog: BUG: soft lockup - CPU#2 stuck for 26s! [loop:99] at spin+0x5/0x10, CPU 2, "
	  "process loop (99)" },
	{ "a task that hangs",
	  "[9.0] INFO: task sync:77 blocked for more than 120 seconds.\n"
	  "[9.1]       Not tainted 6.1.0 #1\n"
	  "[9.2] Kernel panic - not syncing: hung_task: blocked tasks\n"
	  "[9.3] CPU: 0 PID: 30 Comm: khungtaskd Not tainted 6.1.0 #1\n"
	  "[9.4] Call Trace:\n"
	  "[9.5]  <TASK>\n"
	  "[9.6]  dump_stack_lvl+0x44/0x5c\n"
	  "[9.7]  panic+0x118/0x2ed\n"
	  "[9.8]  watchdog.cold+0xc/0xb5\n",
	  { .reason = "INFO: task sync:77 blocked for more than 120 seconds.",
	    .panic = "hung_task: blocked tasks",
	    .process = "sync",
	    .release = "6.1.0",
	    .cpu = -1,
	    .pid = 77 },
	  "INFO: task sync:77 blocked for more than 120 seconds., process sync (77)" },
	{ "a task that hangs, with its stack",
	  "[9.0] INFO: task sync:77 blocked for more than 120 seconds.\n"
	  "[9.1]       Not tainted 6.1.0 #1\n"
	  "[9.2] task:sync            state:D stack:0     pid:77    ppid:1      flags:0x00004002\n"
	  "[9.3] Call Trace:\n"
	  "[9.4]  <TASK>\n"
	  "[9.5]  __schedule+0x34d/0x9e0\n"
	  "[9.6]  schedule+0x5a/0xd0\n"
	  "[9.7]  io_schedule+0x42/0x70\n"
	  "[9.8]  ? __pfx_bit_wait+0x10/0x10\n"
	  "[9.9]  jbd2_log_wait_commit+0xd8/0x140 [jbd2]\n",
	  { .reason = "INFO: task sync:77 blocked for more than 120 seconds.",
	    .function = "jbd2_log_wait_commit",
	    .module = "jbd2",
	    .process = "sync",
	    .release = "6.1.0",
	    .cpu = -1,
	    .pid = 77 },
	  "no panic found in the kernel log; the first warning: INFO: task sync:77 blocked for "
	  "more than 120 seconds. at jbd2_log_wait_commit+0xd8/0x140 [jbd2], process sync (77)" },
	{ "an oops was survived; hours later init dies",
	  "[  10.0] BUG: unable to handle page fault for address: 1\n"
	  "[  10.1] RIP: 0010:old+0x1/0x2\n"
	  "[  10.2] ---[ end trace 0000000000000000 ]---\n"
	  "[9999.0] Kernel panic - not syncing: Attempted to kill init!\n"
	  "[9999.1] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1\n",
	  { .reason = "Attempted to kill init!",
	    .process = "init",
	    .release = "6.1.0",
	    .cpu = 0,
	    .pid = 1 },
	  "Attempted to kill init!, CPU 0, process init (1)" },
	{ "a CPU that takes no interrupts",
	  "[9.0] NMI watchdog: Watchdog detected hard LOCKUP on cpu 3\n"
	  "[9.1] CPU: 3 PID: 50 Comm: spin Not tainted 6.1.0 #1\n"
	  "[9.2] RIP: 0010:spin+0x5/0x10\n"
	  "[9.3] Kernel panic - not syncing: Hard LOCKUP\n"
	  "[9.4] CPU: 3 PID: 50 Comm: spin Not tainted 6.1.0 #1\n"
	  "[9.5] Call Trace:\n"
	  "[9.6]  <NMI>\n"
	  "[9.7]  panic+0x118/0x2ed\n"
	  "[9.8]  nmi_panic.cold+0xc/0xc\n",
	  { .reason = "NMI watchdog: Watchdog detected hard LOCKUP on cpu 3",
	    .panic = "Hard LOCKUP",
	    .function = "spin",
	    .process = "spin",
	    .release = "6.1.0",
	    .cpu = 3,
	    .pid = 50 },
	  "NMI watchdog: Watchdog detected hard LOCKUP on cpu 3 at spin+0x5/0x10, CPU 3, process "
	  "spin (50)" },
	{ "memory ran out, with vm.panic_on_oom",
	  "[9.0] Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled\n"
	  "[9.1] CPU: 0 PID: 8 Comm: eater Not tainted 6.1.0 #1\n"
	  "[9.2] Call Trace:\n"
	  "[9.3]  panic+0x118/0x2ed\n"
	  "[9.4]  out_of_memory.cold+0x42/0x8c\n",
	  { .reason = "Out of memory: compulsory panic_on_oom is enabled",
	    .function = "out_of_memory",
	    .process = "eater",
	    .release = "6.1.0",
	    .cpu = 0,
	    .pid = 8 },
	  "Out of memory: compulsory panic_on_oom is enabled at out_of_memory.cold+0x42/0x8c, CPU "
	  "0, process eater (8)" },
	{ "nothing", "", { .cpu = -1, .pid = -1 }, "no panic found in the kernel log" },
};

static void same(const char *name, const char *fact, const char *got, const char *want)
{
	if (strcmp(got, want) != 0)
		fail_msg("%s: %s is \"%s\", not \"%s\"", name, fact, got, want);
}

TEST(logs)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct triage_report *want = &cases[i].report;
		const char *name = cases[i].name;
		struct triage_report got;
		char text[600];

		CHECK_EQ(triage_parse(cases[i].log, strlen(cases[i].log), &got), 0);
		same(name, "reason", got.reason, want->reason);
		same(name, "panic", got.panic, want->panic);
		same(name, "function", got.function, want->function);
		same(name, "module", got.module, want->module);
		same(name, "process", got.process, want->process);
		same(name, "taint", got.taint, want->taint);
		same(name, "release", got.release, want->release);
		triage_line_of(&got, text, sizeof(text));
		same(name, "text", text, cases[i].text);
		if (got.cpu != want->cpu || got.pid != want->pid)
			fail_msg("%s: CPU %ld, pid %ld", name, got.cpu, got.pid);
	}
}

/* Any bytes: long lines, no line end, control characters. */
/* Any bytes: long lines, no line end, control characters. */
TEST(hostile)
{
	static const char short_lines[] = "BUG: x\nCPU: \nRIP: \npc : \nCall Trace:\n +0x\n";
	size_t len = 100000;
	char *big = malloc(len);
	struct triage_report r;

	memset(big, 'A', len);
	memcpy(big, "Kernel panic - not syncing: \033[31m", 33);
	CHECK_EQ(triage_parse(big, len, &r), 0);
	CHECK(r.fatal && strchr(r.reason, '\033') == NULL);
	CHECK_EQ(strlen(r.reason), sizeof(r.reason) - 1);
	memset(big, 0xff, len);
	CHECK_EQ(triage_parse(big, len, &r), 0);
	CHECK_STR(r.reason, "");
	memset(big, '[', len);
	CHECK_EQ(triage_parse(big, len, &r), 0);
	free(big);
	CHECK_EQ(triage_parse(short_lines, strlen(short_lines), &r), 0);
	CHECK_STR(r.reason, "BUG: x");
}

/* A log of more events than are kept: the last one is the fatal one still. */
TEST(many_events)
{
	char *log = NULL;
	size_t len;
	FILE *f = open_memstream(&log, &len);
	struct triage_report r;

	for (int i = 0; i < 3 * EVENTS_MAX; i++)
		fprintf(f, "[%5d.000000] WARNING: CPU: 0 PID: 1 at a.c:1 warn_%d+0x1/0x2\n",
			100 * i, i);
	fprintf(f,
		"[90000.000000] kernel BUG at a.c:1!\n[90000.000001] RIP: 0010:deadly+0x1/0x2\n");
	fclose(f);
	CHECK_EQ(triage_parse(log, len, &r), 0);
	CHECK(r.fatal);
	CHECK_STR(r.function, "deadly");
	free(log);
}

/* Two CPUs print at the same time. */
TEST(callers_are_told_apart)
{
	static const char log[] =
		"[    1.000001][    C1] BUG: unable to handle page fault for address: 1\n"
		"[    1.000002][    C0] WARNING: CPU: 0 PID: 5 at a.c:1 other+0x1/0x2\n"
		"[    1.000003][    C1] RIP: 0010:mine+0x1/0x2\n"
		"[    1.000004][    C0] RIP: 0010:other+0x1/0x2\n"
		"[    1.000005][    C1] Call Trace:\n"
		"[    1.000006][    C0] Call Trace:\n"
		"[    1.000007][    C0]  other_caller+0x1/0x2\n"
		"[    1.000008][    C1]  my_caller+0x1/0x2\n"
		"[    1.000009][    C1] Kernel panic - not syncing: Fatal exception\n";
	struct triage_report r;

	CHECK_EQ(triage_parse(log, strlen(log), &r), 0);
	CHECK_STR(r.function, "mine");
	CHECK_EQ(r.nr_trace, 2);
	CHECK_STR(r.trace[1], "my_caller");
}

RUN(logs, hostile, many_events, callers_are_told_apart)
