/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kallsyms.c - check the symbol tables, and look up by name and by address */
#include "kernel/kallsyms_impl.h"

#include "base/err.h"
#include "base/util.h"

#include <stdlib.h>
#include <string.h>

#define CACHE_PAGES  64
#define DAMAGE_SHARE 64 /* of so many addresses one may be wrong */
#define ALIASES	     64 /* symbols of one address that are looked at */
#define BANNER_MAX   512
#define NAMESAKES    16384 /* symbols of one name that are looked at */

/* Address of entry i by a coding. */
static int ksym_address(struct kmem *m, const struct ksym_tables *t, enum ksym_coding c, uint32_t i,
			uint64_t *out)
{
	unsigned width = c == KSYM_ABSOLUTE ? 8 : 4;
	uint64_t at = t->offsets + (uint64_t)i * width, raw;
	int rc = kmem_uint(m, at, width, &raw);
	int64_t off = (int32_t)(uint32_t)raw;

	if (c == KSYM_PERCPU)
		*out = off >= 0 ? (uint64_t)off : t->base - 1 - (uint64_t)off;
	else if (c == KSYM_RELATIVE)
		*out = t->base + raw;
	else if (c == KSYM_SELF_RELATIVE)
		*out = at + (uint64_t)off;
	else
		*out = raw;
	return rc;
}

/* Addresses are sorted, except for damage; with a wrong coding they fall all the time. */
static bool rises(struct kallsyms *s, enum ksym_coding c)
{
	uint32_t falls = 0;
	uint64_t before = 0, va;

	for (uint32_t i = 0; i < s->t.nr; i++) {
		if (ksym_address(s->mem, &s->t, c, i, &va) < 0)
			continue;
		falls += va < before;
		before = va;
	}
	return falls <= (s->strict ? 0 : s->t.nr / DAMAGE_SHARE);
}

/* _stext or _text must have the address that vmcoreinfo or the headers of the core give. */
static bool starts_right(struct kallsyms *s, enum ksym_coding c)
{
	const struct kernel *k = kmem_kernel(s->mem);
	const struct {
		const char *name;
		uint64_t va;
	} want[] = { { "_stext", (uint64_t)known_or(k->layout.sym__stext, 0) },
		     { "_text", k->image.va } };

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		uint32_t pos = 0, nr;
		uint64_t va;

		if (!want[i].va || ksym_index_next(s, want[i].name, &pos, &nr) < 0)
			continue;
		return ksym_address(s->mem, &s->t, c, nr, &va) == 0 && va == want[i].va;
	}
	return false;
}

static bool decode(struct kallsyms *s)
{
	for (unsigned c = 0; c < NR_KSYM_CODINGS; c++) {
		if (!starts_right(s, c) || !rises(s, c))
			continue;
		s->coding = c;
		return true;
	}
	return false;
}

static void forget(struct kallsyms *s)
{
	free(s->mark);
	free(s->head);
	free(s->next);
	s->mark = s->head = s->next = NULL;
}

/* bool of ksym_search: true ends the search, as does lack of memory (names stay 0). */
static bool try_tables(void *arg, const struct ksym_tables *t)
{
	struct kallsyms *s = arg;

	if (t->nr == 0 || t->nr > KSYM_MAX ||
	    !ksym_tokens_read(s->mem, t->token_table, t->token_index, s->tokens))
		return false;
	forget(s);
	s->t = *t;
	if (ksym_index_build(s) == 0 && decode(s))
		return true;
	s->t.nr = 0;
	return false;
}

