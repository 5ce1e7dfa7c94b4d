/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cpu_regs.c - assign NT_PRSTATUS notes to CPUs */
#include "report/cpu_regs.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

/* struct elf_prstatus: pid at 32, registers from 112, as in <sys/procfs.h> of x86_64. */
#define PRSTATUS_SIZE 336
enum { AT_PID = 32, AT_REGS = 112 };
enum { REG_BP = 4, REG_IP = 16, REG_CS = 17, REG_FLAGS = 18, REG_SP = 19 };

struct notes {
	struct cpu_regs *note;
	bool *taken;
	unsigned nr;
};

static uint64_t reg(const char *desc, unsigned nr)
{
	uint64_t value;

	memcpy(&value, desc + AT_REGS + nr * 8, sizeof(value));
	return value;
}

static struct cpu_regs parse(const char *desc)
{
	struct cpu_regs c = { .found = true };

	memcpy(&c.pid, desc + AT_PID, sizeof(c.pid));
	c.ip = reg(desc, REG_IP);
	c.sp = reg(desc, REG_SP);
	c.bp = reg(desc, REG_BP);
	c.flags = reg(desc, REG_FLAGS);
	c.user = reg(desc, REG_CS) & 3;
	return c;
}

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
		if (h.n_type == NT_PRSTATUS && h.n_descsz == PRSTATUS_SIZE && h.n_namesz == 5 &&
		    !memcmp(p + sizeof(h), "CORE", 5))
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
	n->note[n->nr++] = parse(desc);
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

struct cpu_regs *cpu_regs_read(const struct report *r)
{
	struct cpu_regs *out = calloc(r->cpus->nr, sizeof(*out));
	struct notes n = { 0 };

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
