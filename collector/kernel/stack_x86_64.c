/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stack_x86_64.c - steps by ORC, and where a sleeping task left its registers */
#include "kernel/orc.h"

#include "base/err.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

struct stacks {
	struct kmem *mem;
	struct orc *orc;
	struct btf_field thread_sp; /* task_struct.thread.sp */
	struct btf_field bp, ret;   /* inactive_task_frame */
	uint64_t frame_size;
};

static int find_facts(struct stacks *s, struct btf *btf)
{
	int64_t size = btf_size_of(btf, "inactive_task_frame");

	if (size <= 0 || size > 256 ||
	    btf_member(btf, "task_struct", "thread.sp", &s->thread_sp) < 0 ||
	    btf_member(btf, "inactive_task_frame", "bp", &s->bp) < 0 ||
	    btf_member(btf, "inactive_task_frame", "ret_addr", &s->ret) < 0)
		return fail(-ENOENT, "types of stack frames");
	s->frame_size = (uint64_t)size;
	return 0;
}

static void stacks_close(void *state)
{
	struct stacks *s = state;

	orc_close(s->orc);
	free(s);
}

static int stacks_open(struct kallsyms *syms, struct btf *btf, const struct kmodules *mods,
		       void **out)
{
	struct stacks *s = calloc(1, sizeof(*s));
	int rc = s ? find_facts(s, btf) : fail(-ENOMEM, "stacks");

	if (rc == 0)
		rc = orc_open(syms, btf, mods, &s->orc);
	if (rc < 0) {
		free(s);
		return rc;
	}
	s->mem = kallsyms_kmem(syms);
	*out = s;
	return 0;
}

static int sleeping(void *state, uint64_t task, struct stack_frame *out)
{
	const struct stacks *s = state;
	uint64_t sp;
	int rc = btf_read(s->mem, task, &s->thread_sp, &sp);

	*out = (struct stack_frame){ 0 };
	if (rc == 0)
		rc = btf_read(s->mem, sp, &s->ret, &out->ip);
	if (rc == 0)
		rc = btf_read(s->mem, sp, &s->bp, &out->bp);
	if (rc == 0)
		out->sp = sp + s->frame_size;
	return rc;
}

static enum stack_step step(void *state, const struct stack_frame *f, struct stack_frame *out)
{
	return orc_step(((struct stacks *)state)->orc, f, out);
}

static bool covers(void *state, uint64_t ip)
{
	return orc_covers(((struct stacks *)state)->orc, ip);
}

/* e8 rel32 is a direct call, ff /2 another. */
static enum stack_call call_before(struct kmem *mem, uint64_t ip, uint64_t *target)
{
	static const uint8_t length[] = { 2, 3, 6, 7 }; /* of ff /2 */
	uint8_t code[7];
	int32_t rel;

	*target = 0;
	if (kmem_read(mem, ip - sizeof(code), code, sizeof(code)) < 0)
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

const struct stack_arch stack_x86_64 = {
	.elf_machine = EM_X86_64,
	.open = stacks_open,
	.close = stacks_close,
	.sleeping = sleeping,
	.step = step,
	.covers = covers,
	.call_before = call_before,
};
