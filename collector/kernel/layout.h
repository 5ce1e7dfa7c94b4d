/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layout.h - offsets, sizes, symbols and numbers of the crashed kernel */
#ifndef KERNEL_LAYOUT_H
#define KERNEL_LAYOUT_H

#include "base/types.h"

#define LAYOUT_UNKNOWN INT64_MIN

struct layout {
#define SIZE(s)		   int64_t size_##s;
#define OFFSET(s, m)	   int64_t off_##s##_##m;
#define LENGTH(s)	   int64_t len_##s;
#define LENGTH_IN(s, m)	   int64_t len_##s##_##m;
#define SYMBOL(s)	   int64_t sym_##s;
#define SYMBOL_AS(s, from) int64_t sym_##s;
#define NUMBER(n, from)	   int64_t num_##n;
#define KEY(field, key, b) int64_t field;
#include "kernel/layout.def"
};

/* Set every fact to LAYOUT_UNKNOWN. */
void layout_init(struct layout *l);

/*
 * Fill in the facts in the text; fields that are known already stay. The text is hostile: invalid
 * lines, and facts that layout_check() drops, are ignored. Returns how many.
 */
unsigned layout_from_vmcoreinfo(struct layout *l, struct blob text);

/*
 * Set facts that cannot be true to unknown, and return how many these are. Then every OFFSET is
 * inside its structure, and every SIZE and NUMBER has bounds, so readers use them unchecked. Call
 * it also after facts came from other sources.
 */
unsigned layout_check(struct layout *l);

static inline bool known(int64_t field)
{
	return field != LAYOUT_UNKNOWN;
}

static inline int64_t known_or(int64_t field, int64_t otherwise)
{
	return known(field) ? field : otherwise;
}

/* Value of KEY= in the text, copied to out with a NUL; false if absent or too long. */
bool vmcoreinfo_text(struct blob text, const char *key, char *out, size_t size);

#endif
