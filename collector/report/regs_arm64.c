/* SPDX-License-Identifier: GPL-2.0-or-later */
/* regs_arm64.c - registers of arm64 */
#include "report/regs_arch.h"

#include "base/util.h"

#include <elf.h>
#include <string.h>

/* struct pt_regs begins with what user space sees of it. */
static const char *const reg_name[] = { "x0",  "x1",  "x2",  "x3",  "x4",  "x5",    "x6",
					"x7",  "x8",  "x9",  "x10", "x11", "x12",   "x13",
					"x14", "x15", "x16", "x17", "x18", "x19",   "x20",
					"x21", "x22", "x23", "x24", "x25", "x26",   "x27",
					"x28", "x29", "lr",  "sp",  "pc",  "pstate" };

/* In the order in which the kernel prints them. */
static const uint8_t reg_order[] = { 33, 32, 30, 31, 29, 28, 27, 26, 25, 24, 23, 22,
				     21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10,
				     9,	 8,  7,	 6,  5,	 4,  3,	 2,  1,	 0 };

enum { REG_BP = 29, REG_LR = 30, REG_SP = 31, REG_IP = 32, REG_FLAGS = 33 };

static bool is_user(const uint64_t *reg)
{
	return (reg[REG_FLAGS] & 0xf) == 0;
}

const struct regs_arch regs_arm64 = {
	.elf_machine = EM_AARCH64,
	.bp = REG_BP,
	.lr = REG_LR,
	.sp = REG_SP,
	.ip = REG_IP,
	.flags = REG_FLAGS,
	.is_user = is_user,
	.name = reg_name,
	.nr = ARRAY_SIZE(reg_name),
	.order = reg_order,
	.nr_order = ARRAY_SIZE(reg_order),
};
