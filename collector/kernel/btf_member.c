/* SPDX-License-Identifier: GPL-2.0-or-later */
/* btf_member.c - members, enumerators, and values by them */
#include "kernel/btf_impl.h"

#include <errno.h>
#include <string.h>

#define SAME_NAME   32	       /* types of one name that are looked at */
#define MEMBERS_MAX (1u << 15) /* looked at for one path: a struct made of itself ends, too */

int btf_member_at(struct btf *b, const struct btf_type *t, uint32_t i, struct btf_member *out)
{
	struct btf *owner;
	struct btf_type again;
	uint32_t raw[3]; /* name, type, offset */
	int rc = btf_locate(b, t->id, &owner, &again);

	if (rc == 0 && (i >= t->vlen || (t->kind != BTF_STRUCT && t->kind != BTF_UNION)))
		rc = -ENOENT;
	if (rc == 0)
		rc = btf_bytes(owner, t->tail + i * sizeof(raw), raw, sizeof(raw));
	if (rc < 0)
		return rc;
	*out = (struct btf_member){ raw[0], raw[1], raw[2], 0 };
	if (t->kflag) {
		out->bit_off = raw[2] & 0xffffff;
		out->bit_size = raw[2] >> 24;
	}
	return 0;
}

int btf_enumerator_at(struct btf *b, const struct btf_type *t, uint32_t i, uint32_t *name,
		      int64_t *value)
{
	unsigned size = t->kind == BTF_ENUM64 ? 12 : 8;
	struct btf *owner;
	struct btf_type again;
	uint32_t raw[3] = { 0 }; /* name, low, high */
	int rc = btf_locate(b, t->id, &owner, &again);

	if (rc == 0 && (i >= t->vlen || (t->kind != BTF_ENUM && t->kind != BTF_ENUM64)))
		rc = -ENOENT;
	if (rc == 0)
		rc = btf_bytes(owner, t->tail + (uint64_t)i * size, raw, size);
	if (rc < 0)
		return rc;
	*name = raw[0];
	if (t->kind == BTF_ENUM64)
		*value = (int64_t)((uint64_t)raw[2] << 32 | raw[1]);
	else /* kflag: its values are signed. Kernels before 6.0 do not say, and most are. */
		*value = (int32_t)raw[1];
	return 0;
}

/* Fill in from the type of a member: size, signedness, array, old bit fields. */
static int describe(struct btf *b, uint64_t bits, uint32_t bit_size, struct btf_field *out)
{
	int64_t size = btf_sizeof(b, out->id);
	struct btf_type t;
	int rc = btf_resolve(b, out->id, &t);

	if (rc < 0)
		return rc;
	if (size < 0 && size != -ENOENT)
		return (int)size;
	out->size = size > 0 ? (uint32_t)size : 0;
	if (t.kind == BTF_ARRAY) {
		out->is_array = true;
		out->nelems = t.nelems;
	}
	if (t.kind == BTF_INT) {
		out->is_signed = t.int_data >> 24 & 1;
		/* Without kflag the type itself is of fewer bits than its bytes have. */
		if (!bit_size && (t.int_data & 0xff) && (t.int_data & 0xff) < t.size * 8) {
			bit_size = t.int_data & 0xff;
			bits += t.int_data >> 16 & 0xff;
		}
	}
	if (bit_size) {
		/* From the number of its type's size that holds it, or from its first byte. */
		uint64_t unit = out->size >= 1 && out->size <= 8 ? out->size * 8 : 8;

		if (bits / unit != (bits + bit_size - 1) / unit)
			unit = 8;
		if (bits % unit + bit_size > 64 || bit_size > 64)
			return -EBADMSG;
		out->bit_off = (uint8_t)(bits % unit);
		out->bit_size = (uint8_t)bit_size;
		bits -= bits % unit;
		if (unit == 8)
			out->size = (out->bit_off + bit_size + 7) / 8;
	}
	if (bits / 8 > UINT32_MAX)
		return -EBADMSG;
	out->off = (uint32_t)(bits / 8);
	return 0;
}

/* One name of a path, of len bytes. */
struct step {
	const char *name;
	size_t len;
	unsigned *budget; /* of members looked at */
};

static int step_into(struct btf *b, struct step *s, uint32_t id, unsigned depth,
		     struct btf_member *found)
{
	struct btf_type t;
	int rc = depth < BTF_DEPTH ? btf_resolve(b, id, &t) : -EBADMSG;

