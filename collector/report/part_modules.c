/* SPDX-License-Identifier: GPL-2.0-or-later */
/* part_modules.c - the modules that were loaded: those from outside the kernel's tree first */
#include "report/json_out.h"
#include "report/part.h"

#include "base/err.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS_MAX 32

/* Bits of tainted_mask as kernels up to 7.x print them, where taint_flags cannot be read. */
static const char known_letters[] = "PFSRMBUDAWCIOELKXTNJ";

#define BIT_OUT_OF_TREE 12

struct letters {
	char of[LETTERS_MAX + 1]; /* of a bit; NUL: no letter is known */
};

/* The dump has the table; a letter that is none comes from a damaged one. */
static void read_letters(struct report *r, struct letters *out)
{
	struct btf_field letter;
	struct ksym table = { 0 };
	int64_t step = r->btf ? btf_size_of(r->btf, "taint_flag") : -1;

	memset(out, 0, sizeof(*out));
	memcpy(out->of, known_letters, sizeof(known_letters));
	if (step <= 0 || step > 64 || btf_member(r->btf, "taint_flag", "c_true", &letter) < 0 ||
	    kallsyms_lookup(r->syms, "taint_flags", &table) < 0)
		return;
	for (unsigned i = 0; i < LETTERS_MAX && (i + 1) * (uint64_t)step <= table.size; i++) {
		uint64_t c;

		if (btf_read(r->mem, table.va + i * (uint64_t)step, &letter, &c) == 0 && c >= 'A' &&
		    c <= 'Z')
			out->of[i] = (char)c;
	}
}

static void flags_of(const struct letters *l, uint64_t taints, char out[LETTERS_MAX + 1])
{
	size_t n = 0;

	for (unsigned i = 0; i < LETTERS_MAX; i++)
		if (taints >> i & 1 && l->of[i])
			out[n++] = l->of[i];
	out[n] = '\0';
}

static bool is_outside(const struct kmodule *m)
{
	return m->taints >> BIT_OUT_OF_TREE & 1;
}

/* Out of tree, then tainted, then by name. */
static int by_guilt(const void *a, const void *b)
{
	const struct kmodule *x = *(const struct kmodule *const *)a;
	const struct kmodule *y = *(const struct kmodule *const *)b;

	if (is_outside(x) != is_outside(y))
		return is_outside(x) ? -1 : 1;
	if (!x->taints != !y->taints)
		return x->taints ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int sorted(const struct kmodules *all, const struct kmodule ***out)
{
	*out = calloc(all->nr ? all->nr : 1, sizeof(**out));
	if (!*out)
		return fail(-ENOMEM, "modules");
	for (unsigned i = 0; i < all->nr; i++)
		(*out)[i] = &all->mod[i];
	qsort(*out, all->nr, sizeof(**out), by_guilt);
	return 0;
}

static const char *state_name(const struct kmodule *m)
{
	return m->state == KMODULE_COMING ? "coming" : m->state == KMODULE_GOING ? "going" : "live";
}

/* What both forms print: the modules in order, to be freed, and the letters of taints. */
static int list_open(struct report *r, const struct kmodule ***mod, struct letters *letters)
{
	int rc = report_needs(r->mods, "modules");

	if (rc == 0)
		rc = sorted(r->mods, mod);
	if (rc == 0)
		read_letters(r, letters);
	return rc;
}

int part_modules_text(struct report *r, FILE *f)
{
	const struct kmodule **mod = NULL;
	struct letters letters;
	char flags[LETTERS_MAX + 1];
	int rc = list_open(r, &mod, &letters);

	if (rc < 0)
		return rc;
	fprintf(f, "  %u module%s%s\n        SIZE  TAINTS  NAME\n", r->mods->nr,
		r->mods->nr == 1 ? "" : "s",
		r->mods->cut ? "; the list is damaged, there may be more" : "");
	for (unsigned i = 0; i < r->mods->nr; i++) {
		flags_of(&letters, mod[i]->taints, flags);
		fprintf(f, "  %6" PRIu64 " KiB  %-6s  %s%s%s\n", mod[i]->size >> 10,
			flags[0] ? flags : "-", mod[i]->name,
			is_outside(mod[i]) ? " (from outside the kernel's tree)" : "",
			mod[i]->state == KMODULE_COMING	 ? " (was being loaded)"
			: mod[i]->state == KMODULE_GOING ? " (was being removed)"
							 : "");
	}
	free(mod);
	return 0;
}

int part_modules_json(struct report *r, FILE *f)
{
	const struct kmodule **mod = NULL;
	struct letters letters;
	char flags[LETTERS_MAX + 1];
	struct json j;
	int rc = list_open(r, &mod, &letters);

	if (rc < 0)
		return rc;
	json_begin(&j, f, '{');
	json_bool(&j, "cut", r->mods->cut);
	json_list(&j, "list");
	for (unsigned i = 0; i < r->mods->nr; i++) {
		flags_of(&letters, mod[i]->taints, flags);
		json_object(&j, NULL);
		json_text(&j, "name", mod[i]->name);
		json_unsigned(&j, "size", mod[i]->size);
		json_text(&j, "taints", flags);
		json_bool(&j, "out_of_tree", is_outside(mod[i]));
		json_text(&j, "state", state_name(mod[i]));
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	free(mod);
	return 0;
}
