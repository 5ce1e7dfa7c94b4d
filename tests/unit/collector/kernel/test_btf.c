/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_btf.c - types, members and enumerators; what hostile BTF may not do */
#include "kernel/btf.h"

#include "base/err.h"
#include "base/log.h"
#include "check.h"
#include "fix_btf.h"
#include "fixture.h"

#include <string.h>

/* A little of everything, as a kernel has it. */
struct kernel_types {
	struct fix_btf b;
	uint32_t u64, s32, list_head, task;
};

static void make(struct kernel_types *t)
{
	struct fix_btf *b = &t->b;
	uint32_t ptr, comm, u, anon, old;
	const struct fix_btf_value flags[] = { { "PG_locked", 0 }, { "PG_lru", 5 }, { NULL, 0 } };
	const struct fix_btf_value err[] = { { "E_MINUS", -1 }, { NULL, 0 } };

	fix_btf_open(b, NULL);
	t->u64 = fix_btf_int(b, "unsigned long", 8, false);
	t->s32 = fix_btf_int(b, "int", 4, true);
	ptr = fix_btf_ref(b, BTF_PTR, "", 0);
	t->list_head = fix_btf_struct(
		b, "list_head", 16,
		(struct fix_btf_member[]){ { "next", ptr, 0, 0 }, { "prev", ptr, 64, 0 } }, 2);
	comm = fix_btf_array(b, fix_btf_int(b, "char", 1, true), 16);
	u = fix_btf_struct(b, "", 8,
			   (struct fix_btf_member[]){ { "deep", t->s32, 0, 0 },
						      { "deeper", t->s32, 32, 0 } },
			   2);
	anon = fix_btf_struct(
		b, "", 16, (struct fix_btf_member[]){ { "first", t->u64, 0, 0 }, { "", u, 64, 0 } },
		2);
	/* Two structs by one name: the second has what the first has not. */
	fix_btf_struct(b, "console", 40, (struct fix_btf_member[]){ { "x", t->u64, 0, 0 } }, 1);
	fix_btf_struct(b, "console", 280, (struct fix_btf_member[]){ { "flags", t->s32, 64, 0 } },
		       1);
	t->task = fix_btf_struct(
		b, "task_struct", 128,
		(struct fix_btf_member[]){
			{ "tasks", t->list_head, 0, 0 },
			{ "", anon, 128, 0 },
			{ "comm", comm, 256, 0 },
			{ "in_iowait", t->s32, 387, 1 },
			{ "level", t->s32, 388, 4 },
			{ "volatile_state", fix_btf_ref(b, BTF_VOLATILE, "", t->u64), 448, 0 },
		},
		6);
	fix_btf_ref(b, BTF_TYPEDEF, "task_t", t->task);
	fix_btf_enum(b, "pageflags", flags);
	fix_btf_enum(b, "errors", err);
	/* A bit field as it was before kflag: the INT has 3 bits from bit 2 of its bytes. */
	old = fix_btf_add(b, &(struct fix_btf_type){ .kind = BTF_INT,
						     .name = "old",
						     .size_or_type = 4,
						     .tail = (uint32_t[]){ 3 | 2 << 16 },
						     .nr = 1 });
	fix_btf_struct(b, "old_bits", 8, (struct fix_btf_member[]){ { "bits", old, 32, 0 } }, 1);
	fix_btf_done(b);
}

static struct btf *open_blob(const struct fix_btf *f)
{
	struct btf *b = NULL;

	CHECK_EQ(btf_open_blob((struct blob){ f->blob, f->len }, &b), 0);
	return b;
}

static void expect(struct btf *b, const char *type, const char *path, uint32_t off, uint32_t size)
{
	struct btf_field f;

	CHECK_EQ(btf_member(b, type, path, &f), 0);
	CHECK_EQ(f.off, off);
	CHECK_EQ(f.size, size);
	CHECK_EQ(f.bit_size, 0);
}

