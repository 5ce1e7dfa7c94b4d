/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ksyms.c - print what our readers of symbols and types find in a vmcore, for tests/real */
#include "input.h"
#include "kernel/kallsyms.h"

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
};

static int open_core(const char *path, struct opened *o)
{
	int rc = input_open(path, &o->src);

	if (rc == 0)
		rc = kernel_open(o->src, &o->k);
	if (rc == 0)
		rc = view_open(o->src, &o->v);
	return rc == 0 ? kallsyms_open(o->k, o->v, &o->syms) : rc;
}

static void close_core(struct opened *o)
{
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

int main(int argc, char **argv)
{
	const struct {
		const char *name;
		int (*run)(struct opened *o);
	} command[] = { { "symbols", print_symbols }, { "lookups", check_lookups } };
	struct opened o = { 0 };
	int rc = -EINVAL;

	log_setup(LOG_ERROR, true);
	if (argc == 3)
		rc = open_core(argv[1], &o);
	for (size_t i = 0; rc == 0 && i < sizeof(command) / sizeof(command[0]); i++)
		if (strcmp(argv[2], command[i].name) == 0)
			rc = command[i].run(&o);
	if (rc < 0)
		fprintf(stderr, "usage: ksyms VMCORE symbols|lookups: %s\n", fail_text());
	close_core(&o);
	return rc < 0;
}
