/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_view.h - windows onto the memory in an ELF core
 *
 * A view has four windows, so that a walk through page tables does not replace the window of the
 * memory that is read. A window that is used in order grows.
 */
#ifndef SOURCE_ELF_VIEW_H
#define SOURCE_ELF_VIEW_H

#include "source/elf_headers.h"
#include "source/host_page.h"
#include "source/infile.h"
#include "source/sigbus.h"

/* The most that view_map() gives at once from a file that cannot be mapped. */
#define ELF_READ_MAX   ((size_t)128 << 10)
/* Whole pages of the file, wherever it begins: a window that is read. */
#define ELF_WINDOW_MAX (ELF_READ_MAX + HOST_PAGE_MAX)
/* What a view takes of such a file. */
#define ELF_VIEW_BYTES (SIGBUS_PER_VIEW * ELF_WINDOW_MAX)

struct elf_source {
	struct source base;
	struct elf_headers elf;
	struct span *data; /* base.data */
	struct infile in;
	bool no_mmap;	/* as of /proc/kcore: windows are read */
	bool sparse;	/* it may have holes */
	void *note_map; /* mapping or copy behind base.notes */
	size_t note_map_len;
	bool note_copied;
};

/* The functions of struct source_ops for ELF cores. */
int elf_view_open(struct source *src, struct view **out);
int elf_view_map(struct view *v, uint64_t pa, size_t len, const void **out);
uint64_t elf_view_zeros(struct view *v, uint64_t pa, uint64_t len);
bool elf_view_damaged(struct view *v);
void elf_view_close(struct view *v);

#endif
