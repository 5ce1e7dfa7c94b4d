/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_vmcoreinfo.c - any bytes as vmcoreinfo text
 *
 * Reading it twice must change nothing: fields already known stay.
 */
#include "kernel/layout.h"

#include <stdlib.h>
#include <string.h>

static void check_text(struct blob text, const char *key)
{
	char out[65];

	memset(out, 'x', sizeof(out));
	if (vmcoreinfo_text(text, key, out, sizeof(out)) && !memchr(out, '\0', sizeof(out)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct layout once, twice;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	layout_init(&once);
	layout_from_vmcoreinfo(&once, (struct blob){ copy, size });
	twice = once;
	layout_from_vmcoreinfo(&twice, (struct blob){ copy, size });
	if (memcmp(&once, &twice, sizeof(once)) != 0)
		abort();
	check_text((struct blob){ copy, size }, "OSRELEASE");
	check_text((struct blob){ copy, size }, "");
	free(copy);
	return 0;
}
