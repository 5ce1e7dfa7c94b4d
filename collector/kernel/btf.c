/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * btf.c - header, strings and single types of BTF
 *
 *     header   magic u16, version u8, flags u8, hdr_len u32,
 *              type_off, type_len, str_off, str_len: u32 each, from the header's end;
 *              newer ones also layout_off, layout_len
 *     type     name u32, info u32 (vlen 24 bits, kind 7 bits, kflag bit 31),
 *              size or type u32, then what its kind asks for
 *     layout   of each kind, from 0 on: bytes behind a type u8, and for each of vlen u8, flags u16
 */
#include "kernel/btf_impl.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define CACHE_PAGES 64

struct header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t hdr_len, type_off, type_len, str_off, str_len;
};

/* Behind it, if hdr_len says so. */
struct header_layout {
	uint32_t off, len;
};

int btf_bytes(struct btf *b, uint64_t off, void *buf, size_t len)
{
	if (b->mem)
		return kmem_read(b->mem, b->va + off, buf, len);
	memcpy(buf, b->bytes + off, len);
	return 0;
}

/* Kinds that are younger than this program, so that the types behind them are found, too. */
static int read_layout(struct btf *b, const struct header *h, uint64_t len)
{
	struct header_layout l;
	uint64_t at;
	int rc;

	if (h->hdr_len < sizeof(*h) + sizeof(l))
		return 0;
	rc = btf_bytes(b, sizeof(*h), &l, sizeof(l));
	at = (uint64_t)h->hdr_len + l.off;
	if (rc < 0 || at + l.len > len)
		return rc < 0 ? rc : -EBADMSG;
	b->nr_layout = l.len / sizeof(b->layout[0]);
	if (b->nr_layout > BTF_KINDS_MAX)
		b->nr_layout = BTF_KINDS_MAX;
	return btf_bytes(b, at, b->layout, b->nr_layout * sizeof(b->layout[0]));
}

/* Sections must lie in the blob; order and gaps do not matter. */
static int read_header(struct btf *b, uint64_t len)
{
	struct header h;
	int rc;

	if (len < sizeof(h) || len > BTF_BYTES_MAX)
		return -EBADMSG;
	rc = btf_bytes(b, 0, &h, sizeof(h));
	if (rc < 0)
		return rc;
	if (h.magic != BTF_MAGIC || h.version != 1 || h.hdr_len < sizeof(h) || h.hdr_len > len)
		return -EBADMSG;
	b->types = (uint64_t)h.hdr_len + h.type_off;
	b->types_len = h.type_len;
	b->strings = (uint64_t)h.hdr_len + h.str_off;
	b->strings_len = h.str_len;
	if (b->types + b->types_len > len || b->strings + b->strings_len > len)
		return -EBADMSG;
	return read_layout(b, &h, len);
}

/* b is initialized except for the fields read from the bytes; it is closed on failure. */
static int open_with(struct btf *b, uint64_t len, struct btf **out)
{
	int rc = read_header(b, len);

	b->first_id = b->base ? btf_last_id(b->base) + 1 : 1;
	if (b->base)
		b->first_string = (uint32_t)(b->base->first_string + b->base->strings_len);
	if (rc == 0)
		rc = btf_index_build(b);
	if (rc == 0 && b->nr == 0)
		rc = -EBADMSG;
	if (rc < 0) {
		btf_close(b);
		return fail(rc, "BTF");
	}
	*out = b;
	return 0;
}

int btf_open_blob(struct blob bytes, struct btf **out)
{
	struct btf *b = calloc(1, sizeof(*b));

	if (!b)
		return fail(-ENOMEM, "BTF");
	b->bytes = bytes.data;
	return open_with(b, bytes.len, out);
}

int btf_open_split(struct btf *base, const struct kernel *k, struct view *v, struct span va,
		   struct btf **out)
{
	struct btf *b = calloc(1, sizeof(*b));

	if (!b || kmem_open(k, v, base ? CACHE_PAGES / 4 : CACHE_PAGES, &b->mem) < 0) {
		free(b);
		return fail(-ENOMEM, "BTF");
	}
	b->base = base;
	b->va = va.start;
	return open_with(b, va.end > va.start ? va.end - va.start : 0, out);
}

int btf_open(const struct kernel *k, struct view *v, struct span va, struct btf **out)
{
	return btf_open_split(NULL, k, v, va, out);
}

void btf_close(struct btf *b)
{
	if (!b)
		return;
	kmem_close(b->mem);
	free(b->owned);
	free(b->pos);
	free(b->head);
	free(b->link);
	free(b);
}

uint32_t btf_last_id(const struct btf *b)
{
	return b->first_id - 1 + b->nr;
}

/* Bytes behind the fixed part of a type; -1: a kind that neither we nor the layout know. */
static int64_t tail_size(const struct btf *b, unsigned kind, uint32_t vlen)
{
	if (kind >= NR_BTF_KINDS)
		return kind < b->nr_layout
			       ? b->layout[kind].info + (int64_t)vlen * b->layout[kind].each
			       : -1;
	switch (kind) {
	case BTF_INT:
	case BTF_VAR:
	case BTF_DECL_TAG:
		return 4;
	case BTF_ARRAY:
		return 12;
	case BTF_STRUCT:
	case BTF_UNION:
	case BTF_DATASEC:
	case BTF_ENUM64:
		return (int64_t)vlen * 12;
	case BTF_ENUM:
	case BTF_FUNC_PROTO:
		return (int64_t)vlen * 8;
	case BTF_VOID:
		return -1;
	default:
		return 0;
	}
}