static void check_types(struct btf *b)
{
	struct btf_field f;
	int64_t value;
	uint32_t id;

	CHECK_EQ(btf_size_of(b, "task_struct"), 128);
	CHECK_EQ(btf_size_of(b, "task_t"), 128);
	CHECK_EQ(btf_size_of(b, "list_head"), 16);
	CHECK_EQ(btf_size_of(b, "nothing"), -ENOENT);
	expect(b, "task_struct", "tasks", 0, 16);
	expect(b, "task_struct", "tasks.prev", 8, 8);
	expect(b, "task_t", "tasks.prev", 8, 8);
	expect(b, "task_struct", "first", 16, 8);
	expect(b, "task_struct", "deeper", 28, 4);
	expect(b, "task_struct", "volatile_state", 56, 8);
	expect(b, "console", "flags", 8, 4);
	CHECK_EQ(btf_member(b, "task_struct", "comm", &f), 0);
	CHECK(f.is_array && f.nelems == 16 && f.size == 16 && f.off == 32);
	CHECK_EQ(btf_member(b, "task_struct", "in_iowait", &f), 0);
	CHECK(f.off == 48 && f.bit_off == 3 && f.bit_size == 1 && f.is_signed);
	CHECK_EQ(btf_member(b, "old_bits", "bits", &f), 0);
	CHECK(f.off == 4 && f.bit_off == 2 && f.bit_size == 3);
	CHECK_EQ(btf_member(b, "task_struct", "absent", &f), -ENOENT);
	CHECK_EQ(btf_member(b, "task_struct", "comm.x", &f), -ENOENT);
	CHECK_EQ(btf_member(b, "task_struct", "", &f), -ENOENT);
	CHECK_EQ(btf_member(b, "task_struct", "tasks.", &f), -ENOENT);
	CHECK_EQ(btf_enumerator(b, "pageflags", "PG_lru", &value), 0);
	CHECK_EQ(value, 5);
	CHECK_EQ(btf_enumerator(b, "errors", "E_MINUS", &value), 0);
	CHECK_EQ(value, -1);
	CHECK_EQ(btf_enumerator(b, "pageflags", "PG_absent", &value), -ENOENT);
	CHECK_EQ(btf_find(b, BTF_STRUCT, "console", 0, &id), 0);
	CHECK_EQ(btf_find(b, BTF_STRUCT, "console", id, &id), 0);
	CHECK_EQ(btf_find(b, BTF_STRUCT, "console", id, &id), -ENOENT);
}

TEST(from_memory)
{
	struct kernel_types t;
	struct btf *b;

	make(&t);
	b = open_blob(&t.b);
	check_types(b);
	btf_close(b);
	fix_btf_close(&t.b);
}

/* The same in the image of a machine, and values of objects by it. */
TEST(from_dump)
{
	struct fix *f = fix_new();
	struct kernel_types t;
	struct source *src;
	struct kernel *k;
	struct view *v;
	struct kmem *m;
	struct btf *b;
	struct btf_field field;
	uint64_t pa, obj, va, value;

	log_setup(0, false);
	make(&t);
	fix_machine(f, &(struct fix_opts){ .era = "6.12" });
	pa = fix_alloc_image(f, t.b.len);
	fix_write(f, pa, t.b.blob, t.b.len);
	va = fix_image_va(f, pa);
	obj = fix_alloc(f, 4096);
	fix_poke(f, obj + 48, 0x58, 4); /* in_iowait 1, level 5 */
	fix_poke(f, obj + 24, 0xfffffffe, 4);
	src = fix_source(f);
	CHECK_EQ(kernel_open(src, &k), 0);
	CHECK_EQ(view_open(src, &v), 0);
	CHECK_EQ(kmem_open(k, v, 4, &m), 0);
	CHECK_EQ(btf_open(k, v, (struct span){ va, va + t.b.len }, &b), 0);
	check_types(b);
	obj = fix_va(f, obj);
	CHECK_EQ(btf_member(b, "task_struct", "in_iowait", &field), 0);
	CHECK_EQ(btf_read(m, obj, &field, &value), 0);
	CHECK_EQ(value, UINT64_MAX); /* one signed bit */
	CHECK_EQ(btf_member(b, "task_struct", "level", &field), 0);
	CHECK_EQ(btf_read(m, obj, &field, &value), 0);
	CHECK_EQ(value, 5);
	CHECK_EQ(btf_member(b, "task_struct", "deep", &field), 0);
	CHECK_EQ(btf_read(m, obj, &field, &value), 0);
	CHECK_EQ(value, (uint64_t)-2);
	CHECK_EQ(btf_member(b, "task_struct", "comm", &field), 0);
	CHECK_EQ(btf_read(m, obj, &field, &value), -EINVAL);
	CHECK_EQ(btf_open(k, v, (struct span){ 4096, 9999 }, &b), -EFAULT);
	fail_clear();
	btf_close(b);
	kmem_close(m);
	view_close(v);
	kernel_close(k);
	source_close(src);
	fix_free(f);
	fix_btf_close(&t.b);
}

