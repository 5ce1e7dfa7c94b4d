/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modules.h - the modules that were loaded: where they are, their symbols, types and ORC tables
 *
 *     kmodules_open  ->  mod[], kmodules_at, kmodule_btf  ->  kmodules_close
 *
 * The list is read once and bounded; one that is damaged is cut, and what was read from both ends
 * stays.
 * Memory: 400 bytes a module. One thread at a time; syms and btf are borrowed.
 */
#ifndef KERNEL_MODULES_H
#define KERNEL_MODULES_H

#include "kernel/btf.h"
#include "kernel/kallsyms.h"

#define KMODULE_NAME_SIZE 64
#define KMODULE_RANGES	  9

enum kmodule_state { KMODULE_LIVE, KMODULE_COMING, KMODULE_GOING, KMODULE_UNFORMED };

struct kmodule {
	uint64_t va; /* struct module */
	char name[KMODULE_NAME_SIZE];
	enum kmodule_state state;
	uint64_t taints; /* as tainted_mask of the kernel */
	uint64_t size;	 /* bytes of all its memory */
	struct span text;
	struct span init_text;		   /* code that runs once, freed after that: empty then */
	struct span range[KMODULE_RANGES]; /* all its memory, text with it */
	unsigned nr_range;
	/* Tables, va; 0 or nr 0: there are none. */
	uint64_t symtab, strtab, typetab;
	uint32_t nr_syms;
	uint64_t orc_ip, orc;
	uint32_t nr_orcs;
};

struct kmodules {
	struct kallsyms *syms;
	struct btf *btf;
	struct kmodule *mod; /* as in the kernel's list: the newest first */
	unsigned nr;
	bool cut; /* the list goes on, or seems to, but cannot be followed */
};

/* -ENOENT: the kernel has no modules, or symbols or types are missing; -ENOMEM. */
int kmodules_open(struct kallsyms *syms, struct btf *btf, struct kmodules **out);
void kmodules_close(struct kmodules *m);

/* The module whose memory va is in; NULL: none. */
const struct kmodule *kmodules_owner(const struct kmodules *m, uint64_t va);

/* The symbol of a module that va lies in, as kallsyms_at(). size: up to the next symbol. */
int kmodules_at(const struct kmodules *m, uint64_t va, struct ksym *out);

/* Symbol number i of a module (from 1; below nr_syms). -ENOENT: undefined or without a name. */
int kmodule_symbol(const struct kmodules *m, const struct kmodule *mod, uint32_t i,
		   struct ksym *out);

/* BTF of a module on top of the kernel's. v: as for btf_open(). -ENOENT: it has none. */
int kmodule_btf(const struct kmodules *m, const struct kmodule *mod, struct view *v,
		struct btf **out);

/* True for code of the kernel or of a module. */
bool kmodules_is_text(const struct kmodules *m, uint64_t va);

#endif
