/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regs_x86_64.c - registers of x86_64 */
#include "report/regs_arch.h"

#include "base/util.h"

#include <elf.h>
#include <string.h>

/* struct pt_regs, as it is on the stack. */
static const char *const reg_name[] = { "r15", "r14",	   "r13", "r12", "rbp",	   "rbx", "r11",
					"r10", "r9",	   "r8",  "rax", "rcx",	   "rdx", "rsi",
					"rdi", "orig_rax", "rip", "cs",	 "rflags", "rsp", "ss" };

/* In the order in which the kernel prints them. */
static const uint8_t reg_order[] = { 16, 19, 18, 10, 5, 11, 12, 13, 14, 4,
				     9,	 8,  7,	 6,  3, 2,  1,	0,  15 };

/* struct elf_prstatus: pid at 32, registers from 112, as in <sys/procfs.h>. */
#define PRSTATUS_SIZE 336
enum { AT_PID = 32, AT_REGS = 112 };
enum { REG_BP = 4, REG_IP = 16, REG_CS = 17, REG_FLAGS = 18, REG_SP = 19 };

static uint64_t reg(const char *desc, unsigned nr)
{
	uint64_t value;

	memcpy(&value, desc + AT_REGS + nr * 8, sizeof(value));
	return value;
}

static void from_note(const char *desc, struct cpu_regs *out)
{
	*out = (struct cpu_regs){
		.ip = reg(desc, REG_IP),
		.sp = reg(desc, REG_SP),
		.bp = reg(desc, REG_BP),
		.flags = reg(desc, REG_FLAGS),
		.user = reg(desc, REG_CS) & 3,
	};
	memcpy(&out->pid, desc + AT_PID, sizeof(out->pid));
}

const struct regs_arch regs_x86_64 = {
	.elf_machine = EM_X86_64,
	.note_size = PRSTATUS_SIZE,
	.from_note = from_note,
	.name = reg_name,
	.nr = ARRAY_SIZE(reg_name),
	.order = reg_order,
	.nr_order = ARRAY_SIZE(reg_order),
};
