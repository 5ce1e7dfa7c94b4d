/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pe.c - sections of a PE file, the format of programs that EFI firmware starts */
#include "systemd/load/pe.h"

#include <errno.h>
#include <string.h>

/*
 *   0     "MZ"
 *   0x3c  u32 offset of the PE header
 *
 *   PE header, 24 bytes        optional header    section table, 40 bytes for each section
 *   +0   "PE\0\0"              (its size is at    +0   name, 8 bytes, NUL only where shorter
 *   +6   u16 sections           +20)              +8   u32 size in memory
 *   +20  u16 size of the                          +16  u32 size in the file, padded
 *        optional header                          +20  u32 offset in the file
 */
#define DOS_SIZE     0x40
#define DOS_PE	     0x3c
#define PE_SIZE	     24
#define PE_SECTIONS  6
#define PE_OPTIONAL  20
#define SECTION_SIZE 40
#define SECTION_NAME 8

static uint32_t le(const unsigned char *p, unsigned bytes)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint32_t)p[i] << (8 * i);
	return v;
}

/* The section table, and how many sections it has; NULL: not a PE file, or not all of it here. */
static const unsigned char *section_table(const unsigned char *head, size_t len, unsigned *nr)
{
	size_t pe, table;

	if (len < DOS_SIZE || memcmp(head, "MZ", 2) != 0)
		return NULL;
	pe = le(head + DOS_PE, 4);
	if (pe > len || len - pe < PE_SIZE || memcmp(head + pe, "PE\0\0", 4) != 0)
		return NULL;
	*nr = le(head + pe + PE_SECTIONS, 2);
	table = pe + PE_SIZE + le(head + pe + PE_OPTIONAL, 2);
	if (table > len || (len - table) / SECTION_SIZE < *nr)
		return NULL;
	return head + table;
}

int pe_section_find(const void *head, size_t len, uint64_t file_size, const char *name,
		    struct pe_section *out)
{
	unsigned nr = 0;
	const unsigned char *s = section_table(head, len, &nr);

	if (!s)
		return -ENOEXEC;
	for (; nr; nr--, s += SECTION_SIZE) {
		uint32_t in_memory = le(s + 8, 4), in_file = le(s + 16, 4);

		if (strncmp((const char *)s, name, SECTION_NAME) != 0)
			continue;
		/* A linker that does not pad may leave the size in memory 0. */
		out->len = in_memory && in_memory < in_file ? in_memory : in_file;
		out->off = le(s + 20, 4);
		if (out->off > file_size || file_size - out->off < out->len)
			return -EBADMSG;
		return 0;
	}
	return -ENOENT;
}
