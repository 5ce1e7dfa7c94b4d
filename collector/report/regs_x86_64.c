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

enum { REG_BP = 4, REG_IP = 16, REG_CS = 17, REG_FLAGS = 18, REG_SP = 19 };

static bool is_user(const uint64_t *reg)
{
	return reg[REG_CS] & 3;
}

const struct regs_arch regs_x86_64 = {
	.elf_machine = EM_X86_64,
	.bp = REG_BP,
	.sp = REG_SP,
	.ip = REG_IP,
	.flags = REG_FLAGS,
	.is_user = is_user,
	.name = reg_name,
	.nr = ARRAY_SIZE(reg_name),
	.order = reg_order,
	.nr_order = ARRAY_SIZE(reg_order),
};
