/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kallsyms_index.c - a hash of all names, made in one pass over their records
 *
 * No name is put together for it. The hash of a name is a polynomial of its characters, so that of
 * two texts in a row follows from theirs, and each token's is worked out once:
 *
 *     hash(ab) = hash(a) * BASE^length(b) + hash(b)
 *
 * A damaged record would move all names behind it to the addresses of others. The kernel has a
 * marker for every 256th name: names between two of them count only if they fit in between.
 */
#include "kernel/kallsyms_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BASE	   UINT64_C(0x9e3779b97f4a7c15) /* any odd number with bits everywhere */
#define MIX	   UINT64_C(0xff51afd7ed558ccd) /* likewise */
#define PASS_BYTES (4 * KMEM_PAGE)
#define BLOCK_MAX  (KSYM_BLOCK * (KSYM_HEAD_MAX + KSYM_RECORD_MAX)) /* bytes */
#define TRIES_MAX  1024 /* other names with the same bits of their hash */

/*
 * The hash: heads of chains, and for each symbol the next one of its chain, so that it takes no
 * longer to add a name that many symbols have. An entry is the number of a symbol + 1 in the lower
 * bits and some bits of its name's hash above them; 0 ends a chain.
 */
#define ENTRY_BITS 21
#define ENTRY_MASK ((1u << ENTRY_BITS) - 1)

_Static_assert(KSYM_MAX < ENTRY_MASK, "number of a symbol fits into an entry");

struct text_hash {
	uint64_t hash, power; /* power: BASE^length */
};

/* Records in a row, read some pages at a time. */
struct pass {
	struct kmem *m;
	uint64_t va; /* of buf */
	size_t len, at;
	bool ended; /* what follows cannot be read */
	struct text_hash token[256];
	struct text_hash first[256]; /* without the type, which comes first in a name */
	uint8_t buf[PASS_BYTES];
};

static struct text_hash hash_text(const char *text, size_t len)
{
	struct text_hash h = { .hash = 0, .power = 1 };

	for (size_t i = 0; i < len; i++) {
		h.hash = h.hash * BASE + (uint8_t)text[i];
		h.power *= BASE;
	}
	return h;
}

/* The lower bits of a product depend on few bits: the upper ones are taken. */
static uint32_t settle(uint64_t hash)
{
	hash ^= hash >> 32;
	return (uint32_t)(hash * MIX >> 32);
}

uint32_t ksym_name_hash(const char *name)
{
	return settle(hash_text(name, strlen(name)).hash);
}

static uint32_t record_hash(const struct pass *p, const uint8_t *tokens, unsigned nr)
{
	uint64_t hash = p->first[tokens[0]].hash;

	for (unsigned i = 1; i < nr; i++)
		hash = hash * p->token[tokens[i]].power + p->token[tokens[i]].hash;
	return settle(hash);
}

static struct pass *pass_begin(const struct kallsyms *s)
{
	struct pass *p = malloc(sizeof(*p));

	if (!p)
		return NULL;
	p->m = s->mem;
	p->va = s->t.names;
	p->len = p->at = 0;
	p->ended = false;
	for (unsigned i = 0; i < 256; i++) {
		const char *text = s->tokens->text + s->tokens->at[i];
		size_t len = s->tokens->len[i];

		p->token[i] = hash_text(text, len);
		p->first[i] = len > 0 ? hash_text(text + 1, len - 1) : p->token[i];
	}
	return p;
}

static void fill(struct pass *p)
{
	p->len -= p->at;
	p->va += p->at;
	memmove(p->buf, p->buf + p->at, p->len);
	p->at = 0;
	while (p->len < sizeof(p->buf) && !p->ended) {
		uint64_t va = p->va + p->len;
		size_t n = KMEM_PAGE - va % KMEM_PAGE, left = sizeof(p->buf) - p->len;

		n = n < left ? n : left;
		p->ended = kmem_copy(p->m, va, p->buf + p->len, n) == 0;
		p->len += p->ended ? 0 : n;
	}
}

/* The tokens of the next record, good until the next call. False: no record is there. */
static bool next_record(struct pass *p, const uint8_t **tokens, unsigned *nr)
{
	const uint8_t *b;
	size_t have;
	int head;

	if (p->len - p->at < KSYM_HEAD_MAX + KSYM_RECORD_MAX && !p->ended)
		fill(p);
	b = p->buf + p->at;
	have = p->len - p->at;
	head = have > 0 ? ksym_record_head(b, have, nr) : -ENOENT;
	if (head < 0 || have - (size_t)head < *nr)
		return false;
	*tokens = b + head;
	p->at += (size_t)head + *nr;
	return true;
}

static void index_add(struct kallsyms *s, uint32_t h, uint32_t i)
{
	uint32_t *head = &s->head[h & s->head_mask];

	s->next[i] = *head;
	*head = (h & ~ENTRY_MASK) | (i + 1);
}

