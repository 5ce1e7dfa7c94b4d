/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys.c - options.def as data, and finding what a misspelt key was meant to be */
#include "config/keys.h"

#include "base/util.h"
#include "config/config.h"

#include <ctype.h>
#include <string.h>

#define NAME_ROOM 40 /* longer names are near to none */

static const struct config_key keys[] = {
#define AT(name) offsetof(struct config, name)
#define NONE	 CONFIG_NO_MEMBER
#define KEY(id, name, kind, member, usual, shape, side, help, manual) \
	[KEY_##id] = { name, KIND_##kind, member, usual, shape, SIDE_##side, help, manual },
#include "config/options.def"
#undef KEY
#undef NONE
#undef AT
};

const struct config_key *config_key_at(unsigned i)
{
	return i < ARRAY_SIZE(keys) ? &keys[i] : NULL;
}

const struct config_key *config_key_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].name, name) == 0)
			return &keys[i];
	}
	return NULL;
}

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
unsigned config_distance(const char *a, const char *b)
{
	unsigned older[NAME_ROOM + 1], row[NAME_ROOM + 1], next[NAME_ROOM + 1] = { 0 };
	size_t n = strlen(b);

	if (strlen(a) > NAME_ROOM || n > NAME_ROOM)
		return NAME_ROOM;
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

/* Two mistakes in a long name are likely, in a short one they make another word. */
const struct config_key *config_key_near(const char *name)
{
	const struct config_key *best = NULL;
	unsigned least = strlen(name) < 6 ? 2 : 3;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		unsigned d = config_distance(name, keys[i].name);

		if (d < least && keys[i].kind != KIND_REFUSED) {
			least = d;
			best = &keys[i];
		}
	}
	return best;
}
