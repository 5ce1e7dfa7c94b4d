/* SPDX-License-Identifier: GPL-2.0-or-later */
/* batch.c - a batch and its buffer */
#include "pack/packer.h"

#include "base/err.h"

#include <stdlib.h>

int batch_open(unsigned page_shift, struct batch **out)
{
	struct batch *b = calloc(1, sizeof(*b));

	if (!b)
		return fail(-ENOMEM, "open batch");
	b->data = malloc(BATCH_BYTES);
	if (!b->data) {
		free(b);
		return fail(-ENOMEM, "open batch");
	}
	b->capacity = BATCH_BYTES >> page_shift;
	*out = b;
	return 0;
}

void batch_close(struct batch *b)
{
	if (!b)
		return;
	free(b->data);
	free(b);
}