/* Most of the markers rise as they should: some may be damaged. */
static bool markers_are_valid(const uint32_t *marker, uint32_t nr)
{
	uint32_t good = 0;

	for (uint32_t b = 1; b < nr; b++)
		good += marker[b] > marker[b - 1] && marker[b] - marker[b - 1] <= BLOCK_MAX;
	return nr > 1 && marker[0] == 0 && good >= (nr - 1) / 2;
}

static uint32_t *read_markers(const struct kallsyms *s)
{
	uint32_t nr = (s->t.nr + KSYM_BLOCK - 1) / KSYM_BLOCK;
	uint32_t *marker = s->t.markers ? malloc(nr * sizeof(*marker)) : NULL;

	if (!marker)
		return NULL;
	kmem_copy(s->mem, s->t.markers, marker, nr * sizeof(*marker));
	if (markers_are_valid(marker, nr))
		return marker;
	free(marker);
	return NULL;
}

static void seek(struct pass *p, uint64_t va)
{
	if (va == p->va + p->at)
		return;
	p->va = va;
	p->len = p->at = 0;
	p->ended = false;
}

/* The hashes of up to a block of names; returns how many could be read. */
static uint32_t read_block(struct kallsyms *s, struct pass *p, uint32_t first, uint32_t *hash)
{
	uint32_t nr = s->t.nr - first < KSYM_BLOCK ? s->t.nr - first : KSYM_BLOCK, i;

	for (i = 0; i < nr; i++) {
		uint64_t off = p->va + p->at - s->t.names;
		const uint8_t *tokens;
		unsigned nr_tokens;

		if (i % KSYM_MARK == 0)
			s->mark[(first + i) / KSYM_MARK] = (uint32_t)off;
		if (!next_record(p, &tokens, &nr_tokens))
			break;
		hash[i] = record_hash(p, tokens, nr_tokens);
	}
	return i;
}

static void forget_block(struct kallsyms *s, uint32_t first)
{
	for (uint32_t i = first; i < first + KSYM_BLOCK && i < s->t.nr; i += KSYM_MARK)
		s->mark[i / KSYM_MARK] = KSYM_NO_MARK;
}

/* False: names and markers do not fit. The last block has no marker behind it. */
static bool block_fits(const struct kallsyms *s, const struct pass *p, uint32_t first, uint32_t nr)
{
	uint32_t next = first / KSYM_BLOCK + 1;

	if (s->t.nr - first <= KSYM_BLOCK)
		return true;
	return nr == KSYM_BLOCK && p->va + p->at - s->t.names == s->marker[next];
}

static void index_names(struct kallsyms *s, struct pass *p)
{
	uint32_t hash[KSYM_BLOCK];

	for (uint32_t first = 0; first < s->t.nr; first += KSYM_BLOCK) {
		uint32_t nr;

		if (s->marker)
			seek(p, s->t.names + s->marker[first / KSYM_BLOCK]);
		nr = read_block(s, p, first, hash);
		if (s->marker && !block_fits(s, p, first, nr)) {
			forget_block(s, first);
			continue;
		}
		for (uint32_t i = 0; i < nr; i++)
			index_add(s, hash[i], first + i);
		s->nr_named = first + nr;
		if (!s->marker && nr < KSYM_BLOCK)
			break;
	}
}

static int index_file(struct kallsyms *s)
{
	for (s->nr_named = 0; s->nr_named < s->t.nr; s->nr_named++)
		index_add(s, ksym_name_hash(s->file->sym[s->nr_named].name), s->nr_named);
	return 0;
}

static int index_tables(struct kallsyms *s)
{
	struct pass *p = pass_begin(s);

	if (!p)
		return -ENOMEM;
	s->nr_named = 0;
	s->marker = read_markers(s);
	index_names(s, p);
	free(s->marker);
	s->marker = NULL;
	free(p);
	return 0;
}

int ksym_index_build(struct kallsyms *s)
{
	uint32_t size = 1024;

	while (size < s->t.nr / 4)
		size *= 2;
	s->head_mask = size - 1;
	s->head = calloc(size, sizeof(s->head[0]));
	s->next = calloc(s->t.nr, sizeof(s->next[0]));
	s->mark = calloc(s->t.nr / KSYM_MARK + 1, sizeof(s->mark[0]));
	if (!s->head || !s->next || !s->mark)
		return -ENOMEM;
	return s->file ? index_file(s) : index_tables(s);
}

int ksym_index_next(struct kallsyms *s, const char *name, uint32_t *pos, uint32_t *out)
{
	uint32_t h = ksym_name_hash(name);
	uint32_t entry = *pos ? s->next[*pos - 1] : s->head[h & s->head_mask];
	struct ksym sym;

	for (unsigned tries = 0; entry && tries < TRIES_MAX; entry = s->next[*out]) {
		*out = (entry & ENTRY_MASK) - 1;
		if ((entry & ~ENTRY_MASK) != (h & ~ENTRY_MASK))
			continue;
		tries++;
		if (ksym_name(s, *out, &sym) == 0 && !strcmp(sym.name, name)) {
			*pos = *out + 1;
			return 0;
		}
	}
	return -ENOENT;
}