/* Where vmcoreinfo has them: 6.0 and later (f09bddbd8661). */
static bool from_vmcoreinfo(struct kallsyms *s)
{
	const struct layout *l = &kmem_kernel(s->mem)->layout;
	struct ksym_tables t = {
		.names = (uint64_t)known_or(l->sym_kallsyms_names, 0),
		.token_table = (uint64_t)known_or(l->sym_kallsyms_token_table, 0),
		.token_index = (uint64_t)known_or(l->sym_kallsyms_token_index, 0),
		.offsets = (uint64_t)known_or(l->sym_kallsyms_offsets, 0),
	};

	if (!t.names || !t.token_table || !t.token_index || !t.offsets ||
	    !known(l->sym_kallsyms_num_syms) ||
	    kmem_u32(s->mem, (uint64_t)l->sym_kallsyms_num_syms, &t.nr) < 0)
		return false;
	if (known(l->sym_kallsyms_relative_base) &&
	    kmem_u64(s->mem, (uint64_t)l->sym_kallsyms_relative_base, &t.base) < 0)
		return false;
	/* Behind the names and before the tokens, except in 6.2 and 6.3; what is none is not used.
	 */
	t.markers =
		t.token_table - (((uint64_t)t.nr + KSYM_BLOCK - 1) / KSYM_BLOCK * 4 + 7) / 8 * 8;
	return try_tables(s, &t);
}

/* Try tables without any error first: wrong tables may look like damaged ones. */
static int find_tables(struct kallsyms *s)
{
	for (int strict = 1; strict >= 0; strict--) {
		s->strict = strict;
		if (from_vmcoreinfo(s) || ksym_search(s->mem, try_tables, s))
			return 0;
	}
	return -ENOENT;
}

/* What the dump does not have, a file of its build has. */
static int take_file(struct kallsyms *s)
{
	const char *path = kmem_kernel(s->mem)->vmlinux;
	int rc = path ? ksym_file_open(s->mem, path, &s->file) : -ENOENT;

	if (rc < 0)
		return rc;
	forget(s);
	s->t = (struct ksym_tables){ .nr = s->file->nr };
	return ksym_index_build(s);
}

static void find_text(struct kallsyms *s)
{
	kallsyms_find(s, "_stext", &s->text.start);
	kallsyms_find(s, "_etext", &s->text.end);
	kallsyms_find(s, "_sinittext", &s->init_text.start);
	kallsyms_find(s, "_einittext", &s->init_text.end);
}

int kallsyms_open(const struct kernel *k, struct view *v, struct kallsyms **out)
{
	struct kallsyms *s = calloc(1, sizeof(*s));
	int rc = s ? kmem_open(k, v, CACHE_PAGES, &s->mem) : -ENOMEM;

	if (rc == 0 && !(s->tokens = calloc(1, sizeof(*s->tokens))))
		rc = -ENOMEM;
	if (rc == 0)
		rc = find_tables(s);
	if (rc == -ENOENT)
		rc = take_file(s);
	if (rc < 0) {
		kallsyms_close(s);
		return fail(rc, "symbol tables of the crashed kernel");
	}
	find_text(s);
	*out = s;
	return 0;
}

void kallsyms_close(struct kallsyms *s)
{
	if (!s)
		return;
	forget(s);
	free(s->promoted.name);
	ksym_file_close(s->file);
	free(s->tokens);
	kmem_close(s->mem);
	free(s);
}

uint32_t kallsyms_count(const struct kallsyms *s)
{
	return s->t.nr;
}

struct kmem *kallsyms_kmem(struct kallsyms *s)
{
	return s->mem;
}

bool kallsyms_is_text(const struct kallsyms *s, uint64_t va)
{
	return (va >= s->text.start && va < s->text.end) ||
	       (va >= s->init_text.start && va < s->init_text.end);
}

static int address(struct kallsyms *s, uint32_t i, uint64_t *va)
{
	if (s->file && i < s->file->nr) {
		*va = s->file->sym[i].va;
		return 0;
	}
	return i < s->t.nr ? ksym_address(s->mem, &s->t, s->coding, i, va) : -ENOENT;
}

/* Distance to the next symbol at another address. */
static uint64_t size_of(struct kallsyms *s, uint32_t i, uint64_t va)
{
	uint64_t next;

	for (i++; i < s->t.nr; i++)
		if (address(s, i, &next) == 0 && next != va)
			return next >> 63 == va >> 63 ? next - va : 0;
	return 0;
}

