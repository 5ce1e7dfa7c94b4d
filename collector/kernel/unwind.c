/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unwind.c - walk a stack; where nothing tells the caller, search for return addresses */
#include "kernel/unwind.h"

#include "base/err.h"
#include "base/util.h"
#include "kernel/stack_arch.h"

#include <stdlib.h>
#include <string.h>

#define CRASH_HANDLER "__crash_kexec"
#define CALL_BYTES    7	   /* the longest call */
#define SEARCH_BYTES  1024 /* of the stack above a frame that no table covers */
#define GUESSES_MAX   8
#define GENERATED_MAX 8 /* functions of generated code that call each other */
#define SWITCHES_MAX  8 /* times a stack may be left for one at a lower address */

struct unwinder {
	struct kallsyms *syms;
	struct kmem *mem;
	const struct kmodules *mods;
	const struct stack_arch *arch;
	void *state; /* of arch */
};

static const struct stack_arch *const archs[] = { &stack_x86_64, &stack_arm64 };

static const struct stack_arch *find_arch(uint16_t elf_machine)
{
	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (archs[i]->elf_machine == elf_machine)
			return archs[i];
	return NULL;
}

int unwinder_open(struct kallsyms *syms, struct btf *btf, const struct kmodules *mods,
		  struct unwinder **out)
{
	struct kmem *mem = kallsyms_kmem(syms);
	const struct stack_arch *arch = find_arch(kmem_kernel(mem)->src->elf_machine);
	struct unwinder *u;
	int rc;

	if (!arch)
		return fail(-ENOTSUP, "stacks of this machine cannot be walked");
	u = calloc(1, sizeof(*u));
	if (!u)
		return fail(-ENOMEM, "stacks");
	*u = (struct unwinder){ .syms = syms, .mem = mem, .mods = mods, .arch = arch };
	rc = arch->open(syms, btf, mods, &u->state);
	if (rc < 0) {
		free(u);
		return rc;
	}
	*out = u;
	return 0;
}

void unwinder_close(struct unwinder *u)
{
	if (!u)
		return;
	u->arch->close(u->state);
	free(u);
}

/* --- searching the stack --- */

static bool is_text(const struct unwinder *u, uint64_t va)
{
	return u->mods ? kmodules_is_text(u->mods, va) : kallsyms_is_text(u->syms, va);
}

static bool function_of(struct unwinder *u, uint64_t ip, struct ksym *out)
{
	return kallsyms_at(u->syms, ip, out) == 0 ||
	       (u->mods && kmodules_at(u->mods, ip, out) == 0);
}

/* The functions that call the crash handler, in all kernels. */
static bool calls_crash_handler(const char *name)
{
	return strcmp(name, "vpanic") == 0 || strcmp(name, "panic") == 0 ||
	       strcmp(name, "crash_kexec") == 0;
}

/*
 * May ip be where a call of the function (NULL: of any) returns to? Without the code that follows
 * from the names, for the crash handler; and code that begins a function follows no call in it.
 */
static bool returns_from(struct unwinder *u, uint64_t ip, const struct ksym *function)
{
	struct ksym caller;
	uint64_t target;

	if (!is_text(u, ip - CALL_BYTES))
		return false;
	switch (u->arch->call_before(u->mem, ip, &target)) {
	case NO_CALL:
		return false;
	case CODE_MISSING:
		if (!function_of(u, ip - 1, &caller) || caller.va + caller.size <= ip - 1)
			return false;
		return !function || (strcmp(function->name, CRASH_HANDLER) == 0 &&
				     calls_crash_handler(caller.name));
	default:
		return !function || target == function->va;
	}
}

/*
 * The next return address above sp. strict: of a call to the function that f is in, so that return
 * addresses of earlier calls on the stack are skipped.
 */
static bool search(struct unwinder *u, const struct stack_frame *f, bool strict,
		   struct stack_frame *out)
{
	struct ksym function;

	if (strict && !function_of(u, f->exact ? f->ip : f->ip - 1, &function))
		return false;
	for (uint64_t at = f->sp & ~7ull; at < f->sp + SEARCH_BYTES; at += 8) {
		uint64_t ip;

		if (kmem_u64(u->mem, at, &ip) < 0)
			return false;
		if (!is_text(u, ip) || !returns_from(u, ip, strict ? &function : NULL) ||
		    !u->arch->covers(u->state, ip - 1))
			continue;
		*out = (struct stack_frame){
			.ip = ip, .sp = at + 8, .bp = f->bp, .full_regs = f->full_regs
		};
		return true;
	}
	return false;
}

/* --- the walk --- */

struct walk {
	struct unwinder *u;
	struct unwind *out;
	unsigned guesses, switches;
};

