/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_pe.c - any bytes as a PE file: a section that is found lies in the file */
#include "systemd/load/pe.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const uint8_t *data, size_t size, const char *name)
{
	struct pe_section s;
	volatile uint8_t sum = 0;

	if (pe_section_find(data, size, size, name, &s) != 0)
		return;
	if (s.off > size || s.len > size - s.off)
		abort();
	for (uint64_t i = 0; i < s.len; i++)
		sum = (uint8_t)(sum + data[s.off + i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of its own, so that one byte too far is seen. */
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	check(copy, size, ".linux");
	check(copy, size, ".uname");
	check(copy, size, "");
	free(copy);
	return 0;
}
