/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf_holes.h - find holes of a sparse core: zeros that need not be read */
#ifndef SOURCE_ELF_HOLES_H
#define SOURCE_ELF_HOLES_H

#include <stdbool.h>
#include <stdint.h>

/* The last answer: [start, end) is a hole, or is data. Zero-initialized. */
struct elf_holes {
	uint64_t start, end;
	bool hole;
};

/*
 * May the file have holes? It has fewer blocks than bytes, and its file system reports holes
 * reliably: network file systems do not, and /proc has none.
 */
bool elf_holes_expected(int fd);

/* How many bytes from off on are a hole, up to the end of the file at most; 0: none, or not known.
 */
uint64_t elf_holes_at(struct elf_holes *h, int fd, uint64_t off);

#endif