	if (rc < 0)
		return rc;
	if (t.kind != BTF_STRUCT && t.kind != BTF_UNION)
		return -ENOENT;
	for (uint32_t i = 0; i < t.vlen; i++) {
		char name[BTF_NAME_SIZE] = "";
		struct btf_member m;

		if (*s->budget == 0 || btf_member_at(b, &t, i, &m) < 0)
			return -EBADMSG;
		--*s->budget;
		if (m.name && btf_name(b, m.name, name, sizeof(name)) < 0)
			continue;
		if (!name[0] && step_into(b, s, m.type, depth + 1, found) == 0) {
			found->bit_off += m.bit_off;
			return 0;
		}
		if (name[0] && strlen(name) == s->len && !memcmp(name, s->name, s->len)) {
			*found = m;
			return 0;
		}
	}
	return -ENOENT;
}

static int find_field(struct btf *b, uint32_t id, const char *path, unsigned *budget,
		      struct btf_field *out)
{
	struct btf_member m = { 0 };
	uint64_t bits = 0;

	for (unsigned depth = 0; depth < BTF_DEPTH; depth++) {
		struct step s = { path, strcspn(path, "."), budget };
		int rc = step_into(b, &s, id, 0, &m);

		if (rc < 0)
			return rc;
		bits += m.bit_off;
		id = m.type;
		if (path[s.len] == '\0') {
			*out = (struct btf_field){ .id = id };
			return describe(b, bits, m.bit_size, out);
		}
		path += s.len + 1;
	}
	return -EBADMSG;
}

int btf_field(struct btf *b, uint32_t id, const char *path, struct btf_field *out)
{
	unsigned budget = MEMBERS_MAX;

	return find_field(b, id, path, &budget, out);
}

int btf_member(struct btf *b, const char *type, const char *path, struct btf_field *out)
{
	static const enum btf_kind kind[] = { BTF_STRUCT, BTF_TYPEDEF };
	unsigned budget = MEMBERS_MAX;

	for (unsigned k = 0; k < 2; k++) {
		uint32_t id = 0;

		for (unsigned i = 0; i < SAME_NAME; i++) {
			if (btf_find(b, kind[k], type, id, &id) < 0)
				break;
			if (find_field(b, id, path, &budget, out) == 0)
				return 0;
		}
	}
	return -ENOENT;
}

int64_t btf_size_of(struct btf *b, const char *type)
{
	static const enum btf_kind kind[] = { BTF_STRUCT, BTF_TYPEDEF, BTF_ENUM, BTF_INT };

	for (unsigned k = 0; k < 4; k++) {
		uint32_t id;

		if (btf_find(b, kind[k], type, 0, &id) == 0)
			return btf_sizeof(b, id);
	}
	return -ENOENT;
}

static int enumerator_of(struct btf *b, uint32_t id, const char *name, int64_t *value)
{
	struct btf_type t;
	int rc = btf_type(b, id, &t);

	for (uint32_t i = 0; rc == 0 && i < t.vlen && i < MEMBERS_MAX; i++) {
		char text[BTF_NAME_SIZE];
		uint32_t at;

		rc = btf_enumerator_at(b, &t, i, &at, value);
		if (rc == 0 && btf_name(b, at, text, sizeof(text)) >= 0 && !strcmp(text, name))
			return 0;
	}
	return rc < 0 ? rc : -ENOENT;
}

int btf_enumerator(struct btf *b, const char *type, const char *name, int64_t *value)
{
	uint32_t id = 0;

	for (unsigned i = 0; i < SAME_NAME; i++) {
		if (btf_find(b, BTF_ENUM, type, id, &id) < 0)
			break;
		if (enumerator_of(b, id, name, value) == 0)
			return 0;
	}
	return -ENOENT;
}

int btf_read(struct kmem *m, uint64_t va, const struct btf_field *field, uint64_t *out)
{
	unsigned bits = field->bit_size ? field->bit_size : field->size * 8;
	uint64_t value = 0;
	int rc;

	if (field->size == 0 || field->size > 8 || field->is_array)
		return -EINVAL;
	rc = kmem_read(m, va + field->off, &value, field->size);
	if (rc < 0)
		return rc;
	value >>= field->bit_off;
	if (bits < 64)
		value &= (1ull << bits) - 1;
	if (field->is_signed && bits < 64 && value >> (bits - 1))
		value |= ~0ull << bits;
	*out = value;
	return 0;
}
