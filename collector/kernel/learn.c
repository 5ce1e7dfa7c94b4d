/* SPDX-License-Identifier: GPL-2.0-or-later */
/* learn.c - look up facts that vmcoreinfo lacks in kallsyms and BTF */
#include "kernel/learn.h"

#include "base/err.h"
#include "base/log.h"
#include "kernel/btf_source.h"
#include "kernel/layout_impl.h"

#include <inttypes.h>
#include <string.h>

#define BANNER "Linux version "

struct ask {
	struct kallsyms *syms;
	struct btf *btf;
};

static bool from_types(struct btf *btf, const struct fact *f, int64_t *out)
{
	struct btf_field field;

	switch (f->source.from) {
	case FROM_SIZE:
		*out = btf_size_of(btf, f->source.a);
		return *out >= 0;
	case FROM_MEMBER:
		if (btf_member(btf, f->source.a, f->source.b, &field) < 0 || field.bit_size)
			return false;
		*out = field.off;
		return true;
	case FROM_ARRAY:
		if (btf_member(btf, f->source.a, f->source.b, &field) < 0 || !field.is_array)
			return false;
		*out = field.nelems;
		return true;
	default:
		return false;
	}
}

static bool from_enum(struct btf *btf, const struct fact *f, int64_t *out)
{
	int64_t value;

	if (btf_enumerator(btf, f->source.a, f->source.b, &value) < 0)
		return false;
	switch (f->source.from) {
	case FROM_ENUM:
		*out = value;
		return true;
	case FROM_ENUM_BIT:
		*out = (int64_t)(1ull << (value & 63));
		return value >= 0 && value < 64;
	case FROM_PAGE_TYPE:
		/* A number in the top byte; before 6.12 it was a bit, and vmcoreinfo has it. */
		*out = (int32_t)((uint32_t)value << 24);
		return value >= 0xf0 && value <= 0xff;
	default:
		return false;
	}
}

/* A variable that is a pointer stands for what it points to, an array for itself. */
static bool pointee(struct kallsyms *syms, const char *name, uint64_t *out)
{
	struct ksym sym;

	if (kallsyms_lookup(syms, name, &sym) < 0)
		return false;
	*out = sym.va;
	/* The next symbol may be aligned to a cache line; an array of sections is larger still. */
	return sym.size > 64 || kmem_u64(kallsyms_kmem(syms), sym.va, out) == 0;
}

static bool from_symbols(struct kallsyms *syms, const struct fact *f, int64_t *out)
{
	uint64_t value, other;
	bool found = false;

	if (f->source.from == FROM_SYMBOL)
		found = kallsyms_find(syms, f->source.a, &value) == 0 &&
			!(f->source.b && kallsyms_find(syms, f->source.b, &other) == 0);
	else if (f->source.from == FROM_VALUE)
		found = kallsyms_read(syms, f->source.a, f->source.width, &value) == 0;
	else if (f->source.from == FROM_POINTEE)
		found = pointee(syms, f->source.a, &value);
	if (found)
		*out = (int64_t)value;
	return found;
}

static bool ask(const struct ask *a, const struct fact *f, int64_t *out)
{
	switch (f->source.from) {
	case FROM_NOWHERE:
		return false;
	case FROM_SIZE:
	case FROM_MEMBER:
	case FROM_ARRAY:
		return a->btf && from_types(a->btf, f, out);
	case FROM_ENUM:
	case FROM_ENUM_BIT:
	case FROM_PAGE_TYPE:
		return a->btf && from_enum(a->btf, f, out);
	default:
		return a->syms && from_symbols(a->syms, f, out);
	}
}

struct learned layout_learn(struct layout *l, struct kallsyms *syms, struct btf *btf)
{
	const struct ask a = { syms, btf };
	struct learned n = { 0 };

	for (size_t i = 0; i < layout_nr_facts; i++) {
		const struct fact *f = &layout_facts[i];
		int64_t *field = layout_field(l, f), value;

		if (!ask(&a, f, &value))
			continue;
		if (!known(*field)) {
			*field = value;
			n.added++;
		} else if (*field == value) {
			n.same++;
		} else {
			n.different++;
			log_msg(LOG_ERROR,
				"%s: vmcoreinfo says %" PRId64 ", the kernel's own tables %" PRId64
				"; vmcoreinfo is believed",
				f->key, *field, value);
		}
	}
	layout_check(l); /* types of a dump are as hostile as its text */
	return n;
}

/* The release, where vmcoreinfo has no OSRELEASE. */
static void learn_release(struct kernel *k, struct kallsyms *syms)
{
	char banner[sizeof(BANNER) + sizeof(k->release)];
	uint64_t va;
	size_t len;

	if (k->release[0] || !syms || kallsyms_find(syms, "linux_banner", &va) < 0)
		return;
	kmem_string(kallsyms_kmem(syms), va, banner, sizeof(banner)); /* it is longer: cut */
	if (strncmp(banner, BANNER, strlen(BANNER)) != 0)
		return;
	len = strcspn(banner + strlen(BANNER), " ");
	if (len < sizeof(k->release)) {
		memcpy(k->release, banner + strlen(BANNER), len);
		k->release[len] = '\0';
	}
}

static void note_missing(const char *what)
{
	log_msg(LOG_ERROR, "%s: %s", what, fail_text());
	fail_clear();
}

void kernel_learn(struct kernel *k, struct view *v)
{
	struct kallsyms *syms = NULL;
	struct btf *btf = NULL;
	struct learned n;

	if (k->learned)
		return;
	k->learned = true;
	if (kallsyms_open(k, v, &syms) < 0)
		note_missing("no symbols are read from the dump");
	if (btf_open_kernel(k, v, syms, &btf) < 0)
		note_missing("no types are read from the dump");
	n = layout_learn(&k->layout, syms, btf);
	learn_release(k, syms);
	log_msg(LOG_DEBUG,
		"symbols and types of the kernel: %u facts added to vmcoreinfo, %u agree with it, "
		"%u do not",
		n.added, n.same, n.different);
	btf_close(btf);
	kallsyms_close(syms);
	if (!k->vtop_works)
		kernel_learn_addresses(k, v);
}
