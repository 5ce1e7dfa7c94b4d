/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kexec_symbols.h - kexec-tools with the symbol that they need and the kernel does not show
 *
 * On arm64 kexec-tools take the address of the kernel image from the symbol _text. A kernel without
 * CONFIG_KALLSYMS_ALL shows only what is between _stext and _etext, and _text is before them. Then
 * kexec-tools (2.0.29 and before) calculate with 0: they load without an error, and the ELF header
 * of /proc/vmcore has a segment of 2^64 bytes, which no program can read past.
 */
#ifndef SYSTEMD_LOAD_KEXEC_SYMBOLS_H
#define SYSTEMD_LOAD_KEXEC_SYMBOLS_H

#include "base/run.h"

#include <stdint.h>

/*
 * Address of _text, from the texts of /proc/kallsyms and /proc/iomem. 1: *out is it, and kallsyms
 * does not have it. 0: kallsyms has it, or there is too little to tell. Pure.
 */
int kexec_symbols_missing(const char *kallsyms, const char *iomem, uint64_t *out);

/*
 * run_must() of the program kexec, which sees root/proc/kallsyms with _text, in a mount namespace
 * of its own. Only in a process with a single thread. Errors as run_must(), and those of reading
 * and writing the files.
 */
int kexec_symbols_run(const char *root, const struct run_cfg *cfg);

#endif
