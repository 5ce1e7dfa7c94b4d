/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_guilty.c - which frame is guilty, and that every row of the tables does what it says */
#include "triage/event.h"
#include "triage/triage.h"

#include "base/util.h"
#include "check.h"

#include <stdio.h>
#include <string.h>

/* A log of one event, and the function that is guilty. */
static void guilty_is(const char *log, const char *function)
{
	struct triage_report r;

	CHECK_EQ(triage_parse(log, strlen(log), &r), 0);
	CHECK_STR(r.function, function);
}

TEST(every_header_begins_an_event_by_its_own_row)
{
	static const struct {
		const char *words, *example;
		bool event;
	} headers[] = {
#define HEADER(words, where, weight, example) { words, example, WEIGHT_##weight >= WEIGHT_MORE },
#include "triage/headers.def"
#undef HEADER
	};
	struct events e;

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		CHECK_EQ(events_init(&e), 0);
		events_line(&e, headers[i].example, strlen(headers[i].example));
		if ((e.nr == 1) != headers[i].event)
			fail_msg("'%s' begins %u events", headers[i].example, e.nr);
		events_fini(&e);
	}
}

TEST(every_function_to_skip_fits_its_own_row)
{
	enum { REPORT, HELPER, WAIT, CALLBACK, ENTRY };
	static const struct {
		int kind;
		const char *pattern, *example;
	} skips[] = {
#define SKIP(kind, pattern, example) { kind, pattern, example },
#include "triage/skip.def"
#undef SKIP
	};

	for (size_t i = 0; i < ARRAY_SIZE(skips); i++) {
		const char *name = skips[i].example;
		bool skipped = skips[i].kind == CALLBACK ? frame_calls_back(name)
			       : skips[i].kind == ENTRY	 ? frame_is_entry(name)
							 : frame_is_waiting(name);

		if (!skipped || !frame_name_fits(skips[i].pattern, name))
			fail_msg("%s does not fit %s", name, skips[i].pattern);
	}
	CHECK(!frame_is_waiting("ext4_map_blocks") && !frame_is_helper("sysrq_handle_crash"));
	CHECK(!frame_is_helper("wake_up_new_task") && !frame_is_entry("__x64_sys_socket"));
}

/* Which of them took too much is not known: the way that led so deep is named. */
TEST(a_stack_that_is_too_deep_is_its_first_functions)
{
	guilty_is("[  1.0] Kernel panic - not syncing: corrupted stack end detected inside "
		  "scheduler\n"
		  "[  1.0] Call trace:\n"
		  "[  1.0]  dump_stack+0x1/0x2\n"
		  "[  1.0]  panic+0x1/0x2\n"
		  "[  1.0]  schedule+0x1/0x2\n"
		  "[  1.0]  innermost+0x1/0x2\n"
		  "[  1.0]  my_work+0x1/0x2\n"
		  "[  1.0]  process_one_work+0x1/0x2\n"
		  "[  1.0]  worker_thread+0x1/0x2\n"
		  "[  1.0]  kthread+0x1/0x2\n"
		  "[  1.0]  ret_from_fork+0x1/0x2\n",
		  "my_work");
	guilty_is("[  1.0] Kernel panic - not syncing: corrupted stack end detected inside "
		  "scheduler\n"
		  "[  1.0] Call trace:\n"
		  "[  1.0]  panic+0x1/0x2\n"
		  "[  1.0]  kmem_cache_alloc+0x1/0x2\n"
		  "[  1.0]  __arm64_sys_socket+0x1/0x2\n"
		  "[  1.0]  el0_svc_common+0x1/0x2\n"
		  "[  1.0]  el0_svc+0x1/0x2\n",
		  "__arm64_sys_socket");
}

TEST(a_frame_that_the_kernel_calls_unreliable_is_not_guilty)
{
	guilty_is("[  1.0] INFO: task a:12 blocked for more than 143 seconds.\n"
		  "[  1.0] Call Trace:\n"
		  "[  1.0] [c001] [c002] __rela_dyn_start+0x1/0x2 (unreliable)\n"
		  "[  1.0] [c003] [c004] __switch_to+0x1/0x2\n"
		  "[  1.0] [c005] [c006] exit_aio+0x1/0x2\n",
		  "exit_aio");
}

