/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_forms.c - the same facts out of the many forms in which people keep and send kernel logs */
#include "triage/frame.h"
#include "triage/triage.h"

#include "base/util.h"
#include "check.h"
#include "form_case.h"

#include <string.h>

#define OOPS(prefix)                                                                      \
	prefix "BUG: kernel NULL pointer dereference, address: 0000000000000008\n" prefix \
	       "CPU: 1 PID: 12 Comm: cat Tainted: P           OE 6.1.0 #1\n" prefix       \
	       "RIP: 0010:my_read+0x1/0x2 [my]\n"

/* What stands in front of each line, from programs that keep, copy or quote a log. */
TEST(what_a_logger_puts_in_front_is_no_part_of_a_line)
{
	static const char *const logs[] = {
		OOPS(""),
		OOPS("[  1.000001] "),
		OOPS("[  240.] "),
		OOPS("407819.286867] "),
		OOPS("   11.662352] "),
		OOPS("[Thu Oct 30 06:21:23 2025] "),
		OOPS("[  +0.000080] "),
		OOPS("[Jul18 10:02] "),
		OOPS("05/09/2024 11:14:19 "),
		OOPS("[2021/07/05, 13:43:52.334] "),
		OOPS("2025-04-23T04:38:59Z "),
		OOPS("2025-04-23T04:38:59.123+02:00 host kernel: "),
		OOPS("Oct 30 06:21:23 host kernel: [  1.000001] "),
		OOPS("> "),
		OOPS("> > [  1.000001] "),
		OOPS(">> "),
		OOPS(">>> [  1.000001] "),
		OOPS("kernel: "),
		OOPS("[  1.000001] kernel: "),
		OOPS("[  1.000001s][pid:12,cpu1,cat]"),
		OOPS("[  1.000001] [pid:0,cpu1,swapper/1]"),
		OOPS("[  1.000001]  (1)[12:cat]"),
		OOPS("[  1.000001] c1 12 (cat) "),
		OOPS("[  1.000001]  [1:            cat:   12] "),
		OOPS("[  1.000001] I[1:  kworker/u16:3:  123] "),
		OOPS("4,621,406528882,-;"),
		OOPS("4,621,406528882,-,caller=T12;"),
		OOPS("May 25 07:29:42 host 4,621,406528882,-,caller=C1;"),
	};

	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		const struct form f = { .name = logs[i],
					.log = logs[i],
					.reason = "BUG: kernel NULL pointer dereference, address: "
						  "0000000000000008",
					.function = "my_read",
					.module = "my",
					.process = "cat",
					.taint = "POE",
					.release = "6.1.0" };

		forms_check(&f, 1);
	}
}

TEST(a_record_of_dev_kmsg_has_a_time_and_a_caller)
{
	struct triage_line l;
	const char *text = "4,621,406528882,-,caller=T12;Oops: 0000";

	triage_line(text, strlen(text), &l);
	CHECK_STR(l.text, "Oops: 0000");
	CHECK_STR(l.caller, "T12");
	CHECK(l.seconds > 406.5 && l.seconds < 406.6);
	/* A list of numbers in a message is none. */
	text = "[  5.000000] maps 1,2,3 to 4;5";
	triage_line(text, strlen(text), &l);
	CHECK_STR(l.text, "maps 1,2,3 to 4;5");
}

/* What makers of phones add tells tasks apart, and CPUs that are idle. */
TEST(a_maker_says_which_task_it_was)
{
	static const struct {
		const char *line, *caller;
	} cases[] = {
		{ "[  1.000001] [pid:12,cpu1,cat]Oops: 0000", "T12" },
		{ "[  1.000001] [pid:0,cpu1,swapper/1]Oops: 0000", "C1" },
		{ "[  1.000001]  (3)[12:cat]Oops: 0000", "T12" },
		{ "[  1.000001]  [1:  kworker/u16:3:  123] Oops: 0000", "T123" },
		{ "[  1.000001] c1 12 (cat) Oops: 0000", "T12" },
		{ "[  1.000001] c1 12 cats", "" },
		{ "[  1.000001]  [1:  swapper/1:    0] Oops: 0000", "C1" },
		{ "[  1.000001] [1:2:3", "" },
		{ "[  1.000001] [drm:i915_init] ready", "" },
	};
	struct triage_line l;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		triage_line(cases[i].line, strlen(cases[i].line), &l);
		CHECK_STR(l.caller, cases[i].caller);
	}
}

