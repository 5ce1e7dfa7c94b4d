/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * orc.c - tables of ORC, and one step by an entry
 *
 *     __start_orc_unwind_ip   s32 each: from its own address to the instruction; rising
 *     __start_orc_unwind      6 bytes each: s16 sp_off, s16 bp_off, u16 of fields
 *         before 6.3          sp_reg 4, bp_reg 4, type 2, end 1
 *         6.3                 sp_reg 4, bp_reg 4, type 2, signal 1, end 1
 *         since 6.4           sp_reg 4, bp_reg 4, type 3, signal 1
 *     __start_orc_header      since 6.4: a hash of the format; registers were renumbered later
 *
 * Distributions take the format of a later kernel without its header: RHEL 9 has that of 6.4 in
 * 5.14. So the type of an entry says where the fields are, and only if there is none the header.
 */
#include "kernel/orc.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

#define ENTRY_SIZE  6
#define ENTRIES_MAX (1u << 23)
#define SAMPLE	    4096
#define FIELDS_AT   32 /* bits from the start of an entry */

/* What an entry means, independent of the kernel's numbers. */
enum reg {
	REG_NONE,
	REG_PREV_SP,
	REG_DX,
	REG_DI,
	REG_BP,
	REG_SP,
	REG_R10,
	REG_R13,
	REG_BP_IND,
	REG_SP_IND,
	REG_AX
};
enum type { TYPE_NONE, TYPE_END, TYPE_CALL, TYPE_REGS, TYPE_PARTIAL };

static const uint8_t old_regs[16] = { REG_NONE, REG_PREV_SP, REG_DX,	 REG_DI,     REG_BP, REG_SP,
				      REG_R10,	REG_R13,     REG_BP_IND, REG_SP_IND, REG_AX };
static const uint8_t new_regs[16] = { REG_NONE, REG_AX,	 REG_DX,      REG_SP,	  REG_BP,    REG_DI,
				      REG_R10,	REG_R13, REG_PREV_SP, REG_SP_IND, REG_BP_IND };

/* The first bytes of the two formats since 6.4 that are known. */
static const uint8_t old_hash[8] = { 0xfe, 0x5d, 0x32, 0xbf, 0x58, 0x1b, 0xd6, 0x3b };
static const uint8_t new_hash[8] = { 0x13, 0x7c, 0x36, 0xad, 0x76, 0x27, 0xc4, 0xdd };

struct table {
	uint64_t ip, entries; /* va */
	uint32_t nr;
};

/* Bits of the fields in the third word of an entry; -1: it has no such field. */
struct orc_format {
	const uint8_t *regs; /* the kernel's numbers to ours */
	int type, signal, end;
	bool two_bits; /* of type: before 6.4 */
};

struct orc {
	struct kmem *mem;
	struct kallsyms *syms;
	const struct kmodules *mods;
	struct table kernel;
	struct orc_format format;
};

struct entry {
	int16_t sp_off, bp_off;
	enum reg sp_reg, bp_reg;
	enum type type;
	bool signal;
};

/* --- tables --- */

static int read_raw(struct orc *o, const struct table *t, uint32_t i, uint16_t out[3])
{
	return kmem_read(o->mem, t->entries + (uint64_t)i * ENTRY_SIZE, out, ENTRY_SIZE);
}

static bool bit(uint16_t fields, int at)
{
	return at >= 0 && (fields >> at & 1);
}

static enum type type_of(const struct orc_format *f, uint16_t fields)
{
	static const enum type old[] = { TYPE_CALL, TYPE_REGS, TYPE_PARTIAL, TYPE_NONE };
	unsigned type = fields >> f->type & 7;

	if (!f->two_bits)
		return type <= TYPE_PARTIAL ? (enum type)type : TYPE_NONE;
	/* No stack pointer: nothing is known, unless it is the end. */
	if (bit(fields, f->end))
		return TYPE_END;
	return (fields & 15) == 0 ? TYPE_NONE : old[type & 3];
}

static int read_entry(struct orc *o, const struct table *t, uint32_t i, struct entry *out)
{
	uint16_t raw[3];
	int rc = read_raw(o, t, i, raw);

	if (rc < 0)
		return rc;
	out->sp_off = (int16_t)raw[0];
	out->bp_off = (int16_t)raw[1];
	out->sp_reg = o->format.regs[raw[2] & 15];
	out->bp_reg = o->format.regs[raw[2] >> 4 & 15];
	out->type = type_of(&o->format, raw[2]);
	out->signal = o->format.signal >= 0 ? bit(raw[2], o->format.signal)
					    : out->type == TYPE_REGS || out->type == TYPE_PARTIAL;
	return 0;
}

