/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules.c - the list of modules, read once */
#include "kernel/modules.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define MODULES_MAX 4096
#define SYMS_MAX    (1u << 20)
#define ORCS_MAX    (1u << 22)
#define SIZE_MAX_OF ((uint64_t)1 << 30) /* bytes of one module */

struct reader {
	struct kmem *mem;
	struct btf_field list, state, name, taints, kallsyms;
	/* Until 6.3: two layouts. Since 6.4 (ac3b43283923): an array of memory. */
	struct btf_field core_base, core_size, core_text, init_base, init_size;
	struct btf_field memory, mem_base, mem_size;
	struct btf_field init_text; /* of init_layout */
	int64_t init_text_at;	    /* in mem */
	bool old, old_init, orc;
	struct btf_field symtab, nr_syms, strtab, typetab;
	struct btf_field nr_orcs, orc_ip, orc_entries;
};

static int find_memory(struct reader *r, struct btf *b)
{
	r->old = btf_member(b, "module", "core_layout.base", &r->core_base) == 0 &&
		 btf_member(b, "module", "core_layout.size", &r->core_size) == 0 &&
		 btf_member(b, "module", "core_layout.text_size", &r->core_text) == 0;
	r->old_init = btf_member(b, "module", "init_layout.base", &r->init_base) == 0 &&
		      btf_member(b, "module", "init_layout.size", &r->init_size) == 0 &&
		      btf_member(b, "module", "init_layout.text_size", &r->init_text) == 0;
	if (r->old)
		return 0;
	if (btf_member(b, "module", "mem", &r->memory) < 0 || !r->memory.nelems ||
	    btf_member(b, "module_memory", "base", &r->mem_base) < 0 ||
	    btf_member(b, "module_memory", "size", &r->mem_size) < 0)
		return -ENOENT;
	if (btf_enumerator(b, "mod_mem_type", "MOD_INIT_TEXT", &r->init_text_at) < 0)
		r->init_text_at = -1;
	return 0;
}

static int find_facts(struct reader *r, struct btf *b)
{
	if (btf_member(b, "module", "list", &r->list) < 0 ||
	    btf_member(b, "module", "state", &r->state) < 0 ||
	    btf_member(b, "module", "name", &r->name) < 0 ||
	    btf_member(b, "module", "taints", &r->taints) < 0)
		return -ENOENT;
	if (btf_member(b, "module", "kallsyms", &r->kallsyms) < 0 ||
	    btf_member(b, "mod_kallsyms", "symtab", &r->symtab) < 0 ||
	    btf_member(b, "mod_kallsyms", "num_symtab", &r->nr_syms) < 0 ||
	    btf_member(b, "mod_kallsyms", "strtab", &r->strtab) < 0)
		r->kallsyms.size = 0;
	if (btf_member(b, "mod_kallsyms", "typetab", &r->typetab) < 0)
		r->typetab.size = 0;
	r->orc = btf_member(b, "module", "arch.num_orcs", &r->nr_orcs) == 0 &&
		 btf_member(b, "module", "arch.orc_unwind_ip", &r->orc_ip) == 0 &&
		 btf_member(b, "module", "arch.orc_unwind", &r->orc_entries) == 0;
	return find_memory(r, b);
}

static uint64_t value(struct reader *r, uint64_t va, const struct btf_field *f)
{
	uint64_t v = 0;

	return btf_read(r->mem, va, f, &v) < 0 ? 0 : v;
}

/* False: it is none. */
static bool add_range(struct kmodule *mod, uint64_t base, uint64_t size)
{
	if (!(base >> 63) || size == 0 || size > SIZE_MAX_OF || base + size < base ||
	    mod->nr_range == KMODULE_RANGES)
		return false;
	mod->range[mod->nr_range++] = (struct span){ base, base + size };
	mod->size += size;
	return true;
}

/* The first size bytes of the range that was added last. */
static struct span text_of(const struct kmodule *mod, uint64_t size)
{
	const struct span *range = &mod->range[mod->nr_range - 1];

	if (size > range->end - range->start)
		return (struct span){ 0 };
	return (struct span){ range->start, range->start + size };
}

/* Until 6.3. */
static void read_layouts(struct reader *r, struct kmodule *mod)
{
	if (add_range(mod, value(r, mod->va, &r->core_base), value(r, mod->va, &r->core_size)))
		mod->text = text_of(mod, value(r, mod->va, &r->core_text));
	if (r->old_init &&
	    add_range(mod, value(r, mod->va, &r->init_base), value(r, mod->va, &r->init_size)))
		mod->init_text = text_of(mod, value(r, mod->va, &r->init_text));
}

