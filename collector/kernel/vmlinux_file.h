/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmlinux_file.h - a kernel as its build left it: build ID, sections, symbols
 *
 *     open  ->  check  ->  section, symbols  ->  close
 *
 * Read by libelf, through a mapping. It may be no file of the kernel at all: check() says whether
 * it is of the build that crashed. One thread at a time.
 */
#ifndef KERNEL_VMLINUX_FILE_H
#define KERNEL_VMLINUX_FILE_H

#include "base/types.h"

struct vmlinux_file;

struct vmlinux_symbol {
	uint64_t va;	  /* as it was linked */
	const char *name; /* good until the file is closed */
	char type;	  /* as nm shows it, T t R r D d B b A a W, or ? */
};

/* -EBADMSG: it is no ELF file of 64 bits. Errors name the path, as do those of the others. */
int vmlinux_open(const char *path, struct vmlinux_file **out);
void vmlinux_close(struct vmlinux_file *v);

/* -EINVAL: its build ID is not this one (hexadecimal digits). */
int vmlinux_check(const struct vmlinux_file *v, const char *build_id);

/* The bytes of a section, good until the file is closed. -ENOENT: it has no such section. */
int vmlinux_section(struct vmlinux_file *v, const char *name, struct blob *out);

/*
 * Call fn for each symbol of code and data, in the order of the file; an fn that returns less than
 * 0 ends it, with that value. -ENOENT: it has no symbols.
 */
int vmlinux_symbols(struct vmlinux_file *v, int (*fn)(void *arg, const struct vmlinux_symbol *sym),
		    void *arg);

#endif
