/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btf_source.h - where the BTF of the crashed kernel comes from */
#ifndef KERNEL_BTF_SOURCE_H
#define KERNEL_BTF_SOURCE_H

#include "kernel/btf.h"
#include "kernel/build_id.h"
#include "kernel/kallsyms.h"

/*
 * The build ID of the crashed kernel in hexadecimal digits: from vmcoreinfo, else from the
 * kernel's own notes. syms may be NULL. False if neither has it.
 */
bool kernel_build_id(const struct kernel *k, struct kallsyms *syms, char out[BUILD_ID_SIZE]);

/*
 * BTF of the crashed kernel: from the dump, at the address in syms (may be NULL); else from the
 * file k->vmlinux if one is given; else from the running kernel (/sys/kernel/btf/vmlinux). From a
 * file only if its build ID is that of the crashed kernel. Negative errno: there is none, see the
 * trail. Close with btf_close().
 */
int btf_open_kernel(const struct kernel *k, struct view *v, struct kallsyms *syms,
		    struct btf **out);

#endif
