/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sums.h - checksums of what goes through a sink, taken while it is written
 *
 *     sums_new  ->  sink_sum_open, and that sink to its end  ->  sums_json  ->  sums_free
 *
 * A stream has one sum. Of a file that is written here and there, the page data alone has sums, for
 * each piece of it: it is written in order, or (an ELF core) each page once. The rest is small,
 * rewritten, and checked by its meaning (verify.h).
 */
#ifndef OUTPUT_SUMS_H
#define OUTPUT_SUMS_H

#include "output/sink.h"

#include <stdio.h>

struct sums;

/*
 * whole: one sum of everything, of a sink that is written strictly in order; so it is with one that
 * cannot seek, whatever was asked for. NULL: no memory.
 */
struct sums *sums_new(bool whole);

/* Forget all, for another try. The sink of the one before is closed. -ENOMEM. */
int sums_restart(struct sums *s);

/*
 * Everything goes on to inner, which is taken over, even on failure. The format above says in
 * data_from of this sink where page data begins. sums is borrowed until close.
 */
int sink_sum_open(struct sink *inner, struct sums *sums, struct sink **out);

/*
 * Once, after the sink was closed, one object:
 *
 *     {"kind":"whole","bytes":N,"xxh3_128":"32 digits"}
 *     {"kind":"pages","from":OFF,"to":OFF,"piece":BYTES,"xxh3_64":"16 digits for each piece"}
 *     {"kind":"units", as pages, and "unit":BYTES}: pages in any order, see struct xsum_set
 *     null     there is none: nothing was written, or not in order
 */
void sums_json(FILE *f, struct sums *s);

/* sums_json() to a file that is there or is made. 0 or a negative errno. */
int sums_write(const char *path, struct sums *s);
void sums_free(struct sums *s);

#endif
