/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_damaged.c - what logs still say that are cut, pasted, or of another machine */
#include "triage/triage.h"

#include "base/util.h"
#include "check.h"
#include "form_case.h"

#include <string.h>

/* What a log that is cut, pasted or without symbols still says. */
static const struct form damaged[] = {
	{ .name = "several records on one line",
	  .log = "[    1.000001] BUG: kernel NULL pointer dereference, address: 8 "
		 "[    1.000002] CPU: 1 PID: 12 Comm: cat Not tainted 6.1.0 #1 "
		 "[    1.000003] RIP: 0010:my_read+0x1/0x2 [my]\n",
	  .reason = "BUG: kernel NULL pointer dereference, address: 8",
	  .function = "my_read",
	  .process = "cat",
	  .release = "6.1.0" },
	{ .name = "only what stands below the header",
	  .log = "[    1.000001] RIP: 0010:my_read+0x1/0x2 [my]\n"
		 "[    1.000002] Kernel panic - not syncing: Fatal exception\n",
	  .reason = "Fatal exception",
	  .function = "my_read",
	  .module = "my" },
	{ .name = "a stack of long before the panic is not its own",
	  .log = "[    1.000001] RIP: 0010:my_read+0x1/0x2 [my]\n"
		 "[   91.000002] Kernel panic - not syncing: Fatal exception\n",
	  .function = "" },
	{ .name = "no symbols",
	  .log = "[  1.0] Unable to handle kernel paging request at virtual address 0\n"
		 "[  1.0] Workqueue: kblockd 0xc0328610\n",
	  .function = "" },
	{ .name = "the title of the stack was left out",
	  .log = "[  1.0] watchdog: BUG: soft lockup - CPU#5 stuck for 26s! [a:93]\n"
		 "[  1.0] Workqueue: events_unbound my_work\n"
		 "[  1.0]  my_wait+0x48/0x7c\n"
		 "[  1.0]  my_work+0x58/0x14c\n",
	  .function = "my_wait" },
	{ .name = "the same, behind the panic that came of it",
	  .log = "> watchdog: BUG: soft lockup - CPU#7 stuck for 22s! [a:12]\n"
		 "> Kernel panic - not syncing: softlockup: hung tasks\n"
		 "> <snip>\n"
		 "> my_release+0x86/0x1c0\n"
		 "> __fput+0xb0/0x280\n",
	  .function = "my_release" },
	{ .name = "what is in front of the title is no stack",
	  .log = "[  1.0] INFO: task a:12 blocked for more than 120 seconds.\n"
		 "[  1.0] Last woken by:\n"
		 "[  1.0] [<ff8107>] other+0x1/0x2\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  my_wait+0x48/0x7c\n",
	  .function = "my_wait" },
	{ .name = "arm: broken lines of a timer that found it",
	  .log = "[  1.0] BUG: soft lockup - CPU#0 stuck for 61s! [a:2224]\n"
		 "[  1.0] [<c0072>] (panic+0x50/0xd0) from [<c0072>]\n"
		 "(softlockup_tick+0x134/0x158)\n"
		 "[  1.0] [<c0072>] (softlockup_tick+0x134/0x158) from [<c0062>]\n"
		 "(__run_hrtimer+0x44/0x84)\n"
		 "[  1.0] [<c0072>] (__run_hrtimer+0x44/0x84) from [<c0035>]\n"
		 "(my_timer_interrupt+0x20/0x2c)\n"
		 "[  1.0] [<c0072>] (my_timer_interrupt+0x20/0x2c) from [<c0073>]\n"
		 "(handle_IRQ_event+0x24/0xe0)\n",
	  .function = "" },
	{ .name = "a mail broke the line before the function",
	  .log = "Mar 30 18:51:43 host kernel: BUG: unable to handle kernel paging request at\n"
		 "000000320000008c\n"
		 "Mar 30 18:51:43 host kernel: IP: [<ffffffff811d755b>]\n"
		 "my_flush+0x148/0x35a [my]\n"
		 "Mar 30 18:51:43 host kernel: Oops: 0000 [#1] SMP\n",
	  .function = "my_flush",
	  .module = "my" },
	{ .name = "an address that nothing follows",
	  .log = "BUG: unable to handle kernel paging request at 8\n"
		 "IP: [<ffffffff811d755b>]\n"
		 "PGD 0\n"
		 "other+0x148/0x35a\n",
	  .function = "" },
	{ .name = "two consoles",
	  .log = "[  1.0] INFO: task a:12 blocked for more than 241 seconds.\n"
		 "[  1.1]       Not tainted 5.3.0 #1\n"
		 "[  1.0] INFO: task a:12 blocked for more than 241 seconds.\n"
		 "[  1.1]       Not tainted 5.3.0 #1\n"
		 "[  1.2] Call Trace:\n"
		 "[  1.2]  my_wait+0x1/0x2\n",
	  .function = "my_wait" },
	{ .name = "lockdep, with inlined functions looked up",
	  .log = "[  1.0] WARNING: possible recursive locking detected\n"
		 "[  1.0] a/12 is trying to acquire lock:\n"
		 "[  1.0] ff8 (&a->b){..-.}-{2:2}, at: spin_lock include/linux/spinlock.h:3 "
		 "[inline]\n"
		 "[  1.0] ff8 (&a->b){..-.}-{2:2}, at: my_wake+0x1/0x2 fs/a.c:12\n"
		 "[  1.0] but task is already holding lock:\n"
		 "[  1.0] ff9 (&a->b){..-.}-{2:2}, at: holder+0x1/0x2 fs/a.c:13\n",
	  .function = "my_wake" },
	{ .name = "lockdep, a helper takes the lock: the locks that are held say nothing",
	  .log = "[  1.0] WARNING: possible recursive locking detected\n"
		 "[  1.0] a/12 is trying to acquire lock:\n"
		 "[  1.0] ff8 (&a->b){..-.}-{2:2}, at: spin_lock+0x1/0x2\n"
		 "[  1.0] 1 lock held by a/12:\n"
		 "[  1.0]  #0: ff9 (&c){..-.}-{2:2}, at: holder+0x1/0x2 fs/a.c:13\n",
	  .function = "" },
	{ .name = "lockdep, cut",
	  .log = "[  1.0] WARNING: possible recursive locking detected\n"
		 "[  1.0] 6.1.0-rc1 #1 Not tainted\n",
	  .release = "6.1.0-rc1" },
	{ .name = "the sure part of the stack has only helpers",
	  .log = "[  1.0] a b: page allocation failure: order:4, mode:0x1\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  warn_alloc+0x1/0x2\n"
		 "[  1.0]  new_slab+0x1/0x2\n"
		 "[  1.0]  ? my_get+0x1/0x3 [my]\n",
	  .function = "my_get",
	  .module = "my" },
	{ .name = "a helper on the stack is not guilty",
	  .log = "[  1.0] a b: page allocation failure: order:4, mode:0x1\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  warn_alloc+0x1/0x2\n"
		 "[  1.0]  __alloc_pages_nodemask+0x1/0x2\n",
	  .function = "" },
};

