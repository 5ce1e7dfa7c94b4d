/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kallsyms_impl.h - private to kallsyms*.c: the tables and the codings of their entries */
#ifndef KERNEL_KALLSYMS_IMPL_H
#define KERNEL_KALLSYMS_IMPL_H

#include "kernel/kallsyms.h"
#include "kernel/vmlinux_file.h"

#define KSYM_MAX	(1u << 20) /* symbols; most kernels have 200,000 */
#define KSYM_MARK	32	   /* names between two of our marks */
#define KSYM_NO_MARK	UINT32_MAX
#define KSYM_BLOCK	256 /* names between two of the kernel's markers */
#define KSYM_RECORD_MAX 512 /* tokens of one name */
#define KSYM_HEAD_MAX	2   /* bytes before them */

/* How an entry of the table of addresses becomes an address. */
enum ksym_coding {
	KSYM_PERCPU,	    /* s32: as it is if >= 0, else base - 1 - entry (x86 up to 6.x) */
	KSYM_RELATIVE,	    /* u32: base + entry */
	KSYM_SELF_RELATIVE, /* s32: from the entry's own address (7.0 and later) */
	KSYM_ABSOLUTE,	    /* u64: as it is */
	NR_KSYM_CODINGS
};

/* Addresses of the tables, as found; their contents are not checked yet. */
struct ksym_tables {
	uint64_t names, token_table, token_index, offsets;
	uint64_t markers; /* where every KSYM_BLOCK'th name is; 0: unknown */
	uint64_t base;	  /* value of kallsyms_relative_base; 0 if there is none */
	uint32_t nr;
};

/* The 256 pieces that names are made of. */
struct ksym_tokens {
	uint16_t at[256];
	uint8_t len[256];
	char text[65536 / 4];
};

/* Symbols of a vmlinux, where the dump has no tables; by address, which is final. */
struct ksym_file {
	struct vmlinux_file *elf; /* names are in it */
	struct vmlinux_symbol *sym;
	uint32_t nr, capacity;
};

/* Symbols whose names end with ".llvm." and a number, by the hash of what is before it. */
struct ksym_promoted {
	struct ksym_promoted_name {
		uint32_t hash, nr;
	} *name;
	uint32_t nr, size;
	bool collected;
};

struct kallsyms {
	struct kmem *mem;
	struct ksym_tables t;
	struct ksym_file *file; /* in place of the tables: only nr of t is used; else NULL */
	struct ksym_tokens *tokens;
	enum ksym_coding coding;
	uint32_t nr_named;     /* names up to here could be read */
	uint32_t *marker;      /* the kernel's, while the index is built; NULL: unknown */
	uint32_t *mark;	       /* where in names every KSYM_MARK'th record is, or KSYM_NO_MARK */
	uint32_t *head, *next; /* see kallsyms_index.c */
	uint32_t head_mask;
	struct ksym_promoted promoted;
	bool strict; /* while they are looked for: no address may be wrong */
	struct span text, init_text;
};

/* Read tokens; false if they are invalid. */
bool ksym_tokens_read(struct kmem *m, uint64_t table, uint64_t index, struct ksym_tokens *out);

/*
 * The name record at va: its name (without the type) and type. Returns the record's size in
 * bytes, or -EFAULT, -EIO, -EBADMSG for a record no name is made of.
 */
int ksym_record(struct kmem *m, const struct ksym_tokens *tokens, uint64_t va, struct ksym *out);

/*
 * What comes before the tokens of a record: returns its length, and how many tokens there are.
 * -ENOENT: there are too few bytes; -EBADMSG: no record begins so.
 */
int ksym_record_head(const uint8_t *bytes, size_t have, unsigned *nr);

/* Size of the record alone. */
int ksym_record_size(struct kmem *m, uint64_t va);

/* Find the tables by their shape, in the image; calls fn for each set until it returns true. */
bool ksym_search(struct kmem *m, bool (*fn)(void *arg, const struct ksym_tables *t), void *arg);

/*
 * The symbols of a vmlinux, moved to where they were in the crashed kernel. -EINVAL: it is of
 * another build, or the dump does not say of which it is.
 */
int ksym_file_open(struct kmem *m, const char *path, struct ksym_file **out);
void ksym_file_close(struct ksym_file *f);

/* Name and type of symbol i, wherever it is from. -ENOENT, or as ksym_record(). */
int ksym_name(struct kallsyms *s, uint32_t i, struct ksym *out);

/* Build mark and hash in one pass over all names. -ENOMEM. */
int ksym_index_build(struct kallsyms *s);

/* Number of the next symbol by that name after *pos (start with 0), in no order. -ENOENT. */
int ksym_index_next(struct kallsyms *s, const char *name, uint32_t *pos, uint32_t *out);

/* The hash of a name in the index. */
uint32_t ksym_name_hash(const char *name);

/* Collect those names. Lack of memory costs the rest. */
void ksym_promoted_collect(struct kallsyms *s);

/* Number of a symbol, of those collected, that is called name.llvm.NUMBER. -ENOENT. */
int ksym_promoted_find(struct kallsyms *s, const char *name, uint32_t *out);

/* Where record i is in names; 0: unknown. */
uint64_t ksym_record_at(struct kallsyms *s, uint32_t i);

#endif
