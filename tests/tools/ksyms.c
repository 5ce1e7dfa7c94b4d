/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ksyms.c - print what our readers of symbols and types find in a vmcore, for tests/real */
#include "input.h"
#include "kernel/btf_source.h"
#include "kernel/modules.h"
#include "kernel/tasks.h"
#include "kernel/unwind.h"

#include "base/err.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct opened {
	struct source *src;
	struct kernel *k;
	struct view *v;
	struct kallsyms *syms;
	struct btf *btf;
};

static int open_core(const char *path, struct opened *o)
{
	int rc = input_open(path, &o->src);

	if (rc == 0)
		rc = kernel_open(o->src, &o->k);
	if (rc == 0)
		rc = view_open(o->src, &o->v);
	if (rc == 0)
		rc = kallsyms_open(o->k, o->v, &o->syms);
	return rc == 0 ? btf_open_kernel(o->k, o->v, o->syms, &o->btf) : rc;
}

static void close_core(struct opened *o)
{
	btf_close(o->btf);
	kallsyms_close(o->syms);
	view_close(o->v);
	kernel_close(o->k);
	source_close(o->src);
}

/* Every symbol: address, type, name. */
static int print_symbols(struct opened *o)
{
	struct ksym sym;
	int rc = 0;

	for (uint32_t i = 0; rc == 0 && i < kallsyms_count(o->syms); i++) {
		rc = kallsyms_nth(o->syms, i, &sym);
		if (rc == 0)
			printf("%016" PRIx64 " %c %s\n", sym.va, sym.type, sym.name);
	}
	return rc;
}

/* Both ways for each symbol: its name leads to a symbol by that name, its address back to it. */
static int check_lookups(struct opened *o)
{
	uint32_t bad = 0;
	struct ksym sym, back;

	for (uint32_t i = 0; i < kallsyms_count(o->syms); i++) {
		if (kallsyms_nth(o->syms, i, &sym) < 0 || sym.size == 0)
			continue;
		if (kallsyms_at(o->syms, sym.va + sym.size - 1, &back) < 0 || back.va != sym.va)
			bad++, printf("address %#" PRIx64 " %s\n", sym.va, sym.name);
		if (kallsyms_lookup(o->syms, sym.name, &back) < 0 || strcmp(back.name, sym.name))
			bad++, printf("name %s\n", sym.name);
	}
	printf("%u lookups failed\n", bad);
	return bad ? -EBADMSG : 0;
}

/* --- modules --- */

static int print_modules(struct opened *o)
{
	struct kmodules *m;
	int rc = kmodules_open(o->syms, o->btf, &m);

	for (unsigned i = 0; rc == 0 && i < m->nr; i++)
		printf("%s %#" PRIx64 " %#" PRIx64 " %" PRIu64 "\n", m->mod[i].name, m->mod[i].va,
		       m->mod[i].text.start, m->mod[i].size);
	if (rc == 0)
		kmodules_close(m);
	return rc;
}

/* "address name module" of every symbol; each address must lead back to a symbol there. */
static int print_module_symbols(struct opened *o)
{
	struct kmodules *m;
	int rc = kmodules_open(o->syms, o->btf, &m);

	for (unsigned i = 0; rc == 0 && i < m->nr; i++) {
		for (uint32_t s = 1; s < m->mod[i].nr_syms; s++) {
			struct ksym sym, at;

			if (kmodule_symbol(m, &m->mod[i], s, &sym) < 0)
				continue;
			printf("%016" PRIx64 " %c %s %s\n", sym.va, sym.type, sym.name,
			       m->mod[i].name);
			if (kmodules_owner(m, sym.va) == &m->mod[i] && s % 16 == 1 &&
			    (kmodules_at(m, sym.va, &at) < 0 || at.va != sym.va))
				rc = fail(-EBADMSG, "%s: nothing at %#" PRIx64, sym.name, sym.va);
		}
	}
	if (rc == 0)
		kmodules_close(m);
	return rc;
}

/* For each module with types: how many of its own, and their names. */
static int print_module_types(struct opened *o)
{
	struct kmodules *m;
	int rc = kmodules_open(o->syms, o->btf, &m);

	for (unsigned i = 0; rc == 0 && i < m->nr; i++) {
		struct btf *b;

		if (kmodule_btf(m, &m->mod[i], o->v, &b) < 0) {
			printf("%s none: %s\n", m->mod[i].name, fail_text());
			continue;
		}
		printf("%s %u\n", m->mod[i].name, btf_last_id(b) - btf_last_id(o->btf));
		btf_close(b);
	}
	if (rc == 0)
		kmodules_close(m);
	return rc;
}

