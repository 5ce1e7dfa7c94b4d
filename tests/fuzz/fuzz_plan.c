/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_plan.c - any bytes as a plan: refused, or written back so that it reads the same */
#include "initramfs/plan/plan.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(const struct plan *p)
{
	struct plan again;
	char *text, *second;
	size_t len, second_len;

	if (plan_write(p, &text, &len) < 0 || plan_parse(text, len, &again) < 0)
		abort();
	if (plan_write(&again, &second, &second_len) < 0)
		abort();
	if (len != second_len || memcmp(text, second, len) != 0)
		abort();
	free(text);
	free(second);
	plan_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy of just this size: ASan sees a read of one byte too many. */
	char *copy = malloc(size ? size : 1);
	struct plan p;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	fail_clear();
	if (plan_parse(copy, size, &p) == 0) {
		round_trip(&p);
		plan_free(&p);
	}
	free(copy);
	return 0;
}