TEST(a_damaged_log_gives_what_it_has)
{
	forms_check(damaged, ARRAY_SIZE(damaged));
}

TEST(other_machines_say_the_same_in_their_own_way)
{
	static const struct form forms[] = {
		{ .name = "mips",
		  .log = "CPU 2 Unable to handle kernel paging request at virtual address 0, epc "
			 "== 0, ra == 0\n"
			 "epc   : 80010000 kmem_cache_alloc+0x1/0x2\n"
			 "ra    : c0010000 my_get+0x1/0x2 [my]\n",
		  .function = "my_get",
		  .module = "my" },
		{ .name = "arm: the stack of a task that hangs",
		  .log = "[  1.0] INFO: task a:12 blocked for more than 120 seconds.\n"
			 "[  1.0] [<80700000>] (__schedule) from [<80700001>] (schedule+0x1/0x2)\n"
			 "[  1.0] [<80700001>] (schedule) from [<80700002>] (my_wait+0x1/0x2)\n"
			 "[  1.0] [<80700002>] (my_wait) from [<80700003>] (my_call+0x1/0x2)\n",
		  .function = "my_wait" },
		{ .name = "arm: cut behind the first caller",
		  .log = "[  1.0] BUG: Bad page map in process a  pte:1 pmd:2\n"
			 "[  1.0] [<c0000001>] (unwind_backtrace) from [<c0000002>] "
			 "(show_stack+0x1/0x2)\n"
			 "[  1.0] [<c02>] (show_stack) from [<c03>] (print_bad_pte+0x1/0x2)\n"
			 "[  1.0] [<c03>] (print_bad_pte) from [<c04>] (my_unmap+0x1/0x2)\n",
		  .function = "my_unmap" },
		{ .name = "powerpc: a CPU that is stuck",
		  .log = "[  1.0] watchdog: CPU 3 Hard LOCKUP\n"
			 "[  1.0] NIP [c000000000ac0ce8] my_spin+0x1/0x2\n",
		  .reason = "watchdog: CPU 3 Hard LOCKUP",
		  .function = "my_spin" },
		{ .name = "i386 before 2.6.20",
		  .log = "BUG: unable to handle kernel paging request at virtual address 00a0\n"
			 "EIP:    0060:[<c0167263>]    Not tainted VLI\n"
			 "EIP is at my_read+0x15/0x165\n",
		  .function = "my_read" },
		{ .name = "s390",
		  .log = "[  1.0] Unable to handle kernel pointer dereference in virtual kernel "
			 "address space\n"
			 "[  1.0] Krnl PSW : 0704c00180000000 000003ff80012345 "
			 "(my_read+0x12/0x34 [my])\n",
		  .function = "my_read",
		  .module = "my" },
		{ .name = "sparc",
		  .log = "Unable to handle kernel NULL pointer dereference\n"
			 "TPC: <my_read+0x12/0x34>\n",
		  .function = "my_read" },
		{ .name = "loongarch",
		  .log = "[  1.0] CPU 3 Unable to handle kernel paging request at virtual address "
			 "8, era == 9000000000f4e4f4, ra == 9000000000f4e4e0\n"
			 "[  1.0]    ra: 9000000000f4e4e0 my_caller+0x1/0x2\n"
			 "[  1.0]   ERA: 9000000000f4e4f4 my_read+0x1/0x2\n",
		  .function = "my_read" },
	};

	forms_check(forms, ARRAY_SIZE(forms));
}

