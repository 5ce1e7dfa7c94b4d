/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * near.h - find the known word nearest to a misspelt one
 *
 *     near_init(&n, "--jsn"); near_try(&n, "--json"); ...; if (n.best) "did you mean"
 *
 * Case, '-' for '_', dashes in front and a value behind '=' do not count.
 */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#define NEAR_MAX 40 /* longer words are near to none */

struct near {
	char word[NEAR_MAX + 1];
	const char *best; /* of those tried so far; NULL: none is near */
	unsigned least;	  /* what it takes to be nearer, in half letters */
};

/* Begin to look for word, which is copied up to NEAR_MAX; no word is near to a longer one. */
void near_init(struct near *n, const char *word);

/* One known word; it must live as long as n.best is used. */
void near_try(struct near *n, const char *known);

/*
 * How many letters must change to make b of a: one added, dropped, replaced, or two
 * neighbours exchanged. Letters alone; NEAR_MAX where one is longer than that.
 */
unsigned near_distance(const char *a, const char *b);

#endif