/* The last entry at or below ip. */
static int find_entry(struct orc *o, const struct table *t, uint64_t ip, struct entry *out)
{
	uint32_t lo = 0, hi = t->nr;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2, off;
		uint64_t at = t->ip + (uint64_t)mid * 4;
		int rc = kmem_u32(o->mem, at, &off);

		if (rc < 0)
			return rc;
		if (at + (uint64_t)(int32_t)off <= ip)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? read_entry(o, t, lo - 1, out) : -ENOENT;
}

static int lookup(struct orc *o, uint64_t ip, struct entry *out)
{
	const struct kmodule *mod = kmodules_owner(o->mods, ip);
	const struct table t = { mod ? mod->orc_ip : 0, mod ? mod->orc : 0,
				 mod ? mod->nr_orcs : 0 };

	if (mod)
		return t.nr ? find_entry(o, &t, ip, out) : -ENOENT;
	/* The last entry has no end: what is no text has none. */
	return kallsyms_is_text(o->syms, ip) ? find_entry(o, &o->kernel, ip, out) : -ENOENT;
}

bool orc_covers(struct orc *o, uint64_t ip)
{
	struct entry e;

	return lookup(o, ip, &e) == 0 && e.type != TYPE_NONE;
}

/* --- formats --- */

/* Most frames are found by the stack pointer: the number that is met most is its. */
static const uint8_t *guess_regs(struct orc *o)
{
	uint32_t step = o->kernel.nr / SAMPLE + 1, seen[16] = { 0 };

	for (uint32_t i = 0; i < o->kernel.nr; i += step) {
		uint16_t raw[3];

		if (read_raw(o, &o->kernel, i, raw) == 0)
			seen[raw[2] & 15]++;
	}
	return seen[3] > seen[5] ? new_regs : old_regs;
}

/* -1: the type of an entry is not known, or has no such field. */
static int bit_of(struct btf *btf, const char *field, unsigned *width)
{
	struct btf_field f;
	uint64_t at;

	if (!btf || btf_member(btf, "orc_entry", field, &f) < 0)
		return -1;
	*width = f.bit_size;
	at = (uint64_t)f.off * 8 + f.bit_off;
	return f.bit_size && at >= FIELDS_AT && at < FIELDS_AT + 16 ? (int)(at - FIELDS_AT) : -1;
}

static void find_fields(struct orc_format *f, struct btf *btf, bool has_header)
{
	unsigned width = 0, one;

	*f = (struct orc_format){ .type = bit_of(btf, "type", &width),
				  .signal = bit_of(btf, "signal", &one),
				  .end = bit_of(btf, "end", &one) };
	f->two_bits = width == 2;
	if (f->type < 0 && has_header)
		*f = (struct orc_format){ .type = 8, .signal = 11, .end = -1 };
	else if (f->type < 0)
		*f = (struct orc_format){ .type = 8, .signal = -1, .end = 10, .two_bits = true };
}

static void find_format(struct orc *o, struct kallsyms *syms, struct btf *btf)
{
	uint64_t header;
	uint8_t hash[8] = { 0 };
	bool has_header = kallsyms_find(syms, "__start_orc_header", &header) == 0;

	find_fields(&o->format, btf, has_header);
	if (has_header)
		kmem_read(o->mem, header, hash, sizeof(hash));
	if (o->format.two_bits || memcmp(hash, old_hash, sizeof(hash)) == 0)
		o->format.regs = old_regs;
	else if (memcmp(hash, new_hash, sizeof(hash)) == 0)
		o->format.regs = new_regs;
	else
		o->format.regs = guess_regs(o);
}

int orc_open(struct kallsyms *syms, struct btf *btf, const struct kmodules *mods, struct orc **out)
{
	struct orc *o = calloc(1, sizeof(*o));
	uint64_t end = 0;
	int rc = o ? 0 : -ENOMEM;

	if (rc == 0) {
		o->mem = kallsyms_kmem(syms);
		o->syms = syms;
		o->mods = mods;
		rc = kallsyms_find(syms, "__start_orc_unwind_ip", &o->kernel.ip);
	}
	if (rc == 0)
		rc = kallsyms_find(syms, "__stop_orc_unwind_ip", &end);
	if (rc == 0)
		rc = kallsyms_find(syms, "__start_orc_unwind", &o->kernel.entries);
	if (rc == 0 && (end <= o->kernel.ip || (end - o->kernel.ip) / 4 > ENTRIES_MAX))
		rc = -EBADMSG;
	if (rc < 0) {
		free(o);
		return fail(rc, "ORC tables of the crashed kernel");
	}
	o->kernel.nr = (uint32_t)((end - o->kernel.ip) / 4);
	find_format(o, syms, btf);
	*out = o;
	return 0;
}

