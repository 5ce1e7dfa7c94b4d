/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_kallsyms.c - symbol tables of a made-up machine, some bytes of them overwritten
 *
 * The first byte chooses the era and whether vmcoreinfo tells of the tables; then each four bytes
 * are a place in them and what to write there.
 */
#include "kernel/kallsyms.h"

#include "base/err.h"
#include "base/log.h"
#include "fix_symbols.h"

#include <stdlib.h>
#include <string.h>

#define NR_FUNCS 600

static void make(struct fix *f, uint8_t how, struct fix_ksyms *t)
{
	static char text[NR_FUNCS][16];
	struct fix_symbol sym[NR_FUNCS + 2];
	enum fix_ksyms_era era = how % NR_FIX_KSYMS;

	fix_machine(f, &(struct fix_opts){ .era = "6.1" });
	sym[0] = (struct fix_symbol){ f->image_va, "T_stext" };
	for (uint32_t i = 0; i < NR_FUNCS; i++) {
		snprintf(text[i], sizeof(text[i]), "Tfunc_%u", i);
		sym[i + 1] = (struct fix_symbol){ f->image_va + 16 * i, text[i] };
	}
	sym[NR_FUNCS + 1] = (struct fix_symbol){ f->image_va + 0x20000, "T_etext" };
	fix_ksyms(f, era, sym, NR_FUNCS + 2, t);
	if (how & 0x80)
		fix_ksyms_tell(f, era, t);
}

static void mutate(struct fix *f, const struct fix_ksyms *t, const uint8_t *data, size_t size)
{
	for (; size >= 4; data += 4, size -= 4) {
		uint64_t at = (uint64_t)(data[0] | data[1] << 8) % (t->end - t->start);

		fix_write(f, t->start + at, data + 2, 2);
	}
}

static void look(struct kallsyms *s, const struct fix *f)
{
	struct ksym sym;
	uint64_t va;

	for (uint32_t i = 0; i < kallsyms_count(s) && i < 2000; i += 7)
		if (kallsyms_nth(s, i, &sym) == 0 && strlen(sym.name) >= KSYM_NAME_SIZE)
			abort();
	for (uint64_t off = 0; off < 0x20000; off += 0x333)
		if (kallsyms_at(s, f->image_va + off, &sym) == 0 && sym.va > f->image_va + off)
			abort();
	kallsyms_find(s, "func_17", &va);
	kallsyms_read(s, "func_18", 8, &va);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fix_ksyms t;
	struct kallsyms *s = NULL;
	struct source *src;
	struct kernel *k;
	struct view *v;
	struct fix *f;

	if (size == 0)
		return 0;
	log_setup(0, false);
	f = fix_new();
	make(f, data[0], &t);
	mutate(f, &t, data + 1, size - 1);
	src = fix_source(f);
	if (kernel_open(src, &k) < 0 || view_open(src, &v) < 0)
		abort();
	if (kallsyms_open(k, v, &s) == 0)
		look(s, f);
	fail_clear();
	kallsyms_close(s);
	view_close(v);
	kernel_close(k);
	source_close(src);
	fix_free(f);
	return 0;
}
