/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_panic.c - what panic() says, and who is guilty of it */
#include "triage/triage.h"

#include "base/util.h"
#include "check.h"
#include "form_case.h"

#include <stdio.h>

static const struct form panics[] = {
	{ .name = "init ended by itself",
	  .log = " Kernel panic - not syncing: Attempted to kill init! exitcode=0xb\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  panic+0x1/0x2\n"
		 "[  1.0]  do_exit+0x1/0x2\n"
		 "[  1.0]  do_group_exit+0x1/0x2\n",
	  .reason = "Attempted to kill init! exitcode=0xb",
	  .function = "" },
	{ .name = "init was ended by an oops",
	  .log = "[  1.0] BUG: kernel NULL pointer dereference, address: 8\n"
		 "[  1.0] RIP: 0010:my_read+0x1/0x2\n"
		 "[  1.1] Kernel panic - not syncing: Attempted to kill init! exitcode=0x9\n",
	  .function = "my_read" },
	{ .name = "the owner of a damaged stack may be called like a helper",
	  .log = "[  1.0] Kernel panic - not syncing: stack-protector: Kernel stack is "
		 "corrupted in: devres_release_all+0xc6/0xc6\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  panic+0xfc/0x2ca\n"
		 "[  1.0]  my_cleanup+0x10/0x4a\n",
	  .function = "devres_release_all" },
	{ .name = "nothing but who printed it",
	  .log = "[  1.0] Kernel panic - not syncing: System is deadlocked on memory\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  dump_stack+0x6b/0x83\n"
		 "[  1.0]  panic+0xf1/0x2d3\n",
	  .function = "" },
	{ .name = "a fault of the hardware is of no function",
	  .log = "[  1.0] mce: [Hardware Error]: CPU 3: Machine Check Exception: 5 Bank 0: 1\n"
		 "[  1.0] mce: [Hardware Error]: RIP !INEXACT! 10:<ff8> {my_idle+0x1/0x2}\n"
		 "[  1.0] mce: [Hardware Error]: Machine check: Processor context corrupt\n"
		 "[  1.0] Kernel panic - not syncing: Fatal machine check\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  panic+0xe8/0x20d\n"
		 "[  1.0]  mce_panic+0x1/0x2\n"
		 "[  1.0]  do_machine_check+0x1/0x2\n"
		 "[  1.0]  my_idle+0x1/0x2\n",
	  .reason = "mce: [Hardware Error]: Machine check: Processor context corrupt",
	  .function = "" },
	{ .name = "the same, by the firmware",
	  .log = "[  1.0] Kernel panic - not syncing: Fatal hardware error!\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  panic+0xe8/0x20d\n"
		 "[  1.0]  __ghes_panic+0x1/0x2\n"
		 "[  1.0]  ghes_proc+0x1/0x2\n",
	  .function = "" },
	{ .name = "no memory, with a list of all tasks",
	  .log = "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled\n"
		 "Call Trace:\n"
		 " [<ff8115>] ? panic+0xa7/0x16f\n"
		 " [<ff8112>] ? dump_header+0x191/0x1b0\n"
		 " [<ff8112>] ? check_panic_on_oom+0x7c/0x80\n"
		 " [<ff8112>] ? out_of_memory+0x1bb/0x3c0\n",
	  .function = "out_of_memory" },
	{ .name = "a soft lockup of which only the panic is left",
	  .log = "[  1.0] Kernel panic - not syncing: softlockup: hung tasks\n"
		 "[  1.0] RIP: 0010:native_queued_spin_lock_slowpath+0x2d/0x2c0\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  _raw_spin_lock+0x25/0x30\n"
		 "[  1.0]  my_close+0x17/0xc0\n",
	  .function = "my_close" },
	{ .name = "hung tasks of which only the panic of khungtaskd is left",
	  .log = "[  1.0] Kernel panic - not syncing: hung_task: blocked tasks\n"
		 "[  1.0] CPU: 0 PID: 31 Comm: khungtaskd Not tainted 6.1.0 #1\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  panic+0x1/0x2\n"
		 "[  1.0]  watchdog.cold+0x1/0x2\n"
		 "[  1.0]  kthread+0x1/0x2\n",
	  .function = "" },
	{ .name = "a hard lockup in an interrupt, with the registers of what it interrupted",
	  .log = "[  1.0] NMI watchdog: Watchdog detected hard LOCKUP on cpu 61\n"
		 "[  1.0] RIP: 0010:[<ffabcd08>]  [<ffabcd08>] innocent+0x57/0x1c0\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  [<ffac3677>] innocent_caller+0x3ff/0x890\n"
		 "[  1.0] Kernel panic - not syncing: Hard LOCKUP\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  <NMI>  [<ffac361d>] dump_stack+0x19/0x1b\n"
		 "[  1.0]  [<ffac35b4>] panic+0xe8/0x21f\n"
		 "[  1.0]  [<ffabc973>] nmi_panic+0x3f/0x40\n"
		 "[  1.0]  [<ffac36bd>] end_repeat_nmi+0x1e/0x81\n"
		 "[  1.0]  [<ffabcdb1>] ? stale+0x40/0x50\n"
		 "[  1.0]  <EOE>  <IRQ>  [<ffabcd26>] my_walk+0x80/0x110\n"
		 "[  1.0]  [<ffabce33>] my_timer+0xb7/0x170\n",
	  .reason = "NMI watchdog: Watchdog detected hard LOCKUP on cpu 61",
	  .function = "my_walk" },
	{ .name = "the same as newer kernels print it",
	  .log = "[  1.0] watchdog: CPU3: Watchdog detected hard LOCKUP on cpu 3\n"
		 "[  1.0] RIP: 0010:innocent+0x57/0x1c0\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  <TASK>\n"
		 "[  1.0]  innocent_caller+0x57/0x1c0\n"
		 "[  1.0] Kernel panic - not syncing: Hard LOCKUP\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  <NMI>\n"
		 "[  1.0]  panic+0xe8/0x21f\n"
		 "[  1.0]  asm_exc_nmi+0x1e/0x81\n"
		 "[  1.0]  </NMI>\n"
		 "[  1.0]  <IRQ>\n"
		 "[  1.0]  my_walk+0x80/0x110\n",
	  .function = "my_walk" },
	{ .name = "a hard lockup of which only what stands below the header is left",
	  .log = "NIP [c000000000185e90] .do_raw_spin_lock+0x90/0x1d0\n"
		 "LR [c000000000c7e204] ._raw_spin_lock_irq+0x64/0xa0\n"
		 "Call Trace:\n"
		 "[c0002000e15cfa70] [c000000000c7e1f8] ._raw_spin_lock_irq+0x58/0xa0\n"
		 "[c0002000e15cfb00] [c000000000344c14] .my_release+0xd4/0x200\n"
		 "Kernel panic - not syncing: Hard LOCKUP\n"
		 "watchdog: CPU 28 self-detected hard LOCKUP @ .do_raw_spin_lock+0x90/0x1d0\n",
	  .reason = "Hard LOCKUP",
	  .function = "my_release" },
	{ .name = "the stack of another CPU that stops",
	  .log = "Kernel panic - not syncing: Fatal exception in interrupt\n"
		 "CPU3: stopping\n"
		 "CPU: 3 PID: 0 Comm: swapper/3 Not tainted 4.4.0 #5\n"
		 "Call trace:\n"
		 "[<ff01>] dump_backtrace+0x0/0x1c8\n"
		 "[<ff02>] my_other+0x184/0x190\n",
	  .function = "",
	  .process = "" },
	{ .name = "an error of the bus, in the middle of a stack",
	  .log = "[  1.0] Kernel panic - not syncing: Asynchronous SError Interrupt\n"
		 "[  1.0] Call trace:\n"
		 "[  1.0]  show_stack+0x18/0x30 (C)\n"
		 "[  1.0]  vpanic+0xf8/0x2dc\n"
		 "[  1.0]  arm64_serror_panic+0x70/0x80\n"
		 "[  1.0]  arm64_is_fatal_ras_serror+0x34/0xac\n"
		 "[  1.0]  do_serror+0x58/0x74\n"
		 "[  1.0]  el1h_64_error+0x70/0x74\n"
		 "[  1.0]  my_write+0x98/0xb4 (P)\n",
	  .function = "my_write" },
	{ .name = "a kernel of Red Hat, with dashes behind the letters",
	  .log = "[  1.0] Kernel panic - not syncing: Hard LOCKUP\n"
		 "[  1.0] CPU: 0 PID: 2 Comm: a Kdump: loaded Tainted: G        W IOE    "
		 "--------- -  - 4.18.0-240.el8.x86_64 #1\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  panic+0xe8/0x20d\n"
		 "[  1.0]  nmi_panic+0x3f/0x40\n"
		 "[  1.0]  __perf_event_overflow+0x51/0xf0\n"
		 "[  1.0]  end_repeat_nmi+0x1e/0x81\n",
	  .reason = "Hard LOCKUP",
	  .function = "",
	  .taint = "GWIOE",
	  .release = "4.18.0-240.el8.x86_64" },
};

