/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf_holes.h - stretches of a sparse core that are zeros without being read */
#ifndef SOURCE_ELF_HOLES_H
#define SOURCE_ELF_HOLES_H

#include <stdbool.h>
#include <stdint.h>

/* What the last question was answered with: [start, end) is a hole, or is none. Zeroed at first. */
struct elf_holes {
	uint64_t start, end;
	bool hole;
};

/*
 * Is it worth asking? The file has fewer blocks than bytes, and lies on a file system whose word
 * about holes is taken: a server's is not, and /proc has none.
 */
bool elf_holes_expected(int fd);

/* How many bytes from off on are a hole, up to the end of the file at most; 0: none, or not known.
 */
uint64_t elf_holes_at(struct elf_holes *h, int fd, uint64_t off);

#endif
