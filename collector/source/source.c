/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source.c - what sources of every kind share */
#include "source/source.h"

#include "base/err.h"

int source_opened(struct source *src, int rc, const char *name, struct source **out)
{
	if (rc < 0) {
		source_close(src);
		return fail(rc, "%s", name);
	}
	*out = src;
	return 0;
}