/* It called a function by a pointer that was none. The link register has who did. */
TEST(a_jump_to_nowhere_is_of_its_caller)
{
	static const struct form forms[] = {
		{ .name = "arm",
		  .log = "[  1.0] Unable to handle kernel NULL pointer dereference at virtual "
			 "address 00000000\n"
			 "[  1.0] PC is at 0x0\n"
			 "[  1.0] LR is at my_call+0x18/0x20 [my]\n"
			 "[  1.0] pc : [<00000000>]    lr : [<bf0001a8>]    psr: 60000013\n"
			 "[  1.0] [<bf0>] (my_call [my]) from [<bf1>] (outer+0x1/0x2)\n",
		  .function = "my_call",
		  .module = "my" },
		{ .name = "arm64: the stack begins with the caller's caller",
		  .log = "[  1.0] Unable to handle kernel NULL pointer dereference at virtual "
			 "address 0000000000000000\n"
			 "[  1.0] pc : 0x0\n"
			 "[  1.0] lr : my_call+0x18/0x20\n"
			 "[  1.0] Call trace:\n"
			 "[  1.0]  0x0\n"
			 "[  1.0]  outer+0x1/0x2\n",
		  .function = "my_call" },
		{ .name = "mips",
		  .log = "CPU 0 Unable to handle kernel paging request at virtual address 702e7da4,"
			 " epc == 702e7da4, ra == 80005dbc\n"
			 "epc   : 702e7da4 0x702e7da4\n"
			 "ra    : 80005dbc my_call+0x70/0x110\n",
		  .function = "my_call" },
		{ .name = "powerpc",
		  .reason = "BUG: Unable to handle kernel instruction fetch",
		  .log = "BUG: Unable to handle kernel instruction fetch\n"
			 "Oops: Kernel access of bad area, sig: 11 [#1]\n"
			 "NIP [0000000000000000] 0x0\n"
			 "LR [c000000000159748] my_call+0x4a8/0x5f0\n",
		  .function = "my_call" },
		{ .name = "nobody knows from where",
		  .log = "[  1.0] Unable to handle kernel paging request at virtual address 1200\n"
			 "[  1.0] PC is at 0x1200\n"
			 "[  1.0] LR is at 0x12005452\n",
		  .function = "" },
	};

	forms_check(forms, ARRAY_SIZE(forms));
}

static void is_fatal(const char *log, const char *reason, bool fatal)
{
	struct triage_report r;

	CHECK_EQ(triage_parse(log, strlen(log), &r), 0);
	CHECK_STR(r.reason, reason);
	CHECK_EQ(r.fatal, fatal);
}

TEST(a_header_says_how_bad_it_is)
{
	is_fatal("invalid opcode: 0000 [#1] SMP\nRIP: 0010:my_read+0x1/0x2\n",
		 "invalid opcode: 0000 [#1] SMP", true);
	is_fatal("mce: [Hardware Error]: Machine check events logged\n", "", false);
	is_fatal("mce: [Hardware Error]: Machine check: Processor context corrupt\n",
		 "mce: [Hardware Error]: Machine check: Processor context corrupt", true);
	is_fatal("irq 16: nobody cared (try booting with the \"irqpoll\" option)\n",
		 "irq 16: nobody cared (try booting with the \"irqpoll\" option)", false);
	/* What was seen first of a fault is not what it was. */
	is_fatal("kernel tried to execute NX-protected page - exploit attempt? (uid: 0)\n"
		 "BUG: unable to handle page fault for address: 8\n",
		 "BUG: unable to handle page fault for address: 8", true);
}

RUN(a_damaged_log_gives_what_it_has, other_machines_say_the_same_in_their_own_way,
    a_jump_to_nowhere_is_of_its_caller, a_header_says_how_bad_it_is)