int kallsyms_nth(struct kallsyms *s, uint32_t i, struct ksym *out)
{
	int rc = address(s, i, &out->va);

	if (rc < 0)
		return rc;
	out->size = size_of(s, i, out->va);
	return ksym_name(s, i, out);
}

/* Only Clang renames symbols: those of another compiler's kernel need not be looked through. */
static bool built_by_clang(struct kallsyms *s)
{
	char banner[BANNER_MAX] = "";
	uint64_t va = 0;

	if (kallsyms_find(s, "linux_banner", &va) < 0)
		return false;
	kmem_string(s->mem, va, banner, sizeof(banner));
	return strstr(banner, "clang version") != NULL;
}

static int find_promoted(struct kallsyms *s, const char *name, uint32_t *out)
{
	bool collected = s->promoted.collected;

	s->promoted.collected = true; /* the banner may be missing, too */
	if (!collected && built_by_clang(s))
		ksym_promoted_collect(s);
	return ksym_promoted_find(s, name, out);
}

int kallsyms_lookup(struct kallsyms *s, const char *name, struct ksym *out)
{
	uint32_t pos = 0, nr, best = UINT32_MAX, global = UINT32_MAX;

	for (unsigned i = 0; i < NAMESAKES && ksym_index_next(s, name, &pos, &nr) == 0; i++) {
		if (ksym_name(s, nr, out) < 0)
			continue;
		best = nr < best ? nr : best;
		if (out->type >= 'A' && out->type <= 'Z')
			global = nr < global ? nr : global;
	}
	if (best == UINT32_MAX && find_promoted(s, name, &best) < 0)
		return -ENOENT;
	return kallsyms_nth(s, global != UINT32_MAX ? global : best, out);
}

int kallsyms_find(struct kallsyms *s, const char *name, uint64_t *va)
{
	struct ksym sym;
	int rc = kallsyms_lookup(s, name, &sym);

	if (rc == 0)
		*va = sym.va;
	return rc;
}

int kallsyms_read(struct kallsyms *s, const char *name, unsigned width, uint64_t *out)
{
	uint64_t va;
	int rc = kallsyms_find(s, name, &va);

	return rc < 0 ? rc : kmem_uint(s->mem, va, width, out);
}

/* First symbol above va. */
static uint32_t upper(struct kallsyms *s, uint64_t va)
{
	uint32_t lo = 0, hi = s->t.nr;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		uint64_t at;

		/* An address that cannot be read: look further down. */
		if (address(s, mid, &at) < 0 || at > va)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* Worse is larger: names that the build derived from other names, and section marks. */
static unsigned alias_rank(const struct ksym *sym)
{
	static const char *const made[] = { "__pi_",   "__cfi_", "__pfx_", "__SCT__",
					    "__SCK__", "_text",	 "_stext", "__initstub__" };

	for (size_t i = 0; i < ARRAY_SIZE(made); i++)
		if (!strncmp(sym->name, made[i], strlen(made[i])))
			return 2;
	return sym->type >= 'A' && sym->type <= 'Z' ? 0 : 1;
}

int kallsyms_at(struct kallsyms *s, uint64_t va, struct ksym *out)
{
	uint32_t i = upper(s, va), best = UINT32_MAX;
	unsigned best_rank = UINT32_MAX;
	uint64_t first, at;

	/* Per-CPU symbols of old kernels lie at 0: the last one does not reach up to the image. */
	if (i == 0 || address(s, --i, &first) < 0 || first >> 63 != va >> 63)
		return -ENOENT;
	for (unsigned nr = 0; nr < ALIASES; i--, nr++) {
		if (ksym_name(s, i, out) == 0 && alias_rank(out) <= best_rank) {
			best_rank = alias_rank(out);
			best = i;
		}
		if (i == 0 || address(s, i - 1, &at) < 0 || at != first)
			break;
	}
	if (kallsyms_nth(s, best, out) < 0 || (out->size == 0 && va > out->va))
		return -ENOENT;
	return 0;
}
