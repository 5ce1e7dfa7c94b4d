/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * layout_check.c - drop facts that cannot be true, so that readers need not check them
 *
 *     SIZE(s)       what a structure of this kind can have
 *     OFFSET(s, m)  from 0 on, and m with its whole width lies inside s
 *     NUMBER(n)     a bit of a word, a value of 32 bits, ...: by the table below
 *
 * A fact without a line in a table has the limits that hold for all of its kind.
 */
#include "kernel/layout.h"

#include "base/util.h"

#include <string.h>

/* No structure that is read here is larger; the limit for those without a SIZE. */
#define STRUCT_MAX 4096

enum kind { IS_SIZE, IS_OFFSET, IS_NUMBER, IS_OTHER };

static const struct entry {
	enum kind kind;
	const char *type, *name;
	size_t at; /* offset of the field in struct layout */
} entries[] = {
#define AT(f)		  offsetof(struct layout, f)
#define SIZE(s)		  { IS_SIZE, #s, "", AT(size_##s) },
#define OFFSET(s, m)	  { IS_OFFSET, #s, #m, AT(off_##s##_##m) },
#define LENGTH(s)	  { IS_NUMBER, "LENGTH", #s, AT(len_##s) },
#define LENGTH_IN(s, m)	  { IS_NUMBER, #s, #m, AT(len_##s##_##m) },
#define SYMBOL(s)	  { IS_OTHER, "", #s, AT(sym_##s) },
#define SYMBOL_AS(s, ...) SYMBOL(s)
#define NUMBER(n, ...)	  { IS_NUMBER, "", #n, AT(num_##n) },
#define KEY(field, k, b)  { IS_OTHER, "", k, AT(field) },
#include "kernel/layout.def"
};

static const struct {
	const char *type;
	int64_t min, max, align;
} sizes[] = {
	{ "page", 32, 512, 8 },
	{ "mem_section", 8, STRUCT_MAX, 8 },
};

/* Members that are not 8 bytes wide. */
static const struct {
	const char *type, *name;
	int64_t width;
} widths[] = {
	{ "page", "_mapcount", 4 },	      { "page", "_refcount", 4 },
	{ "page", "compound_order", 1 },      { "page", "compound_dtor", 1 },
	{ "folio", "_folio_order", 1 },	      { "folio", "_folio_dtor", 1 },
	{ "uts_namespace", "name", 6 * 65 },  { "printk_log", "len", 2 },
	{ "printk_log", "text_len", 2 },      { "printk_log", "caller_id", 4 },
	{ "prb_desc_ring", "count_bits", 4 }, { "prb_data_ring", "size_bits", 4 },
	{ "prb_desc", "text_blk_lpos", 16 },  { "printk_info", "text_len", 2 },
	{ "printk_info", "caller_id", 4 },    { "latched_seq", "val", 16 },
};

static const struct {
	const char *type, *name;
	int64_t min, max, align;
} numbers[] = {
	{ "", "PG_head_mask", 1, INT64_MAX, 1 },
	{ "", "HUGETLB_PAGE_DTOR", 0, 255, 1 },
	{ "", "PAGE_BUDDY_MAPCOUNT_VALUE", INT32_MIN, UINT32_MAX, 1 },
	{ "", "PAGE_OFFLINE_MAPCOUNT_VALUE", INT32_MIN, UINT32_MAX, 1 },
	{ "", "PAGE_SLAB_MAPCOUNT_VALUE", INT32_MIN, UINT32_MAX, 1 },
	{ "", "PAGE_HUGETLB_MAPCOUNT_VALUE", INT32_MIN, UINT32_MAX, 1 },
	{ "", "PAGE_UNACCEPTED_MAPCOUNT_VALUE", INT32_MIN, UINT32_MAX, 1 },
	{ "zone", "free_area", 1, 64, 1 },
	{ "LENGTH", "mem_section", 1, 1 << 27, 1 },
	{ "", "SECTION_SIZE_BITS", 12, 40, 1 },
	{ "", "MAX_PHYSMEM_BITS", 20, 60, 1 },
	{ "", "phys_base", -((int64_t)1 << 52), (int64_t)1 << 52, 4096 },
	{ "", "pgtable_l5_enabled", 0, 1, 1 },
	{ "", "VA_BITS", 36, 52, 1 },
	{ "", "TCR_EL1_T1SZ", 12, 28, 1 },
	{ "", "PHYS_OFFSET", INT64_MIN, INT64_MAX, 4096 },
	{ "", "kimage_voffset", INT64_MIN, INT64_MAX, 4096 },
	{ "", "KERNELPACMASK", INT64_MIN, INT64_MAX, 1 },
	{ "", "sme_mask", 0, (int64_t)1 << 51, 4096 },
};

static int64_t *field_of(struct layout *l, const struct entry *e)
{
	return (int64_t *)(void *)((char *)l + e->at);
}

static bool within(int64_t value, int64_t min, int64_t max, int64_t align)
{
	return value >= min && value <= max && value % align == 0;
}

static bool size_is_plausible(const struct entry *e, int64_t value)
{
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		if (strcmp(sizes[i].type, e->type) == 0)
			return within(value, sizes[i].min, sizes[i].max, sizes[i].align);
	}
	return within(value, 1, STRUCT_MAX, 1);
}

/* Members of struct folio lie in the struct pages behind the first. */
static int64_t size_of(struct layout *l, const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		const struct entry *e = &entries[i];

		if (e->kind == IS_SIZE && strcmp(e->type, type) == 0 && known(*field_of(l, e)))
			return *field_of(l, e);
	}
	return STRUCT_MAX;
}

static bool offset_is_plausible(struct layout *l, const struct entry *e, int64_t value)
{
	int64_t width = 8;

	for (size_t i = 0; i < ARRAY_SIZE(widths); i++) {
		if (strcmp(widths[i].type, e->type) == 0 && strcmp(widths[i].name, e->name) == 0)
			width = widths[i].width;
	}
	return within(value, 0, size_of(l, e->type) - width, 1);
}

/* Those without a line are numbers of bits in a word. */
static bool number_is_plausible(const struct entry *e, int64_t value)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (strcmp(numbers[i].name, e->name) == 0 && strcmp(numbers[i].type, e->type) == 0)
			return within(value, numbers[i].min, numbers[i].max, numbers[i].align);
	}
	return within(value, 0, 63, 1);
}

static bool is_plausible(struct layout *l, const struct entry *e, int64_t value)
{
	switch (e->kind) {
	case IS_SIZE:
		return size_is_plausible(e, value);
	case IS_OFFSET:
		return offset_is_plausible(l, e, value);
	case IS_NUMBER:
		return number_is_plausible(e, value);
	case IS_OTHER:
		break;
	}
	return true; /* an address: what is not mapped there cannot be read */
}

static unsigned check_kind(struct layout *l, enum kind kind)
{
	unsigned bad = 0;

	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		const struct entry *e = &entries[i];
		int64_t *field = field_of(l, e);

		if (e->kind != kind || !known(*field) || is_plausible(l, e, *field))
			continue;
		*field = LAYOUT_UNKNOWN;
		bad++;
	}
	return bad;
}

/* Sizes first: offsets are measured by them. */
unsigned layout_check(struct layout *l)
{
	unsigned bad = check_kind(l, IS_SIZE);

	return bad + check_kind(l, IS_OFFSET) + check_kind(l, IS_NUMBER);
}
