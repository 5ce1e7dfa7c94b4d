/* SPDX-License-Identifier: GPL-2.0-or-later */
/* modules_lookup.c - symbols and types of modules */
#include "kernel/modules.h"

#include "base/err.h"

#include <ctype.h>
#include <elf.h>
#include <string.h>

#define BTF_MODULES_MAX 4096
#define BTF_SIZE_MAX	((uint64_t)64 << 20)

static bool in_span(const struct span *s, uint64_t va)
{
	return va >= s->start && va < s->end;
}

/* The part of a module's memory that va is in; NULL: none. */
static const struct span *range_of(const struct kmodule *mod, uint64_t va)
{
	for (unsigned r = 0; r < mod->nr_range; r++)
		if (in_span(&mod->range[r], va))
			return &mod->range[r];
	return NULL;
}

const struct kmodule *kmodules_owner(const struct kmodules *m, uint64_t va)
{
	for (unsigned i = 0; m && i < m->nr; i++)
		if (range_of(&m->mod[i], va))
			return &m->mod[i];
	return NULL;
}

bool kmodules_is_text(const struct kmodules *m, uint64_t va)
{
	for (unsigned i = 0; m && i < m->nr; i++)
		if (in_span(&m->mod[i].text, va) || in_span(&m->mod[i].init_text, va))
			return true;
	return m && kallsyms_is_text(m->syms, va);
}

static int read_sym(const struct kmodules *m, const struct kmodule *mod, uint32_t i, Elf64_Sym *out)
{
	if (i >= mod->nr_syms)
		return -ENOENT;
	return kmem_read(kallsyms_kmem(m->syms), mod->symtab + (uint64_t)i * sizeof(*out), out,
			 sizeof(*out));
}

/* Skip labels made by the compiler. */
static int read_name(const struct kmodules *m, const struct kmodule *mod, const Elf64_Sym *s,
		     struct ksym *out)
{
	int rc = kmem_string(kallsyms_kmem(m->syms), mod->strtab + s->st_name, out->name,
			     sizeof(out->name));

	if (rc < 0 && rc != -ENAMETOOLONG)
		return rc;
	return out->name[0] && out->name[0] != '$' && strncmp(out->name, ".L", 2) != 0 ? 0
										       : -ENOENT;
}

static int describe(const struct kmodules *m, const struct kmodule *mod, uint32_t i,
		    const Elf64_Sym *s, struct ksym *out)
{
	char type = '?';

	if (s->st_shndx == SHN_UNDEF || !(s->st_value >> 63))
		return -ENOENT;
	out->va = s->st_value;
	out->size = s->st_size;
	if (mod->typetab)
		kmem_read(kallsyms_kmem(m->syms), mod->typetab + i, &type, 1);
	out->type = isprint((unsigned char)type) ? type : '?';
	if (ELF64_ST_BIND(s->st_info) != STB_LOCAL && type != 'w')
		out->type = (char)toupper((unsigned char)out->type);
	return read_name(m, mod, s, out);
}

int kmodule_symbol(const struct kmodules *m, const struct kmodule *mod, uint32_t i,
		   struct ksym *out)
{
	Elf64_Sym s;
	int rc = read_sym(m, mod, i, &s);

	return rc < 0 ? rc : describe(m, mod, i, &s, out);
}

/* As the kernel does: the last symbol at or below, up to the next one or the end of the memory. */
int kmodules_at(const struct kmodules *m, uint64_t va, struct ksym *out)
{
	const struct kmodule *mod = kmodules_owner(m, va);
	uint64_t next, best = 0;
	uint32_t found = 0;

	if (!mod)
		return -ENOENT;
	next = range_of(mod, va)->end;
	for (uint32_t i = 1; i < mod->nr_syms; i++) {
		Elf64_Sym s;
		struct ksym sym;
		bool below;

		if (read_sym(m, mod, i, &s) < 0)
			break;
		below = s.st_value <= va;
		if (below ? s.st_value <= best || !range_of(mod, s.st_value) : s.st_value >= next)
			continue;
		if (describe(m, mod, i, &s, &sym) < 0)
			continue;
		if (below)
			found = i;
		*(below ? &best : &next) = s.st_value;
	}
	if (!found || kmodule_symbol(m, mod, found, out) < 0)
		return -ENOENT;
	out->size = next - out->va;
	return 0;
}

/* struct btf of the kernel: where the bytes are. struct module's own pointer is stale. */
static int find_bytes(const struct kmodules *m, uint64_t btf_module, struct span *out)
{
	struct kmem *mem = kallsyms_kmem(m->syms);
	struct btf_field btf, data, size;
	uint64_t va, len;

	if (btf_member(m->btf, "btf_module", "btf", &btf) < 0 ||
	    btf_member(m->btf, "btf", "data", &data) < 0 ||
	    btf_member(m->btf, "btf", "data_size", &size) < 0 ||
	    btf_read(mem, btf_module, &btf, &va) < 0 || btf_read(mem, va, &data, &out->start) < 0 ||
	    btf_read(mem, va, &size, &len) < 0 || len > BTF_SIZE_MAX)
		return -ENOENT;
	out->end = out->start + len;
	return 0;
}

int kmodule_btf(const struct kmodules *m, const struct kmodule *mod, struct view *v,
		struct btf **out)
{
	struct kmem *mem = kallsyms_kmem(m->syms);
	struct btf_field list, owner;
	uint64_t head, at;

	if (btf_member(m->btf, "btf_module", "list", &list) < 0 ||
	    btf_member(m->btf, "btf_module", "module", &owner) < 0 ||
	    kallsyms_find(m->syms, "btf_modules", &head) < 0)
		return -ENOENT;
	at = head;
	for (unsigned i = 0; i < BTF_MODULES_MAX; i++) {
		struct span bytes;
		uint64_t va;

		if (kmem_u64(mem, at, &at) < 0 || at == head ||
		    btf_read(mem, at - list.off, &owner, &va) < 0)
			break;
		if (va == mod->va && find_bytes(m, at - list.off, &bytes) == 0)
			return btf_open_split(m->btf, kmem_kernel(mem), v, bytes, out);
	}
	return -ENOENT;
}