/* A module's types go on where the kernel's end, and use them. */
TEST(split)
{
	struct fix *f = fix_new();
	struct kernel_types t;
	struct fix_btf mod;
	struct source *src;
	struct kernel *k;
	struct view *v;
	struct btf *base, *b;
	uint64_t va;

	log_setup(0, false);
	make(&t);
	fix_btf_open(&mod, &t.b);
	fix_btf_struct(&mod, "driver", 200,
		       (struct fix_btf_member[]){ { "owner", t.task, 512, 0 } }, 1);
	fix_btf_done(&mod);
	fix_machine(f, &(struct fix_opts){ .era = "6.12" });
	va = fix_alloc(f, mod.len);
	fix_write(f, va, mod.blob, mod.len);
	va = fix_va(f, va);
	src = fix_source(f);
	CHECK_EQ(kernel_open(src, &k), 0);
	CHECK_EQ(view_open(src, &v), 0);
	base = open_blob(&t.b);
	CHECK_EQ(btf_open_split(base, k, v, (struct span){ va, va + mod.len }, &b), 0);
	CHECK_EQ(btf_last_id(b), btf_last_id(base) + 1);
	CHECK_EQ(btf_size_of(b, "driver"), 200);
	CHECK_EQ(btf_size_of(base, "driver"), -ENOENT);
	expect(b, "driver", "owner.tasks.prev", 72, 8);
	check_types(b);
	btf_close(b);
	btf_close(base);
	view_close(v);
	kernel_close(k);
	source_close(src);
	fix_free(f);
	fix_btf_close(&mod);
	fix_btf_close(&t.b);
}

/* What refers to itself ends. */
TEST(loops)
{
	struct fix_btf f;
	struct btf_field field;
	struct btf_type type;
	struct btf *b;

	fix_btf_open(&f, NULL);
	fix_btf_int(&f, "int", 4, true);
	fix_btf_ref(&f, BTF_TYPEDEF, "loop", 3);
	fix_btf_ref(&f, BTF_TYPEDEF, "pool", 2);
	fix_btf_array(&f, 4, 2);
	fix_btf_struct(&f, "self", 4, (struct fix_btf_member[]){ { "", 5, 0, 0 }, { "", 5, 0, 0 } },
		       2);
	fix_btf_array(&f, 1, UINT32_MAX);
	fix_btf_struct(&f, "huge", 4, (struct fix_btf_member[]){ { "a", 6, 0, 0 } }, 1);
	fix_btf_done(&f);
	b = open_blob(&f);
	CHECK_EQ(btf_resolve(b, 2, &type), -EBADMSG);
	CHECK_EQ(btf_size_of(b, "loop"), -EBADMSG);
	CHECK_EQ(btf_sizeof(b, 4), -EBADMSG);
	CHECK_EQ(btf_sizeof(b, 6), -EBADMSG);
	CHECK_OP(btf_member(b, "self", "x", &field), <, 0);
	CHECK_OP(btf_member(b, "huge", "a", &field), <, 0);
	CHECK_EQ(btf_type(b, 8, &type), -ENOENT);
	CHECK_EQ(btf_type(b, UINT32_MAX, &type), -ENOENT);
	btf_close(b);
	fix_btf_close(&f);
}

/* A kind of tomorrow ends the list; what is before it is there. */
TEST(unknown_kind)
{
	struct fix_btf f;
	struct btf *b;

	fix_btf_open(&f, NULL);
	fix_btf_int(&f, "int", 4, true);
	fix_btf_ref(&f, (enum btf_kind)27, "tomorrow", 1);
	fix_btf_int(&f, "long", 8, true);
	fix_btf_done(&f);
	b = open_blob(&f);
	CHECK_EQ(btf_last_id(b), 1);
	CHECK_EQ(btf_size_of(b, "int"), 4);
	CHECK_EQ(btf_size_of(b, "long"), -ENOENT);
	btf_close(b);
	fix_btf_close(&f);
}

static void look(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct btf_field field;
	struct btf *b;
	int64_t value;

	memcpy(copy, bytes, len);
	if (btf_open_blob((struct blob){ copy, len }, &b) == 0) {
		btf_member(b, "task_struct", "deeper", &field);
		btf_member(b, "task_struct", "tasks.prev", &field);
		btf_enumerator(b, "pageflags", "PG_lru", &value);
		for (uint32_t id = 0; id <= btf_last_id(b); id++)
			btf_sizeof(b, id);
		btf_close(b);
	}
	fail_clear();
	free(copy);
}

/* Cut anywhere, and each byte wrong in turn: no read outside (the sanitizer looks). */
TEST(damaged)
{
	struct kernel_types t;

	make(&t);
	for (size_t len = 0; len < t.b.len; len++)
		look(t.b.blob, len);
	for (size_t at = 0; at < t.b.len; at++) {
		uint8_t was = t.b.blob[at];

		for (unsigned bit = 0; bit < 8; bit++) {
			t.b.blob[at] = was ^ (uint8_t)(1u << bit);
			look(t.b.blob, t.b.len);
		}
		t.b.blob[at] = was;
	}
	fix_btf_close(&t.b);
}

RUN(from_memory, from_dump, split, loops, unknown_kind, damaged)
