/* SPDX-License-Identifier: GPL-2.0-or-later */
/* split_parts.h - which frames go into which file of a split dump */
#ifndef SPLIT_PARTS_H
#define SPLIT_PARTS_H

#include "filter/filter.h"
#include "output/format.h"

/*
 * Set the nr parts at out, which are zero: together all frames of the selection, in order, with
 * about as many pages each. Every part gets a page: libkdumpfile cannot open a set with an empty
 * one. -EINVAL: there are too few for that.
 */
int split_parts(const struct selection *sel, struct dump_part *out, unsigned nr);

#endif
