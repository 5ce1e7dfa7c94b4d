/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unwind.c - walk a stack by ORC; without an entry, search for return addresses */
#include "kernel/unwind.h"

#include "base/err.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#define CRASH_HANDLER "__crash_kexec"
#define SEARCH_BYTES  1024 /* of the stack above a frame that no table covers */
#define GUESSES_MAX   8
#define SWITCHES_MAX  8 /* times a stack may be left for one at a lower address */

struct unwinder {
	struct kallsyms *syms;
	struct kmem *mem;
	const struct kmodules *mods;
	struct orc *orc;
	struct btf_field thread_sp; /* task_struct.thread.sp */
	struct btf_field bp, ret;   /* inactive_task_frame */
	uint64_t frame_size;
};

static int find_facts(struct unwinder *u, struct btf *btf)
{
	int64_t size = btf_size_of(btf, "inactive_task_frame");

	if (size <= 0 || size > 256 ||
	    btf_member(btf, "task_struct", "thread.sp", &u->thread_sp) < 0 ||
	    btf_member(btf, "inactive_task_frame", "bp", &u->bp) < 0 ||
	    btf_member(btf, "inactive_task_frame", "ret_addr", &u->ret) < 0)
		return fail(-ENOENT, "types of stack frames");
	u->frame_size = (uint64_t)size;
	return 0;
}

int unwinder_open(struct kallsyms *syms, struct btf *btf, const struct kmodules *mods,
		  struct unwinder **out)
{
	struct unwinder *u;
	int rc;

	if (kmem_kernel(kallsyms_kmem(syms))->src->elf_machine != EM_X86_64)
		return fail(-ENOTSUP, "stacks of this machine cannot be walked");
	u = calloc(1, sizeof(*u));
	if (!u)
		return fail(-ENOMEM, "stacks");
	u->syms = syms;
	u->mem = kallsyms_kmem(syms);
	u->mods = mods;
	rc = find_facts(u, btf);
	if (rc == 0)
		rc = orc_open(syms, mods, &u->orc);
	if (rc < 0) {
		unwinder_close(u);
		return rc;
	}
	*out = u;
	return 0;
}

void unwinder_close(struct unwinder *u)
{
	if (!u)
		return;
	orc_close(u->orc);
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

enum after_call {
	NO_CALL,
	DIRECT_CALL,
	INDIRECT_CALL, /* by register or memory */
	CODE_MISSING,  /* a dump that was cut short has no code: it comes last */
};

/* What the instruction before a return address is: e8 rel32 is a direct call, ff /2 another. */
static enum after_call after_call(struct unwinder *u, uint64_t ip, uint64_t *target)
{
	static const uint8_t length[] = { 2, 3, 6, 7 }; /* of ff /2 */
	uint8_t code[7];
	int32_t rel;

	*target = 0;
	if (!is_text(u, ip - sizeof(code)))
		return NO_CALL;
	if (kmem_read(u->mem, ip - 7, code, sizeof(code)) < 0)
		return CODE_MISSING;
	if (code[2] == 0xe8) {
		memcpy(&rel, code + 3, sizeof(rel));
		*target = ip + (uint64_t)(int64_t)rel;
		return DIRECT_CALL;
	}
	for (size_t i = 0; i < sizeof(length); i++)
		if (code[7 - length[i]] == 0xff && (code[8 - length[i]] >> 3 & 7) == 2)
			return INDIRECT_CALL;
	return NO_CALL;
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

	switch (after_call(u, ip, &target)) {
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
static bool search(struct unwinder *u, const struct orc_frame *f, bool strict,
		   struct orc_frame *out)
{
	struct ksym function;

	if (strict && !function_of(u, f->exact ? f->ip : f->ip - 1, &function))
		return false;
	for (uint64_t at = f->sp & ~7ull; at < f->sp + SEARCH_BYTES; at += 8) {
		uint64_t ip;

		if (kmem_u64(u->mem, at, &ip) < 0)
			return false;
		if (!is_text(u, ip) || !returns_from(u, ip, strict ? &function : NULL) ||
		    !orc_covers(u->orc, ip - 1))
			continue;
		*out = (struct orc_frame){
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

static bool add(struct walk *w, const struct orc_frame *f, bool guessed)
{
	if (w->out->nr == UNWIND_MAX) {
		w->out->end = UNWIND_CUT;
		return false;
	}
	w->out->frame[w->out->nr++] = (struct unwind_frame){ f->ip, f->sp, f->exact, guessed };
	return true;
}

/* No table, or an invalid step. A return address that is certain is as good as a step. */
static bool go_on_by_search(struct walk *w, const struct orc_frame *f, struct orc_frame *next,
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

/* False: the walk is over, out->end says how. */
static bool step(struct walk *w, const struct orc_frame *f, struct orc_frame *next, bool *guessed)
{
	*guessed = false;
	switch (orc_step(w->u->orc, f, next)) {
	case ORC_END:
		w->out->end = UNWIND_END;
		return false;
	case ORC_USER:
		w->out->end = UNWIND_USER;
		w->out->user_regs = next->regs;
		return false;
	case ORC_MORE:
		/* Each stack grows down; another one may lie anywhere, but not so often. */
		if (next->sp <= f->sp && w->switches++ == SWITCHES_MAX) {
			w->out->end = UNWIND_LOST;
			return false;
		}
		if (is_text(w->u, next->ip))
			return true;
		return go_on_by_search(w, next, next, guessed);
	default:
		return go_on_by_search(w, f, next, guessed);
	}
}

static void walk(struct unwinder *u, struct orc_frame f, struct unwind *out)
{
	struct walk w = { .u = u, .out = out };
	bool guessed = false;

	while (add(&w, &f, guessed)) {
		struct orc_frame next;

		if (!step(&w, &f, &next, &guessed))
			break;
		f = next;
	}
}

int unwind_sleeping(struct unwinder *u, uint64_t task, struct unwind *out)
{
	struct orc_frame f = { 0 };
	uint64_t sp;
	int rc = btf_read(u->mem, task, &u->thread_sp, &sp);

	*out = (struct unwind){ .end = UNWIND_LOST };
	if (rc == 0)
		rc = btf_read(u->mem, sp, &u->ret, &f.ip);
	if (rc == 0)
		rc = btf_read(u->mem, sp, &u->bp, &f.bp);
	if (rc < 0)
		return rc;
	f.sp = sp + u->frame_size;
	walk(u, f, out);
	return 0;
}

int unwind_from_regs(struct unwinder *u, const struct unwind_regs *regs, struct unwind *out)
{
	struct orc_frame f = { .ip = regs->ip,
			       .sp = regs->sp,
			       .bp = regs->bp,
			       .exact = true,
			       .regs = regs->pt_regs,
			       .full_regs = regs->pt_regs };
	struct ksym sym;

	*out = (struct unwind){ .end = UNWIND_LOST };
	/* A call of a NULL pointer: the caller is on top of the stack. */
	if (f.ip < 4096 && add(&(struct walk){ .u = u, .out = out }, &f, false)) {
		if (kmem_u64(u->mem, f.sp, &f.ip) < 0)
			return 0;
		f.sp += 8;
		f.exact = false;
	}
	/* Registers saved by the crash handler itself: it is of no interest, its caller is. */
	if (kallsyms_at(u->syms, f.ip, &sym) == 0 && strcmp(sym.name, CRASH_HANDLER) == 0) {
		struct orc_frame caller;

		if (search(u, &f, true, &caller))
			f = caller;
	}
	walk(u, f, out);
	return 0;
}
