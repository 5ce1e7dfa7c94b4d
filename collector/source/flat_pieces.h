/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * flat_pieces.h - pieces of a dump, and where each lies in the stream
 *
 *     open  ->  fill piece[0 .. nr)  ->  settle  ->  find ...  ->  close
 */
#ifndef SOURCE_FLAT_PIECES_H
#define SOURCE_FLAT_PIECES_H

#include "base/types.h"

struct flat_piece {
	uint64_t off; /* in the dump */
	uint64_t len;
	uint64_t at; /* in the stream; of two that overlap, the later one counts */
};

struct flat_pieces {
	struct flat_piece *piece;
	uint64_t nr, capacity;
};

/* Allocate capacity pieces; p need not be initialized. -ENOMEM. */
int flat_pieces_open(struct flat_pieces *p, uint64_t capacity);
void flat_pieces_close(struct flat_pieces *p);

/* Sort them, and cut them so that none overlaps another. -ENOMEM. */
int flat_pieces_settle(struct flat_pieces *p);

/* The piece that holds off, or the first one behind it; nr if there is none. */
uint64_t flat_pieces_find(const struct flat_pieces *p, uint64_t off);

#endif
