/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu_regs.c - assign NT_PRSTATUS notes to CPUs */
#include "report/regs_arch.h"

#include "base/util.h"
#include "source/notes.h"

#include <stdlib.h>
#include <string.h>

struct notes {
	struct cpu_regs *note;
	bool *taken;
	unsigned nr;
};

/* In struct elf_prstatus of every 64-bit machine, see <sys/procfs.h>. */
#define AT_PID	32
#define AT_REGS 112

static bool read_note(const struct regs_arch *a, struct blob status, struct cpu_regs *out)
{
	const char *desc = status.data;
	uint64_t reg[REGS_MAX];

	if (status.len < AT_REGS + a->nr * sizeof(reg[0]))
		return false;
	memcpy(reg, desc + AT_REGS, a->nr * sizeof(reg[0]));
	*out = (struct cpu_regs){
		.found = true,
		.ip = reg[a->ip],
		.sp = reg[a->sp],
		.bp = reg[a->bp],
		.lr = a->lr ? reg[a->lr] : 0,
		.flags = reg[a->flags],
		.user = a->is_user(reg),
	};
	memcpy(&out->pid, desc + AT_PID, sizeof(out->pid));
	return true;
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
	const struct source *src = r->k->src;
	const struct regs_arch *arch = regs_arch_of(r);
	struct cpu_regs *out = calloc(r->cpus->nr, sizeof(*out));
	/* A dump without notes has this number from its header. */
	const unsigned nr = src->nr_cpus < KCPU_MAX ? src->nr_cpus : KCPU_MAX;
	struct notes n = { .nr = 0 };

	if (!arch)
		return out;
	n.note = calloc(nr + 1, sizeof(*n.note));
	n.taken = calloc(nr + 1, sizeof(*n.taken));
	if (out && n.note && n.taken) {
		for (unsigned i = 0; i < nr; i++)
			n.nr += read_note(arch, notes_prstatus(src->notes, i), &n.note[n.nr]);
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