static void read_memory(struct reader *r, struct kmodule *mod)
{
	uint64_t at = mod->va + r->memory.off, step = r->memory.size / r->memory.nelems;

	for (uint32_t i = 0; i < r->memory.nelems && i < KMODULE_RANGES; i++) {
		uint64_t size = value(r, at + i * step, &r->mem_size);

		if (!add_range(mod, value(r, at + i * step, &r->mem_base), size))
			continue;
		if (i == 0)
			mod->text = text_of(mod, size);
		else if (i == r->init_text_at)
			mod->init_text = text_of(mod, size);
	}
}

static void read_tables(struct reader *r, struct kmodule *mod)
{
	uint64_t k = r->kallsyms.size ? value(r, mod->va, &r->kallsyms) : 0;
	uint64_t nr = k ? value(r, k, &r->nr_syms) : 0;

	if (nr > 0 && nr <= SYMS_MAX) {
		mod->nr_syms = (uint32_t)nr;
		mod->symtab = value(r, k, &r->symtab);
		mod->strtab = value(r, k, &r->strtab);
		mod->typetab = r->typetab.size ? value(r, k, &r->typetab) : 0;
	}
	nr = r->orc ? value(r, mod->va, &r->nr_orcs) : 0;
	if (nr > 0 && nr <= ORCS_MAX) {
		mod->nr_orcs = (uint32_t)nr;
		mod->orc_ip = value(r, mod->va, &r->orc_ip);
		mod->orc = value(r, mod->va, &r->orc_entries);
	}
}

/* False if va does not point to a module. */
static bool read_module(struct reader *r, uint64_t va, struct kmodule *mod)
{
	size_t size = r->name.size < sizeof(mod->name) ? r->name.size : sizeof(mod->name) - 1;
	uint64_t state;

	*mod = (struct kmodule){ .va = va };
	if (btf_read(r->mem, va, &r->state, &state) < 0 || state > KMODULE_UNFORMED ||
	    kmem_read(r->mem, va + r->name.off, mod->name, size) < 0 || !mod->name[0])
		return false;
	for (char *c = mod->name; *c; c++)
		if (*c <= ' ' || *c > '~')
			return false;
	mod->state = (enum kmodule_state)state;
	if (mod->state == KMODULE_UNFORMED)
		return true;
	mod->taints = value(r, va, &r->taints);
	if (r->old)
		read_layouts(r, mod);
	else
		read_memory(r, mod);
	read_tables(r, mod);
	return true;
}

static int add_module(struct kmodules *m, const struct kmodule *mod)
{
	if ((m->nr & (m->nr - 1)) == 0) { /* full at powers of two */
		struct kmodule *more = realloc(m->mod, (m->nr ? m->nr * 2 : 1) * sizeof(m->mod[0]));

		if (!more)
			return -ENOMEM;
		m->mod = more;
	}
	m->mod[m->nr++] = *mod;
	return 0;
}

static bool is_known(const struct kmodules *m, uint64_t va)
{
	for (unsigned i = 0; i < m->nr; i++)
		if (m->mod[i].va == va)
			return true;
	return false;
}

#define NEXT 0 /* in a list_head */
#define PREV 8

/* The modules behind the head, or before it; m->cut: not all of them. */
static int follow(struct reader *r, struct kmodules *m, uint64_t head, unsigned way)
{
	uint64_t at = head;
	int rc = 0;

	for (unsigned i = 0; rc == 0; i++) {
		struct kmodule mod;

		m->cut = kmem_u64(r->mem, at + way, &at) < 0;
		if (m->cut || at == head)
			break;
		m->cut = i == MODULES_MAX || at % 8 || is_known(m, at - r->list.off) ||
			 !read_module(r, at - r->list.off, &mod);
		if (m->cut)
			break;
		if (mod.state != KMODULE_UNFORMED)
			rc = add_module(m, &mod);
	}
	return rc;
}

/* Where the list is damaged its other end is read backwards, up to what was met before. */
static int read_list(struct reader *r, struct kmodules *m, uint64_t head)
{
	int rc = follow(r, m, head, NEXT);

	if (rc == 0 && m->cut) {
		rc = follow(r, m, head, PREV);
		m->cut = true;
	}
	return rc;
}

int kmodules_open(struct kallsyms *syms, struct btf *btf, struct kmodules **out)
{
	struct reader r = { .mem = kallsyms_kmem(syms) };
	struct kmodules *m = calloc(1, sizeof(*m));
	uint64_t head;
	int rc = m ? find_facts(&r, btf) : -ENOMEM;

	if (rc == 0)
		rc = kallsyms_find(syms, "modules", &head);
	if (rc == 0)
		rc = read_list(&r, m, head);
	if (rc < 0) {
		kmodules_close(m);
		return fail(rc, "modules of the crashed kernel");
	}
	m->syms = syms;
	m->btf = btf;
	*out = m;
	return 0;
}

void kmodules_close(struct kmodules *m)
{
	if (!m)
		return;
	free(m->mod);
	free(m);
}
