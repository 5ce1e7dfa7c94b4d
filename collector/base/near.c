/* SPDX-License-Identifier: GPL-2.0-or-later */
/* near.c - find the known word nearest to a misspelt one */
#include "near.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static int fold(char c)
{
	return c == '-' ? '_' : tolower((unsigned char)c);
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/*
 * Levenshtein's, with two neighbours exchanged for the price of one. Three rows:
 *
 *     older  . . x . . .      x: before the exchanged pair
 *     row    . . . r u .      r: replace, u: remove from a
 *     next   . . . i ?        i: insert
 */
unsigned near_distance(const char *a, const char *b)
{
	unsigned older[NEAR_MAX + 1], row[NEAR_MAX + 1], next[NEAR_MAX + 1] = { 0 };
	size_t n = strlen(b);

	if (strlen(a) > NEAR_MAX || n > NEAR_MAX)
		return NEAR_MAX;
	for (unsigned j = 0; j <= n; j++)
		older[j] = row[j] = j;
	for (unsigned i = 1; a[i - 1]; i++) {
		next[0] = i;
		for (unsigned j = 1; j <= n; j++) {
			bool same = fold(a[i - 1]) == fold(b[j - 1]);

			next[j] = min3(row[j] + 1, next[j - 1] + 1, row[j - 1] + !same);
			if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]) && older[j - 2] + 1 < next[j])
				next[j] = older[j - 2] + 1;
		}
		memcpy(older, row, sizeof(row));
		memcpy(row, next, sizeof(next));
	}
	return row[n];
}

/* Allow two mistakes in a long word; in a short one they would make another word. */
void near_init(struct near *n, const char *word)
{
	size_t len;

	*n = (struct near){ 0 };
	word += strspn(word, "-");
	len = strcspn(word, "=");
	if (len <= NEAR_MAX)
		snprintf(n->word, sizeof(n->word), "%.*s", (int)len, word);
	n->least = len < 6 ? 3 : 5;
}

static bool begins(const char *known, const char *word)
{
	while (*word && fold(*known) == fold(*word)) {
		known++;
		word++;
	}
	return !*word;
}

/* A prefix of a word is nearer to it than a word with one wrong letter. */
void near_try(struct near *n, const char *known)
{
	const char *name = known + strspn(known, "-");
	size_t len = strlen(n->word);
	unsigned d;

	if (!len)
		return;
	d = 2 * near_distance(n->word, name);
	if (d > 1 && len >= 3 && begins(name, n->word))
		d = 1;
	if (d >= n->least)
		return;
	n->least = d;
	n->best = known;
}
