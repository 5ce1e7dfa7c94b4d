/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_notes.c - any bytes as ELF notes: what is found lies inside them */
#include "source/notes.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of just this size: ASan sees a read of one byte too many. */
	uint8_t *copy = malloc(size ? size : 1);
	struct notes_found found;
	const uint8_t *text;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	notes_scan((struct blob){ copy, size }, &found);
	text = found.vmcoreinfo.data;
	if (found.len > size || found.nr_cpus > size / 12)
		abort();
	if (found.vmcoreinfo.len &&
	    (text < copy || found.vmcoreinfo.len > size - (size_t)(text - copy)))
		abort();
	free(copy);
	return 0;
}
