/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_btf_made_up.c - kinds of tomorrow, and BTF that is made up to take long */
#include "kernel/btf.h"

#include "base/err.h"
#include "base/util.h"
#include "check.h"
#include "fix_btf.h"

#include <string.h>
#include <time.h>

static struct btf *open_blob(const struct fix_btf *f)
{
	struct btf *b = NULL;

	CHECK_EQ(btf_open_blob((struct blob){ f->blob, f->len }, &b), 0);
	return b;
}

/* The same with a header that has room for the layout, and one of nr kinds. */
static struct blob with_layout(const struct fix_btf *f, uint32_t nr, const uint8_t last[2])
{
	uint32_t old = 24, new = 32, len = nr * 4, off = (uint32_t)f->len - old;
	char *out = calloc(1, f->len + 8 + len);

	CHECK(out != NULL);
	memcpy(out, f->blob, old);
	memcpy(out + 4, &new, 4);
	memcpy(out + old, &off, 4);
	memcpy(out + old + 4, &len, 4);
	memcpy(out + new, f->blob + old, off);
	memcpy(out + new + off + len - 4, last, 2);
	return (struct blob){ out, f->len + 8 + len };
}

/* A kind of tomorrow that the BTF describes, and a count of more than 16 bits. */
TEST(layout)
{
	static uint32_t tail[3 * 70000];
	struct fix_btf f;
	struct blob bytes;
	struct btf *b;

	fix_btf_open(&f, NULL);
	fix_btf_add(&f, &(struct fix_btf_type){ .kind = (enum btf_kind)100,
						.name = "tomorrow",
						.vlen = 2,
						.tail = tail,
						.nr = 5 });
	fix_btf_add(&f, &(struct fix_btf_type){ .kind = BTF_DATASEC,
						.name = ".data",
						.vlen = 70000,
						.tail = tail,
						.nr = ARRAY_SIZE(tail) });
	fix_btf_int(&f, "long", 8, true);
	fix_btf_done(&f);
	bytes = with_layout(&f, 101, (const uint8_t[]){ 4, 8 });
	CHECK_EQ(btf_open_blob(bytes, &b), 0);
	CHECK_EQ(btf_last_id(b), 3);
	CHECK_EQ(btf_size_of(b, "long"), 8);
	CHECK_EQ(btf_size_of(b, "tomorrow"), -ENOENT);
	CHECK_EQ(btf_sizeof(b, 1), -ENOENT);
	btf_close(b);
	CHECK_EQ(btf_open_blob((struct blob){ bytes.data, bytes.len - 1 }, &b), -EBADMSG);
	fail_clear();
	free((void *)(uintptr_t)bytes.data);
	fix_btf_close(&f);
}

/* Types by one name, each with a string of its own: no time that grows with their square. */
TEST(same_names)
{
	const uint32_t nr = 200000;
	struct fix_btf f;
	struct btf_field field;
	clock_t start;
	struct btf *b;

	fix_btf_open(&f, NULL);
	for (uint32_t i = 0; i < nr; i++)
		fix_btf_ref(&f, BTF_FLOAT, "task_struct", 4);
	fix_btf_struct(&f, "rq", 4, (struct fix_btf_member[]){ { "cpu", 1, 0, 0 } }, 1);
	fix_btf_done(&f);
	start = clock();
	b = open_blob(&f);
	CHECK_EQ(btf_last_id(b), nr + 1);
	CHECK_EQ(btf_member(b, "rq", "cpu", &field), 0);
	for (unsigned i = 0; i < 100; i++)
		CHECK_EQ(btf_member(b, "task_struct", "pid", &field), -ENOENT);
	CHECK_OP((clock() - start) / CLOCKS_PER_SEC, <, 3);
	btf_close(b);
	fix_btf_close(&f);
}

/* Structs by one name whose members go down and down: a lookup ends soon. */
TEST(many_members)
{
	struct fix_btf_member *anon = calloc(1000, sizeof(*anon));
	struct fix_btf f;
	struct btf_field field;
	uint32_t inner, outer;
	clock_t start;
	struct btf *b;

	CHECK(anon != NULL);
	fix_btf_open(&f, NULL);
	for (unsigned i = 0; i < 1000; i++)
		anon[i] = (struct fix_btf_member){ "", 1, 0, 0 };
	fix_btf_int(&f, "int", 4, true);
	inner = fix_btf_struct(&f, "", 4, anon, 1000);
	for (unsigned i = 0; i < 1000; i++)
		anon[i].type = inner;
	outer = fix_btf_struct(&f, "", 4, anon, 1000);
	for (unsigned i = 0; i < 32; i++)
		fix_btf_struct(&f, "task_struct", 4,
			       (struct fix_btf_member[]){ { "", outer, 0, 0 } }, 1);
	fix_btf_done(&f);
	b = open_blob(&f);
	start = clock();
	for (unsigned i = 0; i < 40; i++)
		CHECK_OP(btf_member(b, "task_struct", "pid", &field), <, 0);
	CHECK_OP((clock() - start) / CLOCKS_PER_SEC, <, 3);
	btf_close(b);
	fix_btf_close(&f);
	free(anon);
}

RUN(layout, same_names, many_members)
