/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf.h - what an ELF file needs, and where the dynamic linker would find it */
#ifndef INITRAMFS_IMAGE_PROGRAM_ELF_H
#define INITRAMFS_IMAGE_PROGRAM_ELF_H

#include "initramfs/image/builder.h"

struct elf_needs {
	uint16_t machine; /* EM_X86_64... */
	unsigned char class;
	char *interp;	       /* "/lib64/ld-linux-x86-64.so.2"; NULL: static, or a library */
	char *rpath;	       /* DT_RPATH unless there is a DT_RUNPATH; NULL: none */
	char *runpath;	       /* DT_RUNPATH */
	struct strlist needed; /* sonames */
};

/* -ENOEXEC when path (a real path) is not an ELF file of a program or library. */
int elf_read(const char *path, struct elf_needs *out);
void elf_free(struct elf_needs *n);

/* A search path of an object. */
struct elf_search {
	const char *paths;  /* separated by colons; NULL: none */
	const char *origin; /* $ORIGIN: the directory of the object, a system path */
};

/*
 * Where the library soname is by this search path.
 * *out is a system path, to be freed; NULL when it is not there for this class and machine.
 */
int elf_find_by_path(const struct builder *b, const struct elf_needs *n,
		     const struct elf_search *search, const char *soname, char **out);

/* The same in ld.so.cache, then in the default directories. */
int elf_find_by_default(const struct builder *b, const struct elf_needs *n, const char *soname,
			char **out);

#endif