void orc_close(struct orc *o)
{
	free(o);
}

/* --- a step --- */

/* Offsets in struct pt_regs, which is what entry code pushes and never changed on x86_64. */
enum { PT_R13 = 16, PT_BP = 32, PT_R10 = 56, PT_AX = 80, PT_DX = 96, PT_DI = 112, PT_IP = 128 };

/* What the CPU pushes: ip, cs, flags, sp, ss. */
struct iret {
	uint64_t ip, cs, flags, sp, ss;
};

static int saved_reg(struct orc *o, const struct stack_frame *f, unsigned at, uint64_t *out)
{
	return f->full_regs ? kmem_u64(o->mem, f->full_regs + at, out) : -ENOENT;
}

/* The caller's stack pointer: where the frame ends. */
static int find_cfa(struct orc *o, const struct stack_frame *f, const struct entry *e,
		    uint64_t *cfa)
{
	uint64_t off = (uint64_t)(int64_t)e->sp_off;
	int rc = 0;

	switch (e->sp_reg) {
	case REG_SP:
		*cfa = f->sp + off;
		return 0;
	case REG_BP:
		*cfa = f->bp + off;
		return 0;
	case REG_SP_IND:
		rc = kmem_u64(o->mem, f->sp, cfa);
		*cfa += off;
		return rc;
	case REG_BP_IND:
		return kmem_u64(o->mem, f->bp + off, cfa);
	case REG_R10:
		return saved_reg(o, f, PT_R10, cfa);
	case REG_R13:
		return saved_reg(o, f, PT_R13, cfa);
	case REG_DI:
		return saved_reg(o, f, PT_DI, cfa);
	case REG_DX:
		return saved_reg(o, f, PT_DX, cfa);
	case REG_AX:
		return saved_reg(o, f, PT_AX, cfa);
	default:
		return -ENOENT;
	}
}

static int find_bp(struct orc *o, const struct stack_frame *f, const struct entry *e, uint64_t cfa,
		   uint64_t *bp)
{
	uint64_t off = (uint64_t)(int64_t)e->bp_off;

	*bp = f->bp;
	if (e->bp_reg == REG_PREV_SP)
		return kmem_u64(o->mem, cfa + off, bp);
	if (e->bp_reg == REG_BP)
		return kmem_u64(o->mem, f->bp + off, bp);
	return 0;
}

/* What is at the end of the frame: a return address, or registers. */
static int find_caller(struct orc *o, const struct entry *e, uint64_t cfa, struct stack_frame *out,
		       uint64_t *cs)
{
	struct iret iret;
	int rc;

	*cs = 0;
	if (e->type == TYPE_CALL) {
		out->sp = cfa;
		return kmem_u64(o->mem, cfa - 8, &out->ip);
	}
	rc = kmem_read(o->mem, e->type == TYPE_REGS ? cfa + PT_IP : cfa, &iret, sizeof(iret));
	if (rc < 0)
		return rc;
	out->ip = iret.ip;
	out->sp = iret.sp;
	out->regs = e->type == TYPE_REGS ? cfa : cfa - PT_IP;
	if (e->type == TYPE_REGS)
		out->full_regs = cfa;
	*cs = iret.cs;
	return 0;
}

enum stack_step orc_step(struct orc *o, const struct stack_frame *f, struct stack_frame *out)
{
	uint64_t cfa, cs;
	struct entry e;

	if (lookup(o, f->exact ? f->ip : f->ip - 1, &e) < 0 || e.type == TYPE_NONE)
		return STACK_UNKNOWN;
	if (e.type == TYPE_END)
		return STACK_END;
	*out = (struct stack_frame){ .exact = e.signal, .full_regs = f->full_regs };
	if (find_cfa(o, f, &e, &cfa) < 0 || find_caller(o, &e, cfa, out, &cs) < 0 ||
	    find_bp(o, f, &e, cfa, &out->bp) < 0)
		return STACK_UNREADABLE;
	if (e.type == TYPE_REGS && e.bp_reg == REG_NONE)
		kmem_u64(o->mem, cfa + PT_BP, &out->bp);
	return cs & 3 ? STACK_USER : STACK_MORE;
}
