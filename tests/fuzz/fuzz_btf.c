/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_btf.c - any bytes as BTF, or valid BTF some bytes of which are overwritten
 *
 * First byte odd: the rest is BTF. Even: each three bytes are a place in BTF of our own, and what
 * to write there.
 */
#include "kernel/btf.h"

#include "base/err.h"
#include "fix_btf.h"

#include <stdlib.h>
#include <string.h>

static void make(struct fix_btf *b)
{
	const struct fix_btf_value flags[] = { { "PG_locked", 0 }, { "PG_lru", 5 }, { NULL, 0 } };
	uint32_t num, anon;

	fix_btf_open(b, NULL);
	num = fix_btf_int(b, "int", 4, true);
	anon = fix_btf_struct(b, "", 4, (struct fix_btf_member[]){ { "inner", num, 0, 0 } }, 1);
	fix_btf_struct(b, "outer", 64,
		       (struct fix_btf_member[]){ { "", anon, 0, 0 },
						  { "bits", num, 33, 3 },
						  { "array", fix_btf_array(b, anon, 4), 64, 0 } },
		       3);
	fix_btf_ref(b, BTF_TYPEDEF, "outer_t", b->last_id);
	fix_btf_enum(b, "pageflags", flags);
	fix_btf_done(b);
}

static void look(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct btf_field f;
	struct btf *b;
	int64_t value;

	if (!copy)
		return;
	memcpy(copy, bytes, len);
	if (btf_open_blob((struct blob){ copy, len }, &b) == 0) {
		if (btf_member(b, "outer_t", "bits", &f) == 0 && f.bit_off + f.bit_size > 64)
			abort();
		btf_member(b, "outer", "array.inner", &f);
		btf_member(b, "outer", "inner", &f);
		btf_enumerator(b, "pageflags", "PG_lru", &value);
		for (uint32_t id = 0; id <= btf_last_id(b) && id < 1000; id++)
			btf_sizeof(b, id);
		btf_close(b);
	}
	fail_clear();
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fix_btf b;

	if (size == 0)
		return 0;
	if (data[0] & 1) {
		look(data + 1, size - 1);
		return 0;
	}
	make(&b);
	for (data++, size--; size >= 3; data += 3, size -= 3)
		b.blob[(size_t)(data[0] | data[1] << 8) % b.len] = data[2];
	look(b.blob, b.len);
	fix_btf_close(&b);
	return 0;
}