static const struct form stacks[] = {
	{ .name = "source lines were looked up",
	  .log = "BUG: KASAN: use-after-free in my_free (fs/my/a.c:12 (discriminator 3))\n"
		 "Read of size 4 at addr ffff88810698d5b0 by task a/31\n"
		 "Call Trace:\n"
		 "dump_stack_lvl (lib/dump_stack.c:107)\n"
		 "my_free (fs/my/a.c:12 (discriminator 3)) my\n"
		 "my_caller (fs/my/a.c:30) my\n",
	  .function = "my_free",
	  .module = "my" },
	{ .name = "source lines of a helper",
	  .log = "BUG: KASAN: use-after-free in memcpy (lib/string.c:12)\n"
		 "Call Trace:\n"
		 "kasan_report (mm/kasan/report.c:519)\n"
		 "? stale (a.c:1)\n"
		 "memcpy (lib/string.c:12)\n"
		 "my_caller (fs/my/a.c:30)\n",
	  .function = "my_caller" },
	{ .name = "a title for each inlined function",
	  .log = "BUG: KASAN: use-after-free in atomic_read include/linux/atomic.h:2 [inline]\n"
		 "BUG: KASAN: use-after-free in refcount_read include/linux/ref.h:3 [inline]\n"
		 "BUG: KASAN: use-after-free in my_put+0x1/0x2 fs/my/a.c:12\n"
		 "Read of size 4 at addr ffff88810698d5b0 by task a/31\n",
	  .reason = "BUG: KASAN: use-after-free in atomic_read include/linux/atomic.h:2 [inline]",
	  .function = "my_put" },
	{ .name = "two reports, each with a title",
	  .log = "BUG: KASAN: use-after-free in first+0x1/0x2\n"
		 "BUG: KASAN: use-after-free in second+0x1/0x2\n",
	  .function = "first" },
	{ .name = "IP, without RIP",
	  .log = "[  1.0] BUG: unable to handle kernel NULL pointer dereference at 14\n"
		 "[  1.0] IP: [<ff8113a>] my_find+0x1c/0x27 [my]\n"
		 "[  1.0] Oops: 0000 [#1] SMP\n",
	  .function = "my_find",
	  .module = "my" },
	{ .name = "without frame pointers, all are unsure",
	  .log = "INFO: task a:12 blocked for more than 120 seconds.\n"
		 "Call Trace:\n"
		 " [<ff81135>] ? __mutex_lock_common.isra.5+0x1/0x2\n"
		 " [<ff81135>] ? mutex_lock+0x1a/0x2d\n"
		 " [<ff81110>] ? my_walk+0x1f4/0x406\n",
	  .function = "my_walk" },
	{ .name = "addresses of functions are no frames",
	  .log = "INFO: task a:12 blocked for more than 120 seconds.\n"
		 "Call Trace:\n"
		 " [<ff8135>] ? io_schedule+0x5b/0x74\n"
		 " [<ff8106>] ? stale+0x22/0x22\n"
		 " [<ff8107>] ? older+0x0/0x22\n"
		 " [<ff8110>] ? my_walk+0x12/0x122\n",
	  .function = "my_walk" },
	{ .name = "one is sure: the unsure ones before it were never called",
	  .log = "INFO: task a:12 blocked for more than 120 seconds.\n"
		 "Call Trace:\n"
		 " ? stale+0x1/0x2\n"
		 " schedule+0x1/0x2\n"
		 " my_wait+0x1/0x2\n",
	  .function = "my_wait" },
	{ .name = "arm prints no title",
	  .log = "BUG: using smp_processor_id() in preemptible [00000000] code: a/6\n"
		 "CPU: 0 PID: 633 Comm: a Not tainted 3.14.2 #2\n"
		 "[<8001>] (unwind_backtrace) from [<8001>] (show_stack+0x10/0x14)\n"
		 "[<8001>] (show_stack) from [<8045>] (dump_stack+0x80/0xc0)\n"
		 "[<8045>] (dump_stack) from [<8021>] (my_first+0xe8/0xec [my])\n"
		 "[<8021>] (my_first [my]) from [<8001>] (my_second+0x14/0x58)\n",
	  .function = "my_first",
	  .module = "my" },
	{ .name = "arm before 3.11",
	  .log = "BUG: scheduling while atomic: swapper/1/0/0xfffffe00\n"
		 "[<c001>] (unwind_backtrace+0x0/0x11c) from [<c048>] (__schedule_bug+0x48/0x60)\n"
		 "[<c048>] (__schedule_bug+0x48/0x60) from [<c049>] (__schedule+0x68/0x798)\n"
		 "[<c049>] (__schedule+0x68/0x798) from [<c000>] (my_idle+0x104/0x120)\n"
		 "[<c000>] (my_idle+0x104/0x120) from [<8048>] (0x80489c54)\n",
	  .function = "my_idle" },
	{ .name = "no descriptions of bugs",
	  .log = "[  1.0] Kernel BUG at my_probe+0x1/0x2 [my] [verbose debug info "
		 "unavailable]\n"
		 "[  1.0] Oops: invalid opcode: 0000 [#1] SMP NOPTI\n",
	  .reason = "Kernel BUG at my_probe+0x1/0x2 [my] [verbose debug info unavailable]",
	  .function = "my_probe",
	  .module = "my" },
};

