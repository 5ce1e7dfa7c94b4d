/* SPDX-License-Identifier: GPL-2.0-or-later */
/* checksums.c - --checksums FILE: what was written, for the manifest of the capture */
#include "checksums.h"

#include "base/err.h"
#include "base/log.h"
#include "output/sums.h"

int checksums_begin(struct options *o)
{
	/* All but a dump in a file is one stream, in order. */
	bool whole = o->mode != MODE_DUMP || o->flat || o->nr_encrypt_to;

	if (!o->checksums || o->check_params)
		return 0;
	o->sums = sums_new(whole);
	return o->sums ? 0 : fail(-ENOMEM, "checksums");
}

void checksums_end(struct options *o)
{
	if (!o->sums)
		return;
	if (sums_write(o->checksums, o->sums) < 0) {
		log_msg(LOG_ERROR, "no checksums: %s", fail_text());
		fail_clear();
	}
	sums_free(o->sums);
	o->sums = NULL;
}
