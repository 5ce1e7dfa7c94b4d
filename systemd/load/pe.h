/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pe.h - sections of a PE file, the format of programs that EFI firmware starts */
#ifndef SYSTEMD_LOAD_PE_H
#define SYSTEMD_LOAD_PE_H

#include <stddef.h>
#include <stdint.h>

/* Headers and section table are looked for in this many bytes at the start of a file. */
#define PE_HEAD_MAX (64u << 10)

/* Bytes of a section as they lie in the file, without the padding behind them. */
struct pe_section {
	uint64_t off;
	uint64_t len;
};

/*
 * Find the first section called name (at most 8 bytes) in a file of file_size bytes whose first
 * len bytes are head. Any bytes are safe. -ENOEXEC: not a PE file, or its section table is not
 * within head. -ENOENT: no such section. -EBADMSG: the section reaches past the end of the file.
 * Adds no message to the trail.
 */
int pe_section_find(const void *head, size_t len, uint64_t file_size, const char *name,
		    struct pe_section *out);

#endif