TEST(functions_are_found_in_every_form_of_a_stack)
{
	forms_check(stacks, ARRAY_SIZE(stacks));
}

/* The text says what is wrong, the WARNING or the BUG beside it where. */
static const struct form texts[] = {
	{ .name = "in front of a WARNING: not deadly",
	  .log = "[  1.0] ------------[ cut here ]------------\n"
		 "[  1.0] refcount_t: underflow; use-after-free.\n"
		 "[  1.0] WARNING: CPU: 0 PID: 6 at lib/refcount.c:28 "
		 "refcount_warn_saturate+0x1/0x2\n"
		 "[  1.0] RIP: 0010:refcount_warn_saturate+0x1/0x2\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  my_put+0x1/0x2\n",
	  .reason = "refcount_t: underflow; use-after-free.",
	  .function = "my_put" },
	{ .name = "behind it, before 5.1",
	  .log = "[  1.0] WARNING: CPU: 0 PID: 6 at lib/list.c:6 my_put+0x1/0x2 [my]\n"
		 "[  1.0] list_del corruption. next->prev should be 1, but was 2\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  __warn+0x1/0x2\n",
	  .reason = "list_del corruption. next->prev should be 1, but was 2",
	  .function = "my_put",
	  .module = "my" },
	{ .name = "a lockup that is a WARNING",
	  .log = "[  1.0] WARNING: CPU: 1 PID: 3 at kernel/watchdog.c:265 "
		 "watchdog_overflow_callback+0x98/0xc0()\n"
		 "[  1.0] Watchdog detected hard LOCKUP on cpu 1\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  <NMI>  [<ff81150>] dump_stack+0x41/0x51\n"
		 "[  1.0]  [<ff8110f>] watchdog_overflow_callback+0x98/0xc0\n"
		 "[  1.0]  [<ff81113>] __perf_event_overflow+0x9c/0x220\n"
		 "[  1.0]  [<ff81113>] intel_pmu_handle_irq+0x1e8/0x470\n"
		 "[  1.0]  [<ff81113>] nmi_handle+0x88/0xd0\n"
		 "[  1.0]  <<EOE>>  [<ff81150>] my_loop+0x1/0x2\n",
	  .reason = "Watchdog detected hard LOCKUP on cpu 1",
	  .function = "my_loop" },
	{ .name = "cut before the caller of what found it",
	  .log = "[  1.0] list_del corruption. prev->next should be 1, but was 2\n"
		 "[  1.0] kernel BUG at lib/list_debug.c:53!\n"
		 "[  1.0] RIP: 0010:__list_del_entry_valid.cold.1+0x34/0x4c\n",
	  .reason = "list_del corruption. prev->next should be 1, but was 2",
	  .function = "" },
	{ .name = "the same of a WARNING",
	  .log = "[  1.0] WARNING: CPU: 1 PID: 5 at lib/list_debug.c:53 "
		 "__list_del_entry+0x63/0xd0\n"
		 "[  1.0] list_del corruption, 1->next is LIST_POISON1 (dead000000000100)\n",
	  .function = "" },
	{ .name = "a BUG() in a function that does nothing else",
	  .log = "[  1.0] kernel BUG at lib/string_helpers.c:1040!\n"
		 "[  1.0] RIP: 0010:__fortify_panic+0xd/0xf\n",
	  .function = "" },
	{ .name = "its place in the text",
	  .log = "[  1.0] refcount_t hit zero at my_put+0x2b/0x70 in a[12], uid/euid: 0/0\n"
		 "[  1.0] WARNING: CPU: 1 PID: 12 at kernel/panic.c:681 "
		 "refcount_error_report+0x9c/0xac\n",
	  .function = "my_put" },
	{ .name = "an assertion of ZFS",
	  .log = "[  1.0] VERIFY3(a == b) failed (1 == 2)\n"
		 "[  1.0] PANIC at a.c:12:my_remove()\n"
		 "[  1.0] CPU: 1 PID: 11 Comm: z_wr Tainted: P          IO       6.12.0 #1\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  dump_stack_lvl+0x1/0x2\n"
		 "[  1.0]  spl_panic+0x1/0x2 [spl]\n"
		 "[  1.0]  my_remove+0x1/0x2 [zfs]\n",
	  .reason = "VERIFY3(a == b) failed (1 == 2)",
	  .function = "my_remove",
	  .module = "zfs",
	  .process = "z_wr" },
	{ .name = "an assertion of Lustre, and the panic that came of it",
	  .log = "[  1.0] LustreError: 12:0:(dcache.c:136:my_delete()) ASSERTION( a == 1 ) "
		 "failed: \n"
		 "[  1.0] LustreError: 12:0:(dcache.c:136:my_delete()) LBUG\n"
		 "[  1.0] Kernel panic - not syncing: LBUG\n"
		 "[  1.0] CPU: 3 PID: 12 Comm: su Tainted: G           OE 5.14.0 #1\n"
		 "[  1.0] Call Trace:\n"
		 "[  1.0]  panic+0x1/0x2\n"
		 "[  1.0]  lbug_with_loc.cold+0x18/0x18 [libcfs]\n"
		 "[  1.0]  my_delete+0x11c/0x120 [lustre]\n",
	  .reason = "LustreError: 12:0:(dcache.c:136:my_delete()) ASSERTION( a == 1 ) failed:",
	  .function = "my_delete",
	  .module = "lustre",
	  .process = "su" },
	{ .name = "an old one, with an old line about the task",
	  .log = "[  1.0] VERIFY(a) failed\n"
		 "[  1.0] SPLError: 19:0:(a.c:44:my_out()) SPL PANIC\n"
		 "[  1.0] Pid: 1942, comm: arc_reclaim Tainted: P           O 3.3.1 #1\n",
	  .function = "my_out",
	  .process = "arc_reclaim",
	  .taint = "PO",
	  .release = "3.3.1" },
};

