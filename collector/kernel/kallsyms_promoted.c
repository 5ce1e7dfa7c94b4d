/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kallsyms_promoted.c - symbols that link-time optimization made global, under another name
 *
 * A static variable or function that code of another file was merged with is called
 * "modules.llvm.1234567890" then; the number is another one in each build.
 */
#include "kernel/kallsyms_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Its name without the ending: it is cut. */
static bool is_promoted(struct ksym *sym)
{
	char *end = strstr(sym->name, ".llvm.");

	if (!end || end == sym->name)
		return false;
	*end = '\0';
	return true;
}

static int add(struct ksym_promoted *p, uint32_t hash, uint32_t nr)
{
	if (p->nr == p->size) {
		uint32_t size = p->size ? p->size * 2 : 1024;
		struct ksym_promoted_name *more = realloc(p->name, size * sizeof(*more));

		if (!more)
			return -ENOMEM;
		p->name = more;
		p->size = size;
	}
	p->name[p->nr++] = (struct ksym_promoted_name){ hash, nr };
	return 0;
}

void ksym_promoted_collect(struct kallsyms *s)
{
	struct ksym sym;

	for (uint32_t i = 0; i < s->nr_named; i++)
		if (ksym_name(s, i, &sym) == 0 && is_promoted(&sym) &&
		    add(&s->promoted, ksym_name_hash(sym.name), i) < 0)
			return;
}

int ksym_promoted_find(struct kallsyms *s, const char *name, uint32_t *out)
{
	uint32_t hash = ksym_name_hash(name);
	struct ksym sym;

	for (uint32_t i = 0; i < s->promoted.nr; i++) {
		*out = s->promoted.name[i].nr;
		if (s->promoted.name[i].hash == hash && ksym_name(s, *out, &sym) == 0 &&
		    is_promoted(&sym) && strcmp(sym.name, name) == 0)
			return 0;
	}
	return -ENOENT;
}