static int parse_tail(struct btf *b, struct btf_type *t)
{
	uint32_t array[3]; /* element, index, number */

	if (t->kind == BTF_INT)
		return btf_bytes(b, t->tail, &t->int_data, sizeof(t->int_data));
	if (t->kind == BTF_ARRAY) {
		int rc = btf_bytes(b, t->tail, array, sizeof(array));

		if (rc < 0)
			return rc;
		t->type = array[0];
		t->nelems = array[2];
	}
	return 0;
}

static bool has_size(enum btf_kind kind)
{
	return kind == BTF_INT || kind == BTF_STRUCT || kind == BTF_UNION || kind == BTF_ENUM ||
	       kind == BTF_ENUM64 || kind == BTF_FLOAT || kind == BTF_DATASEC;
}

int btf_parse(struct btf *b, uint64_t off, struct btf_type *out)
{
	struct btf_raw raw;
	int64_t tail;
	int rc;

	if (off > b->types_len || b->types_len - off < sizeof(raw))
		return -EBADMSG;
	rc = btf_bytes(b, b->types + off, &raw, sizeof(raw));
	if (rc < 0)
		return rc;
	*out = (struct btf_type){
		.kind = raw.info >> 24 & (BTF_KINDS_MAX - 1),
		.vlen = raw.info & 0xffffff,
		.kflag = raw.info >> 31,
		.name = raw.name,
		.tail = b->types + off + sizeof(raw),
	};
	tail = tail_size(b, out->kind, out->vlen);
	if (tail < 0 || (uint64_t)tail > b->types_len - off - sizeof(raw))
		return -EBADMSG;
	if (has_size(out->kind))
		out->size = raw.size_or_type;
	else
		out->type = raw.size_or_type;
	rc = parse_tail(b, out);
	return rc < 0 ? rc : (int)(sizeof(raw) + (uint64_t)tail);
}

int btf_locate(struct btf *b, uint32_t id, struct btf **owner, struct btf_type *out)
{
	uint64_t off;

	while (b->base && id < b->first_id)
		b = b->base;
	if (id == 0) {
		*out = (struct btf_type){ .kind = BTF_VOID };
		*owner = b;
		return 0;
	}
	if (id < b->first_id || id - b->first_id >= b->nr)
		return -ENOENT;
	off = b->pos[(id - b->first_id) / BTF_STRIDE];
	for (uint32_t nr = (id - b->first_id) % BTF_STRIDE;; nr--) {
		int n = btf_parse(b, off, out);

		if (n < 0)
			return n;
		if (nr == 0)
			break;
		off += (unsigned)n;
	}
	out->id = id;
	*owner = b;
	return 0;
}

int btf_type(struct btf *b, uint32_t id, struct btf_type *out)
{
	struct btf *owner;

	return btf_locate(b, id, &owner, out);
}

int btf_name(struct btf *b, uint32_t name, char *out, size_t size)
{
	uint64_t left;
	int rc;

	while (b->base && name < b->first_string)
		b = b->base;
	name -= b->first_string;
	if (name >= b->strings_len || size == 0)
		return -ENOENT;
	left = b->strings_len - name;
	size = left < size ? (size_t)left : size;
	if (b->mem)
		return kmem_string(b->mem, b->va + b->strings + name, out, size);
	rc = (int)strnlen(b->bytes + b->strings + name, size);
	if ((size_t)rc == size)
		return -ENAMETOOLONG;
	memcpy(out, b->bytes + b->strings + name, (size_t)rc + 1);
	return rc;
}

int btf_resolve(struct btf *b, uint32_t id, struct btf_type *out)
{
	for (unsigned i = 0; i < BTF_CHAIN; i++) {
		int rc = btf_type(b, id, out);

		if (rc < 0)
			return rc;
		switch (out->kind) {
		case BTF_TYPEDEF:
		case BTF_VOLATILE:
		case BTF_CONST:
		case BTF_RESTRICT:
		case BTF_TYPE_TAG:
		case BTF_VAR:
			id = out->type;
			break;
		default:
			return 0;
		}
	}
	return -EBADMSG;
}

int64_t btf_sizeof(struct btf *b, uint32_t id)
{
	uint64_t nr = 1, size;
	struct btf_type t;

	for (unsigned depth = 0; depth < BTF_DEPTH; depth++) {
		int rc = btf_resolve(b, id, &t);

		if (rc < 0)
			return rc;
		if (t.kind != BTF_ARRAY) {
			size = t.kind == BTF_PTR ? 8 : t.size;
			if (t.kind != BTF_PTR && !has_size(t.kind))
				return -ENOENT;
			return nr && size > INT32_MAX / nr ? -EBADMSG : (int64_t)(nr * size);
		}
		if (t.nelems && nr > INT32_MAX / t.nelems)
			return -EBADMSG;
		nr *= t.nelems;
		id = t.type;
	}
	return -EBADMSG;
}
