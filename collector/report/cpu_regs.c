/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu_regs.c - assign NT_PRSTATUS notes to CPUs */
#include "report/regs_arch.h"

#include "base/util.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

struct notes {
	const struct regs_arch *arch;
	struct cpu_regs *note;
	bool *taken;
	unsigned nr;
};

/* Calls fn for the descriptor of each NT_PRSTATUS note. */
static void each_note(struct blob notes, void (*fn)(struct notes *n, const char *desc),
		      struct notes *n)
{
	const char *p = notes.data;
	size_t left = notes.len;

	while (left >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr h;
		size_t name, all;

		memcpy(&h, p, sizeof(h));
		name = sizeof(h) + (((size_t)h.n_namesz + 3) & ~(size_t)3);
		all = name + (((size_t)h.n_descsz + 3) & ~(size_t)3);
		if (all > left)
			break;
		if (h.n_type == NT_PRSTATUS && h.n_descsz == n->arch->note_size &&
		    h.n_namesz == 5 && !memcmp(p + sizeof(h), "CORE", 5))
			fn(n, p + name);
		p += all;
		left -= all;
	}
}

static void count_note(struct notes *n, const char *desc)
{
	(void)desc;
	n->nr++;
}

static void add_note(struct notes *n, const char *desc)
{
	struct cpu_regs *c = &n->note[n->nr++];

	n->arch->from_note(desc, c);
	c->found = true;
}

static bool on_stack(const struct report *r, unsigned cpu, const struct cpu_regs *c)
{
	const struct span *s = &r->cpus->cpu[cpu].stack;

	return !c->user && c->sp >= s->start && c->sp < s->end;
}

static bool ran(const struct report *r, unsigned cpu, const struct cpu_regs *c)
{
	const struct ktask *t = r->tasks ? ktasks_at(r->tasks, r->cpus->cpu[cpu].task) : NULL;

	return t && t->pid != 0 && t->pid == c->pid;
}

static void match(const struct report *r, struct notes *n, struct cpu_regs *out,
		  bool (*fits)(const struct report *r, unsigned cpu, const struct cpu_regs *c))
{
	for (unsigned i = 0; i < n->nr; i++) {
		for (unsigned cpu = 0; !n->taken[i] && cpu < r->cpus->nr; cpu++) {
			if (out[cpu].found || !fits(r, cpu, &n->note[i]))
				continue;
			out[cpu] = n->note[i];
			n->taken[i] = true;
		}
	}
}

const struct regs_arch *regs_arch_of(const struct report *r)
{
	static const struct regs_arch *const archs[] = { &regs_x86_64, &regs_arm64 };

	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (archs[i]->elf_machine == r->k->src->elf_machine)
			return archs[i];
	return NULL;
}

struct cpu_regs *cpu_regs_read(const struct report *r)
{
	struct cpu_regs *out = calloc(r->cpus->nr, sizeof(*out));
	struct notes n = { .arch = regs_arch_of(r) };

	if (!n.arch)
		return out;
	each_note(r->k->src->notes, count_note, &n);
	n.note = calloc(n.nr + 1, sizeof(*n.note));
	n.taken = calloc(n.nr + 1, sizeof(*n.taken));
	n.nr = 0;
	if (out && n.note && n.taken) {
		each_note(r->k->src->notes, add_note, &n);
		match(r, &n, out, on_stack);
		match(r, &n, out, ran);
		for (unsigned i = 0; i < n.nr && i < r->cpus->nr; i++)
			if (!n.taken[i] && !out[i].found)
				out[i] = n.note[i];
	}
	free(n.note);
	free(n.taken);
	return out;
}
