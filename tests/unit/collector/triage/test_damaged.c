/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_damaged.c - what logs still say that are cut, pasted, or of another machine */
#include "triage/triage.h"

#include "base/util.h"
#include "check.h"
#include "form_case.h"

#include <string.h>

/* What a log that is cut, pasted or without symbols still says. */
TEST(a_damaged_log_gives_what_it_has)
{
	static const struct form forms[] = {
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

	forms_check(forms, ARRAY_SIZE(forms));
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
    a_header_says_how_bad_it_is)