/* The stack of a stalled CPU begins with the timer that found it. */
TEST(a_stall_is_not_of_the_interrupt_that_found_it)
{
	guilty_is("[  1.0] rcu: INFO: rcu_preempt self-detected stall on CPU\n"
		  "[  1.0] Call trace:\n"
		  "[  1.0]  dump_cpu_task+0x1/0x2\n"
		  "[  1.0]  rcu_dump_cpu_stacks+0x1/0x2\n"
		  "[  1.0]  hrtimer_interrupt+0x1/0x2\n"
		  "[  1.0]  arch_timer_handler_phys+0x1/0x2\n"
		  "[  1.0]  handle_percpu_devid_irq+0x1/0x2\n"
		  "[  1.0]  handle_domain_irq+0x1/0x2\n"
		  "[  1.0]  gic_handle_irq+0x1/0x2\n"
		  "[  1.0]  do_interrupt_handler+0x1/0x2\n"
		  "[  1.0]  el1h_64_irq+0x1/0x2\n"
		  "[  1.0]  queued_spin_lock_slowpath+0x1/0x2\n"
		  "[  1.0]  my_loop+0x1/0x2\n",
		  "my_loop");
	guilty_is("[  1.0] INFO: rcu_sched self-detected stall on CPU\n"
		  "[  1.0] Call Trace:\n"
		  "[  1.0] [c01] [c02] hrtimer_interrupt+0x1/0x2\n"
		  "[  1.0] [c01] [c02] __timer_interrupt+0x1/0x2\n"
		  "[  1.0] [c01] [c02] timer_interrupt+0x1/0x2\n"
		  "[  1.0] [c01] [c02] restore_check_irq_replay+0x1/0x2\n"
		  "[  1.0] --- interrupt: 901 at arch_local_irq_restore+0x1/0x2\n"
		  "[  1.0] [c01] [c02] arch_local_irq_restore+0x1/0x2\n"
		  "[  1.0] [c01] [c02] my_loop+0x1/0x2\n",
		  "my_loop");
}

/* A call by a bad pointer faults in the thunk that takes the place of the instruction. */
TEST(a_thunk_is_not_guilty)
{
	static const char *const names[] = { "srso_safe_ret", "retbleed_return_thunk",
					     "its_return_thunk", "__x86_return_thunk",
					     "__x86_indirect_thunk_rax" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char log[300];

		snprintf(log, sizeof(log),
			 "[  1.0] Oops: general protection fault, probably for non-canonical "
			 "address 0x13: 0000 [#1]\n"
			 "[  1.0] RIP: 0010:%s+0x5/0x20\n"
			 "[  1.0] Call Trace:\n"
			 "[  1.0]  my_call+0x1/0x2\n",
			 names[i]);
		guilty_is(log, "my_call");
	}
}

TEST(a_leak_is_of_the_one_who_asked_for_the_memory)
{
	guilty_is("BUG: memory leak\n"
		  "unreferenced object 0xffff8882d78c9ea0 (size 96):\n"
		  "  backtrace (crc c9a1c131):\n"
		  "    __kmalloc_cache_noprof+0x1/0x2\n"
		  "    sk_prot_alloc+0x1/0x2\n"
		  "    sk_alloc+0x1/0x2\n"
		  "    my_socket+0x1/0x2\n",
		  "my_socket");
}

TEST(a_panic_in_rust_is_of_the_function_that_panicked)
{
	guilty_is("[  1.0] kernel BUG at rust/helpers/bug.c:7!\n"
		  "[  1.0] RIP: 0010:rust_helper_BUG+0x8/0x10\n"
		  "[  1.0] Call Trace:\n"
		  "[  1.0]  _RNvCscSpY9Juk0HT_7___rustc17rust_begin_unwind+0x1/0x2\n"
		  "[  1.0]  _RNvNtCs9jEwPDbx20M_4core9panicking9panic_fmt+0x1/0x2\n"
		  "[  1.0]  _RNvCs12_6driver5probe+0x1/0x2\n",
		  "_RNvCs12_6driver5probe");
}

TEST(where_all_frames_are_helpers_the_report_itself_is_named_last)
{
	guilty_is("[  1.0] BUG: Bad page state in process a  pfn:1234\n"
		  "[  1.0] Call Trace:\n"
		  "[  1.0]  dump_stack+0x1/0x2\n"
		  "[  1.0]  bad_page+0x1/0x2\n"
		  "[  1.0]  free_unref_page+0x1/0x2\n",
		  "free_unref_page");
}

/* Addresses behind calls that do not return, at the end of panic() and of sysrq_handle_crash(). */
TEST(the_function_behind_a_last_call_is_not_guilty)
{
	guilty_is("[   47.621434] Kernel panic - not syncing: sysrq triggered crash\n"
		  "[   47.624409] Call trace:\n"
		  "[   47.625162]  dump_stack+0x14/0x1c\n"
		  "[   47.625228]  vpanic+0x31c/0x37c\n"
		  "[   47.625291]  add_taint+0x0/0xa8\n"
		  "[   47.625422]  sysrq_handle_showregs+0x0/0x3c\n"
		  "[   47.625508]  __handle_sysrq+0xa8/0x1e4\n"
		  "[   47.625581]  write_sysrq_trigger+0x90/0xb4\n",
		  "__handle_sysrq");
}

RUN(the_function_behind_a_last_call_is_not_guilty, every_header_begins_an_event_by_its_own_row,
    every_function_to_skip_fits_its_own_row, a_stack_that_is_too_deep_is_its_first_functions,
    a_frame_that_the_kernel_calls_unreliable_is_not_guilty,
    a_stall_is_not_of_the_interrupt_that_found_it, a_thunk_is_not_guilty,
    a_leak_is_of_the_one_who_asked_for_the_memory, a_panic_in_rust_is_of_the_function_that_panicked,
    where_all_frames_are_helpers_the_report_itself_is_named_last)
