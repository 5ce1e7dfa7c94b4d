/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * btf_index.c - where types are, and a hash of their names
 *
 * Two passes, each in the order of the bytes: over the types, noting those that have a name to be
 * found by; and over the strings, after sorting the notes by where their names are.
 */
#include "kernel/btf_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The hash: heads of chains of links, one link for each type that has a name to be found by. An
 * entry of a head is the number of a link + 1 in the lower bits, bits of the name's hash above.
 */
#define ENTRY_BITS 21
#define ENTRY_MASK ((1u << ENTRY_BITS) - 1)

#define TRIES_MAX  1024 /* types with the same bits of their name's hash */

_Static_assert(BTF_TYPES_MAX < ENTRY_MASK, "a type's number fits into an entry");

struct note {
	uint32_t name, nr;
};

struct notes {
	struct note *note;
	uint32_t nr, size;
};

static bool is_found(enum btf_kind kind)
{
	switch (kind) {
	case BTF_INT:
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_ENUM:
	case BTF_ENUM64:
	case BTF_FLOAT:
	case BTF_TYPEDEF:
	case BTF_VAR:
	case BTF_DATASEC:
		return true;
	default:
		return false;
	}
}

static int note_add(struct notes *n, uint32_t name, uint32_t nr)
{
	if (n->nr == n->size) {
		uint32_t size = n->size ? n->size * 2 : 4096;
		struct note *more = realloc(n->note, size * sizeof(*more));

		if (!more)
			return -ENOMEM;
		n->note = more;
		n->size = size;
	}
	n->note[n->nr++] = (struct note){ name, nr };
	return 0;
}

static int pos_add(struct btf *b, uint32_t *size, uint64_t off)
{
	uint32_t nr = b->nr / BTF_STRIDE;

	if (b->nr % BTF_STRIDE)
		return 0;
	if (nr == *size) {
		uint32_t *more = realloc(b->pos, (*size + 4096) * sizeof(*more));

		if (!more)
			return -ENOMEM;
		b->pos = more;
		*size += 4096;
	}
	b->pos[nr] = (uint32_t)off;
	return 0;
}

/* All types up to the end, or to the first invalid one. */
static int pass_types(struct btf *b, struct notes *notes)
{
	uint32_t size = 0;
	uint64_t off = 0;
	int rc = 0;

	while (rc == 0 && off < b->types_len && b->first_id + b->nr < BTF_TYPES_MAX) {
		struct btf_type t;
		int n = btf_parse(b, off, &t);

		if (n < 0)
			break;
		rc = pos_add(b, &size, off);
		if (rc == 0 && t.name && is_found(t.kind))
			rc = note_add(notes, t.name, b->nr);
		b->nr++;
		off += (unsigned)n;
	}
	return rc;
}

static int by_name(const void *a, const void *b)
{
	const struct note *x = a, *y = b;

	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	return x->nr < y->nr ? -1 : x->nr > y->nr;
}

static uint32_t name_hash(const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 16777619u;
	return h ^ h >> 15;
}

/* The last one first, so that types of one name are met in the order of their ids. */
static void add_names(struct btf *b, const struct notes *notes)
{
	char name[BTF_NAME_SIZE];

	for (uint32_t i = notes->nr; i-- > 0;) {
		uint32_t h, *head;

		if (btf_name(b, notes->note[i].name, name, sizeof(name)) < 0)
			continue;
		h = name_hash(name);
		head = &b->head[h & b->head_mask];
		b->link[i] = (struct btf_link){ notes->note[i].nr, *head };
		*head = (h & ~ENTRY_MASK) | (i + 1);
	}
}

static int pass_names(struct btf *b, struct notes *notes)
{
	uint32_t size = 64;

	while (size < notes->nr / 2)
		size *= 2;
	b->head_mask = size - 1;
	b->head = calloc(size, sizeof(b->head[0]));
	b->link = calloc(notes->nr + 1, sizeof(b->link[0]));
	if (!b->head || !b->link)
		return -ENOMEM;
	if (notes->nr)
		qsort(notes->note, notes->nr, sizeof(notes->note[0]), by_name);
	add_names(b, notes);
	return 0;
}

int btf_index_build(struct btf *b)
{
	struct notes notes = { 0 };
	int rc = pass_types(b, &notes);

	if (rc == 0)
		rc = pass_names(b, &notes);
	free(notes.note);
	return rc;
}

static bool kind_fits(enum btf_kind kind, enum btf_kind want)
{
	return kind == want || (want == BTF_STRUCT && kind == BTF_UNION) ||
	       (want == BTF_ENUM && kind == BTF_ENUM64);
}

static bool is_it(struct btf *b, uint32_t id, enum btf_kind kind, const char *name)
{
	char text[BTF_NAME_SIZE];
	struct btf_type t;

	return btf_type(b, id, &t) == 0 && kind_fits(t.kind, kind) &&
	       btf_name(b, t.name, text, sizeof(text)) >= 0 && strcmp(text, name) == 0;
}

static uint32_t next_own(struct btf *b, enum btf_kind kind, const char *name, uint32_t after)
{
	uint32_t h = name_hash(name), entry = b->head[h & b->head_mask];

	for (unsigned tries = 0; entry && tries < TRIES_MAX;) {
		const struct btf_link *link = &b->link[(entry & ENTRY_MASK) - 1];
		bool same = (entry & ~ENTRY_MASK) == (h & ~ENTRY_MASK);
		uint32_t id = b->first_id + link->nr;

		entry = link->next;
		if (!same || id <= after)
			continue;
		tries++;
		if (is_it(b, id, kind, name))
			return id;
	}
	return 0;
}

int btf_find(struct btf *b, enum btf_kind kind, const char *name, uint32_t after, uint32_t *id)
{
	*id = 0;
	if (b->base && btf_find(b->base, kind, name, after, id) == 0)
		return 0;
	*id = next_own(b, kind, name, after);
	return *id ? 0 : -ENOENT;
}
