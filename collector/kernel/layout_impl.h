/* SPDX-License-Identifier: GPL-2.0-or-later */
/* layout_impl.h - the facts of layout.def as a table */
#ifndef KERNEL_LAYOUT_IMPL_H
#define KERNEL_LAYOUT_IMPL_H

#include "kernel/layout.h"

/* Where to find a fact that vmcoreinfo lacks; see layout.def. */
enum fact_from {
	FROM_NOWHERE,
	FROM_SIZE,   /* of type a */
	FROM_MEMBER, /* offset of member b in type a */
	FROM_ARRAY,  /* number of elements of member b in type a */
	FROM_ENUM,   /* enumerator b of enum a */
	FROM_ENUM_BIT,
	FROM_PAGE_TYPE,
	FROM_SYMBOL, /* a, unless there is a symbol b */
	FROM_VALUE,  /* of variable a, of so many bytes */
	FROM_POINTEE,
};

struct fact {
	const char *key;
	size_t at; /* offset of the field in struct layout */
	int base;  /* 0: decimal or 0x, signed */
	struct {
		enum fact_from from;
		const char *a, *b;
		unsigned width;
	} source;
};

extern const struct fact layout_facts[];
extern const size_t layout_nr_facts;

/* The field of l that holds the fact. */
int64_t *layout_field(struct layout *l, const struct fact *f);

#endif