/* --- tasks and their stacks --- */

static void print_stack(struct opened *o, struct unwinder *u, const struct ktask *t,
			struct unwind *w)
{
	if (t->on_cpu || unwind_sleeping(u, t->va, w) < 0)
		return;
	for (unsigned i = 0; i < w->nr; i++) {
		struct ksym sym = { .name = "?" };

		kallsyms_at(o->syms, w->frame[i].ip - 1, &sym);
		printf(" %#" PRIx64 "%s", w->frame[i].ip, w->frame[i].guessed ? "?" : "");
	}
	printf(" end %u", w->end);
}

/* "address pid state comm frames" of every task. */
static int print_tasks(struct opened *o)
{
	static struct unwind w;
	struct kmodules *m = NULL;
	struct kcpus *cpus = NULL;
	struct ktasks *tasks = NULL;
	struct unwinder *u = NULL;
	int rc = kmodules_open(o->syms, o->btf, &m);

	if (rc == 0)
		rc = kcpus_open(o->syms, o->btf, &cpus);
	if (rc == 0)
		rc = ktasks_open(o->syms, o->btf, cpus, KTASKS_MAX, &tasks);
	if (rc == 0)
		rc = unwinder_open(o->syms, o->btf, m, &u);
	for (unsigned i = 0; rc == 0 && i < tasks->nr; i++) {
		const struct ktask *t = &tasks->task[i];

		printf("%#" PRIx64 " %d %c", t->va, t->pid, t->state);
		print_stack(o, u, t, &w);
		printf("\n");
	}
	unwinder_close(u);
	ktasks_close(tasks);
	kcpus_close(cpus);
	kmodules_close(m);
	return rc;
}

/* --- types, in the form that tests/real/types.sh makes of bpftool's --- */

static const char *text(struct btf *b, uint32_t name)
{
	static char out[2][4096];
	static unsigned turn;
	char *at = out[turn++ % 2];

	return name && btf_name(b, name, at, sizeof(out[0])) >= 0 ? at : "(anon)";
}

static void print_members(struct btf *b, const struct btf_type *t)
{
	for (uint32_t i = 0; i < t->vlen; i++) {
		struct btf_member m;
		uint32_t name;
		int64_t value;

		if (btf_member_at(b, t, i, &m) == 0)
			printf(" %s:%u:%u:%u", text(b, m.name), m.type, m.bit_off, m.bit_size);
		else if (btf_enumerator_at(b, t, i, &name, &value) == 0)
			printf(" %s=%" PRIx64, text(b, name),
			       t->kind == BTF_ENUM ? (uint32_t)value : (uint64_t)value);
	}
}

static int print_types(struct opened *o)
{
	for (uint32_t id = 1; id <= btf_last_id(o->btf); id++) {
		struct btf_type t;
		int rc = btf_type(o->btf, id, &t);

		if (rc < 0)
			return rc;
		printf("%u %u %s %u %u %u", id, t.kind, text(o->btf, t.name), t.size, t.type,
		       t.nelems);
		print_members(o->btf, &t);
		printf("\n");
	}
	return 0;
}

/* Lines "TYPE PATH" on stdin: where the member is, as drgn tells it. */
static int print_fields(struct opened *o)
{
	char type[256], path[512];

	while (scanf("%255s %511s", type, path) == 2) {
		struct btf_field f;

		if (btf_member(o->btf, type, path, &f) < 0)
			printf("%s %s none\n", type, path);
		else if (f.bit_size)
			printf("%s %s %u:%u\n", type, path, f.off * 8 + f.bit_off, f.bit_size);
		else
			printf("%s %s %u %u\n", type, path, f.off, f.size);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct {
		const char *name;
		int (*run)(struct opened *o);
	} command[] = { { "symbols", print_symbols },
			{ "lookups", check_lookups },
			{ "types", print_types },
			{ "fields", print_fields },
			{ "modules", print_modules },
			{ "tasks", print_tasks },
			{ "module-symbols", print_module_symbols },
			{ "module-types", print_module_types } };
	struct opened o = { 0 };
	int rc = -EINVAL;

	log_setup(LOG_ERROR, true);
	if (argc == 3)
		rc = open_core(argv[1], &o);
	for (size_t i = 0; rc == 0 && i < sizeof(command) / sizeof(command[0]); i++)
		if (strcmp(argv[2], command[i].name) == 0)
			rc = command[i].run(&o);
	if (rc < 0)
		fprintf(stderr, "usage: ksyms VMCORE COMMAND (see the table of them): %s\n",
			fail_text());
	close_core(&o);
	return rc < 0;
}
