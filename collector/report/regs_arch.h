/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * regs_arch.h - registers as an architecture saves them: in NT_PRSTATUS notes and struct pt_regs
 *
 * One struct regs_arch for each, in regs_<name>.c; picked by ELF machine.
 */
#ifndef REPORT_REGS_ARCH_H
#define REPORT_REGS_ARCH_H

#include "report/cpu_regs.h"

#define REGS_MAX 40 /* of a struct pt_regs, 8 bytes each */

struct regs_arch {
	uint16_t elf_machine;
	const char *const *name;    /* of each 8 bytes of struct pt_regs */
	unsigned nr;		    /* of them */
	unsigned bp, sp, ip, flags; /* which of them these are */
	unsigned lr;		    /* and the link register; 0: there is none */
	const uint8_t *order;	    /* in which the kernel prints them */
	unsigned nr_order;

	/* Was user space running? reg: all nr of them. */
	bool (*is_user)(const uint64_t *reg);
};

/* NULL: registers of this machine are not known. */
const struct regs_arch *regs_arch_of(const struct report *r);

extern const struct regs_arch regs_x86_64;
extern const struct regs_arch regs_arm64;

#endif
