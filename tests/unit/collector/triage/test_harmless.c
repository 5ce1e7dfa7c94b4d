/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_harmless.c - lines that look like a problem of the kernel, and are of something else */
#include "triage/triage.h"

#include "base/util.h"
#include "check.h"
#include "form_case.h"

#include <stdio.h>
#include <string.h>

/* A kernel that logs a process's own fault has none. */
static const char *const lines[] = {
	"traps: a[12] general protection fault ip:7f01 sp:7ffc error:0 in libc.so[7f+1000]",
	"traps: a[12] general protection ip:7f01 sp:7ffc error:0 in libc.so[7f+1000]",
	"traps: a[12] trap divide error ip:7f01 sp:7ffc error:0 in a[7f+1000]",
	"traps: a[12] trap invalid opcode ip:7f01 sp:7ffc error:0 in a[7f+1000]",
	"a[12]: segfault at 8 ip 00007f01 sp 00007ffc error 4 in a[7f+1000]",
	"a[12]: unhandled exception: DABT (lower EL), ESR 0x92000004, level 0 translation fault",
	"Alignment trap: a (12) PC=0x000104f0 Instr=0xe5923000 Address=0xbefff5a1 FSR 0x011",
	"a: unhandled page fault (11) at 0x00000000, code 0x017",
	"do_page_fault(): sending SIGSEGV to a for invalid read access from 00000000",
	"Out of memory: Killed process 12 (a) total-vm:1kB, anon-rss:1kB",
	"audit: type=1701 audit(1.1:2): auid=1 uid=1 pid=12 comm=\"a\" exe=\"/a\" sig=11 res=1",
	"mce: [Hardware Error]: CPU 3: Machine Check: 0 Bank 6: cc59214000041152",
};

TEST(a_fault_of_a_process_is_none_of_the_kernel)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const struct form f = { .name = lines[i], .log = lines[i], .reason = "" };

		forms_check(&f, 1);
	}
}

TEST(a_fault_of_a_process_does_not_hide_a_later_problem)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char log[1024];
		const struct form f = { .name = lines[i], .log = log, .function = "my_warn" };

		snprintf(log, sizeof(log),
			 "[    1.000001] %s\n"
			 "[   90.000001] WARNING: CPU: 1 PID: 7 at a.c:12 my_warn+0x1/0x2\n",
			 lines[i]);
		forms_check(&f, 1);
	}
}

RUN(a_fault_of_a_process_is_none_of_the_kernel, a_fault_of_a_process_does_not_hide_a_later_problem)