TEST(a_text_and_its_warning_are_one_event)
{
	struct triage_report r;

	forms_check(texts, ARRAY_SIZE(texts));
	CHECK_EQ(triage_parse(texts[1].log, strlen(texts[1].log), &r), 0);
	CHECK(!r.fatal);
}

TEST(a_program_that_prints_a_failed_assertion_is_no_event)
{
	static const struct form f = { .name = "alone",
				       .log = "[  1.0] VERIFY(a) failed\n[  2.0] PANIC at noon\n",
				       .reason = "" };

	forms_check(&f, 1);
}

TEST(a_worker_is_what_it_worked_on)
{
	static const struct form forms[] = {
		{ .name = "the stack has helpers and its own loop",
		  .log = "[  1.0] WARNING: CPU: 0 PID: 6 at lib/refcount.c:28 "
			 "refcount_warn_saturate+0x1/0x2\n"
			 "[  1.0] Workqueue: events my_work [my]\n"
			 "[  1.0] RIP: 0010:refcount_warn_saturate+0x1/0x2\n"
			 "[  1.0] Call Trace:\n"
			 "[  1.0]  process_one_work+0x1/0x2\n"
			 "[  1.0]  worker_thread+0x1/0x2\n",
		  .function = "my_work",
		  .module = "my" },
		{ .name = "a jump to nowhere out of the loop",
		  .log = "[  1.0] BUG: kernel NULL pointer dereference, address: 8\n"
			 "[  1.0] Workqueue: events my_work\n"
			 "[  1.0] RIP: 0010:0x286\n"
			 "[  1.0] Call Trace:\n"
			 "[  1.0]  process_one_work+0x1/0x2\n",
		  .function = "process_one_work" },
	};

	forms_check(forms, ARRAY_SIZE(forms));
}

/* Patterns of skip.def are of the helpers alone. */
TEST(a_function_called_almost_like_a_helper_is_none)
{
	static const char *const names[] = {
		"drm_atomic_helper_wait_for_vblanks",
		"kvm_mmu_page_fault",
		"mem_cgroup_charge",
		"btrfs_preempt_reclaim_metadata_space",
		"strp_data_ready",
		"cache_set_flush",
		"detach_tasks",
		"watchdog_ping_work",
		"complete_signal",
		"do_cow_fault",
		"__do_fault",
		"test_kmsan_check",
		"my_kmalloc_test",
		"zfs_kobject_init",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (frame_is_waiting(names[i]))
			fail_msg("%s is skipped", names[i]);
}

RUN(what_a_logger_puts_in_front_is_no_part_of_a_line, a_record_of_dev_kmsg_has_a_time_and_a_caller,
    a_maker_says_which_task_it_was, functions_are_found_in_every_form_of_a_stack,
    a_text_and_its_warning_are_one_event, a_program_that_prints_a_failed_assertion_is_no_event,
    a_worker_is_what_it_worked_on, a_function_called_almost_like_a_helper_is_none)