static bool add(struct walk *w, const struct stack_frame *f, bool guessed)
{
	if (w->out->nr == UNWIND_MAX) {
		w->out->end = UNWIND_CUT;
		return false;
	}
	w->out->frame[w->out->nr++] = (struct unwind_frame){ f->ip, f->sp, f->exact, guessed };
	return true;
}

/* No table, or an invalid step. A return address that is certain is as good as a step. */
static bool go_on_by_search(struct walk *w, const struct stack_frame *f, struct stack_frame *next,
			    bool *guessed)
{
	w->out->end = UNWIND_LOST;
	*guessed = false;
	if (w->guesses++ == GUESSES_MAX)
		return false;
	if (search(w->u, f, true, next))
		return true;
	*guessed = true;
	return search(w->u, f, false, next);
}

/*
 * Generated code, as BPF programs are, has neither symbols nor tables, but frame pointers. They
 * must lead up the stack to where a call of known code returns to.
 */
static bool is_generated(struct unwinder *u, struct stack_frame f)
{
	for (unsigned i = 0; i < GENERATED_MAX && !is_text(u, f.ip); i++) {
		struct stack_frame next;

		if (!(f.ip >> 63) || !kmem_mapped(u->mem, f.ip) ||
		    u->arch->by_pointer(u->state, &f, &next) != STACK_MORE || next.sp <= f.sp)
			return false;
		f = next;
	}
	return is_text(u, f.ip) && returns_from(u, f.ip, NULL);
}

/* False: the walk is over, out->end says how. */
static bool step(struct walk *w, const struct stack_frame *f, struct stack_frame *next,
		 bool *guessed)
{
	*guessed = false;
	switch (w->u->arch->step(w->u->state, f, next)) {
	case STACK_END:
		w->out->end = UNWIND_END;
		return false;
	case STACK_USER:
		w->out->end = UNWIND_USER;
		w->out->user_regs = next->regs;
		return false;
	case STACK_MORE:
		/* Each stack grows down; another one may lie anywhere, but not so often. */
		if (next->sp <= f->sp && w->switches++ == SWITCHES_MAX) {
			w->out->end = UNWIND_LOST;
			return false;
		}
		/* Registers of an exception need not lead to code: it may be what is wrong. */
		if (is_text(w->u, next->ip) || (next->exact && w->u->arch->records) ||
		    is_generated(w->u, *next))
			return true;
		return go_on_by_search(w, next, next, guessed);
	default:
		if (!is_text(w->u, f->ip) && is_generated(w->u, *f) &&
		    w->u->arch->by_pointer(w->u->state, f, next) == STACK_MORE)
			return true;
		return go_on_by_search(w, f, next, guessed);
	}
}

static void walk(struct unwinder *u, struct stack_frame f, struct unwind *out)
{
	struct walk w = { .u = u, .out = out };
	bool guessed = false;

	while (add(&w, &f, guessed)) {
		struct stack_frame next;

		if (!step(&w, &f, &next, &guessed))
			break;
		f = next;
	}
}

int unwind_sleeping(struct unwinder *u, uint64_t task, struct unwind *out)
{
	struct stack_frame f = { 0 };
	int rc = u->arch->sleeping(u->state, task, &f);

	*out = (struct unwind){ .end = UNWIND_LOST };
	if (rc == 0)
		walk(u, f, out);
	return rc;
}

int unwind_from_regs(struct unwinder *u, const struct unwind_regs *regs, struct unwind *out)
{
	struct stack_frame f = { .ip = regs->ip,
				 .sp = regs->sp,
				 .bp = regs->bp,
				 .lr = regs->lr,
				 .exact = true,
				 .regs = regs->pt_regs,
				 .full_regs = regs->pt_regs };
	struct ksym sym;

	*out = (struct unwind){ .end = UNWIND_LOST };
	/* A call of a NULL pointer: the caller is on top of the stack, or step() knows it. */
	if (f.ip < 4096 && !u->arch->records &&
	    add(&(struct walk){ .u = u, .out = out }, &f, false)) {
		if (kmem_u64(u->mem, f.sp, &f.ip) < 0)
			return 0;
		f.sp += 8;
		f.exact = false;
	}
	/* Registers saved by the crash handler itself: it is of no interest, its caller is. */
	if (kallsyms_at(u->syms, f.ip, &sym) == 0 && strcmp(sym.name, CRASH_HANDLER) == 0) {
		struct stack_frame caller;

		if (u->arch->records ? u->arch->step(u->state, &f, &caller) == STACK_MORE
				     : search(u, &f, true, &caller))
			f = caller;
	}
	walk(u, f, out);
	return 0;
}
