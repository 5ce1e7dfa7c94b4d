/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu_regs.c - assign NT_PRSTATUS notes to CPUs */
#include "report/regs_arch.h"

#include "base/util.h"
#include "source/notes.h"

#include <stdlib.h>
#include <string.h>

#define NO_CPU UINT32_MAX

struct notes {
	struct cpu_regs *note; /* in the order of CPUs */
	unsigned *cpu;	       /* which one's it is: index into r->cpus, or NO_CPU */
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
		for (unsigned cpu = 0; n->cpu[i] == NO_CPU && cpu < r->cpus->nr; cpu++) {
			if (out[cpu].found || !fits(r, cpu, &n->note[i]))
				continue;
			out[cpu] = n->note[i];
			n->cpu[i] = cpu;
		}
	}
}

/* CPUs of [from, to) that a note may be of: without one so far, online or any. */
static unsigned count_free(const struct report *r, const struct cpu_regs *out, struct span cpus,
			   bool online)
{
	unsigned nr = 0;

	for (uint64_t cpu = cpus.start; cpu < cpus.end; cpu++)
		nr += !out[cpu].found && (r->cpus->cpu[cpu].online || !online);
	return nr;
}

/*
 * The notes [from, to), which belong to CPUs of cpus: in their order, if there is one for each that
 * was online, or for each. Else nobody knows whose they are.
 */
static void give_row(const struct report *r, struct notes *n, struct cpu_regs *out,
		     struct span notes, struct span cpus)
{
	uint64_t nr = notes.end - notes.start, i = notes.start;
	bool online = count_free(r, out, cpus, true) == nr;

	if (!online && count_free(r, out, cpus, false) != nr)
		return;
	for (uint64_t cpu = cpus.start; cpu < cpus.end; cpu++)
		if (!out[cpu].found && (r->cpus->cpu[cpu].online || !online))
			out[cpu] = n->note[i++];
}

/* Notes that nothing matches lie between others, and so do their CPUs. */
static void give_rest(const struct report *r, struct notes *n, struct cpu_regs *out)
{
	uint64_t first_cpu = 0;

	for (unsigned i = 0, next; i < n->nr; i = next) {
		next = i + 1;
		if (n->cpu[i] != NO_CPU) {
			first_cpu = n->cpu[i] + 1;
			continue;
		}
		while (next < n->nr && n->cpu[next] == NO_CPU)
			next++;
		give_row(r, n, out, (struct span){ i, next },
			 (struct span){ first_cpu, next < n->nr ? n->cpu[next] : r->cpus->nr });
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
	n.cpu = malloc((nr + 1) * sizeof(*n.cpu));
	if (out && n.note && n.cpu) {
		memset(n.cpu, 0xff, (nr + 1) * sizeof(*n.cpu));
		for (unsigned i = 0; i < nr; i++)
			n.nr += read_note(arch, notes_prstatus(src->notes, i), &n.note[n.nr]);
		match(r, &n, out, on_stack);
		match(r, &n, out, ran);
		give_rest(r, &n, out);
	}
	free(n.note);
	free(n.cpu);
	return out;
}
