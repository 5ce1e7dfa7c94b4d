/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kallsyms_names.c - names of symbols: records of tokens, and a hash of them
 *
 *     record   length (1 byte; bit 7: and 7 more bits in a second byte), then so many tokens
 *     token    a number of one byte; token_index[number]: where its text is in token_table
 *     name     the texts in a row; the first character is the type, as nm shows it
 */
#include "kernel/kallsyms_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool ksym_tokens_read(struct kmem *m, uint64_t table, uint64_t index, struct ksym_tokens *out)
{
	size_t end;

	if (kmem_read(m, index, out->at, sizeof(out->at)) < 0 || out->at[0] != 0)
		return false;
	for (unsigned i = 1; i < 256; i++)
		if (out->at[i] <= out->at[i - 1] || out->at[i] - out->at[i - 1] > 256)
			return false;
	end = (size_t)out->at[255] + 256;
	if (end > sizeof(out->text))
		return false;
	kmem_copy(m, table, out->text, end);
	for (unsigned i = 0; i < 256; i++) {
		const char *text = out->text + out->at[i], *nul = memchr(text, '\0', 256);

		if (!nul || (i < 255 && nul + 1 != out->text + out->at[i + 1]))
			return false;
		out->len[i] = (uint8_t)(nul - text);
	}
	return true;
}

/* Length of the record's head (1 or 2), and number of tokens behind it. */
static int record_head(struct kmem *m, uint64_t va, unsigned *nr)
{
	uint8_t head[2];
	int rc = kmem_read(m, va, head, 1);

	if (rc < 0)
		return rc;
	*nr = head[0];
	if (!(head[0] & 0x80))
		return *nr ? 1 : -EBADMSG;
	rc = kmem_read(m, va + 1, head + 1, 1);
	if (rc < 0)
		return rc;
	*nr = (head[0] & 0x7fu) | (unsigned)head[1] << 7;
	return *nr && *nr <= KSYM_RECORD_MAX ? 2 : -EBADMSG;
}

int ksym_record_size(struct kmem *m, uint64_t va)
{
	unsigned nr;
	int head = record_head(m, va, &nr);

	return head < 0 ? head : head + (int)nr;
}

int ksym_record(struct kmem *m, const struct ksym_tokens *tokens, uint64_t va, struct ksym *out)
{
	uint8_t record[KSYM_RECORD_MAX];
	size_t len = 0;
	unsigned nr;
	int head = record_head(m, va, &nr);
	int rc = head < 0 ? head : kmem_read(m, va + (unsigned)head, record, nr);

	if (rc < 0)
		return rc;
	out->type = '?';
	for (unsigned i = 0; i < nr; i++) {
		const char *text = tokens->text + tokens->at[record[i]];
		size_t n = tokens->len[record[i]];

		if (i == 0 && n > 0) {
			out->type = *text++;
			n--;
		}
		/* Longer than any name in a kernel: return its beginning. */
		n = n < sizeof(out->name) - 1 - len ? n : sizeof(out->name) - 1 - len;
		memcpy(out->name + len, text, n);
		len += n;
	}
	out->name[len] = '\0';
	return head + (int)nr;
}

/*
 * The hash: open addressing, no deletion. An entry is the number of a symbol + 1 in the lower
 * bits and some bits of its name's hash above them; 0 is free.
 */
#define ENTRY_BITS 21
#define ENTRY_MASK ((1u << ENTRY_BITS) - 1)

_Static_assert(KSYM_MAX < ENTRY_MASK, "number of a symbol fits into an entry");

static uint32_t name_hash(const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 16777619u;
	return h ^ h >> 15;
}

static void index_add(struct kallsyms *s, const char *name, uint32_t i)
{
	uint32_t h = name_hash(name), at = h & s->hash_mask;

	while (s->hash[at])
		at = (at + 1) & s->hash_mask;
	s->hash[at] = (h & ~ENTRY_MASK) | (i + 1);
}

int ksym_index_build(struct kallsyms *s)
{
	uint32_t size = 1024;
	uint64_t off = 0;
	struct ksym sym;

	while (size < s->t.nr + s->t.nr / 4)
		size *= 2;
	s->hash_mask = size - 1;
	s->hash = calloc(size, sizeof(s->hash[0]));
	s->mark = calloc(s->t.nr / KSYM_MARK + 1, sizeof(s->mark[0]));
	if (!s->hash || !s->mark)
		return -ENOMEM;
	for (s->nr_named = 0; s->nr_named < s->t.nr; s->nr_named++) {
		int n = ksym_record(s->mem, s->tokens, s->t.names + off, &sym);

		if (n < 0)
			break;
		if (s->nr_named % KSYM_MARK == 0)
			s->mark[s->nr_named / KSYM_MARK] = (uint32_t)off;
		index_add(s, sym.name, s->nr_named);
		off += (unsigned)n;
	}
	return 0;
}

uint64_t ksym_record_at(struct kallsyms *s, uint32_t i)
{
	uint64_t va;

	if (i >= s->nr_named)
		return 0;
	va = s->t.names + s->mark[i / KSYM_MARK];
	for (uint32_t nr = i % KSYM_MARK; nr > 0; nr--) {
		int n = ksym_record_size(s->mem, va);

		if (n < 0)
			return 0;
		va += (unsigned)n;
	}
	return va;
}

int ksym_index_next(struct kallsyms *s, const char *name, uint32_t *pos, uint32_t *out)
{
	uint32_t h = name_hash(name);
	struct ksym sym;

	for (; *pos <= s->hash_mask; ++*pos) {
		uint32_t entry = s->hash[(h + *pos) & s->hash_mask];
		uint64_t at;

		if (!entry)
			return -ENOENT;
		if ((entry & ~ENTRY_MASK) != (h & ~ENTRY_MASK))
			continue;
		at = ksym_record_at(s, (entry & ENTRY_MASK) - 1);
		if (!at || ksym_record(s->mem, s->tokens, at, &sym) < 0 || strcmp(sym.name, name))
			continue;
		*out = (entry & ENTRY_MASK) - 1;
		++*pos;
		return 0;
	}
	return -ENOENT;
}
