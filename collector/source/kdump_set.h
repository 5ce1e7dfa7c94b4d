/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump_set.h - sort the files of a split dump */
#ifndef SOURCE_KDUMP_SET_H
#define SOURCE_KDUMP_SET_H

#include "source/kdump_view.h"

/*
 * Read the headers of nr files; fill src->head, src->file and src->maps, with an empty file where
 * a part is missing. A dump that is not split is a set of one. On success the files are src's;
 * on failure they stay the caller's. -EINVAL: they do not belong together.
 */
int kdump_set_open(struct kdump_source *src, const struct infile *in, const char *const *name,
		   unsigned nr);

#endif
