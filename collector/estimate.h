/* SPDX-License-Identifier: GPL-2.0-or-later */
/* estimate.h - estimate the size of a dump from a sample of its pages; check the free space */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include "dump.h"

/*
 * Kept pages are taken so many in a row: what a page becomes depends on the one before it, whose
 * bytes it may share. Alone, they made the estimate of a dump without a codec a tenth too high;
 * with more of them in a row the sample has fewer positions.
 */
#define SAMPLE_ROW   8

/* 32 MiB: the error of the mean is one per cent, or two. */
#define SAMPLE_PAGES 8192

/* A file of the dump; of a split one there are several. */
struct space_file {
	const char *path;
	uint64_t most; /* bytes with nothing compressed: format's max_size() */
	uint64_t nr;   /* pages */
};

/*
 * Warn for each file system that has less free space than the files that go there will probably
 * take together. Where they fit uncompressed, nothing more is done; else some pages are compressed
 * for an estimate. It is only a warning: the most important pages are written first, and a dump
 * that is cut short can be read.
 */
void space_check(const struct space_file *file, unsigned nr, const struct dump_cfg *cfg);

/*
 * Leave at most nr of the pages in sel, in rows spread evenly; fewer than nr stay as they are.
 * sel->counts stay those of all pages. -ENOMEM.
 */
int sample_selection(struct selection *sel, uint64_t nr);

#endif