/* What came from outside the kernel is of no function, whoever noticed it. */
TEST(a_panic_from_outside_is_of_nobody)
{
	static const char *const heads[] = {
		"Uhhuh. NMI received for unknown reason 3d on CPU 0.\n"
		"[  1.0] Kernel panic - not syncing: NMI: Not continuing\n",
		"NMI: PCI system error (SERR) for reason b1 on CPU 0.\n"
		"[  1.0] Kernel panic - not syncing: NMI: Not continuing\n",
		"Kernel panic - not syncing: NMI IOCK error: Not continuing\n",
		"Kernel panic - not syncing: An NMI occurred. Depending on your system the reason "
		"for the NMI is logged\n",
		"Kernel panic - not syncing: Timeout: Not all CPUs entered broadcast exception "
		"handler\n",
		"Kernel panic - not syncing: Software Watchdog Timer expired\n",
		"Kernel panic - not syncing: watchdog pretimeout event\n",
		"Kernel panic - not syncing: EDAC MC: UE page 0x1234\n",
		"Kernel panic - not syncing: Attempted to kill the idle task!\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(heads); i++) {
		char log[512];
		const struct form f = { .name = heads[i], .log = log, .function = "" };

		snprintf(log, sizeof(log),
			 "[  1.0] %s[  1.0] Call Trace:\n[  1.0]  panic+0x1/0x2\n"
			 "[  1.0]  who_noticed+0x1/0x2\n",
			 heads[i]);
		forms_check(&f, 1);
	}
}

TEST(a_panic_names_who_is_guilty_or_nobody)
{
	forms_check(panics, ARRAY_SIZE(panics));
}

RUN(a_panic_names_who_is_guilty_or_nobody, a_panic_from_outside_is_of_nobody)
