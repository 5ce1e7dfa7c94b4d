/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kallsyms.h - names and addresses out of the crashed kernel's own symbol tables
 *
 *     kallsyms_open  ->  kallsyms_find, kallsyms_at, ...  ->  kallsyms_close
 *
 * The symbols of the kernel image only; those of modules are in modules.h. Tables are found
 * through vmcoreinfo (6.0 and later) or by their shape in the image, and are used only if they
 * agree with the image: addresses are sorted, and _stext or _text has the expected address. All
 * addresses are final: they include KASLR.
 *
 * Memory: about 6 bytes a symbol and some caches (1.5 MiB for 200,000 symbols). Names stay in
 * the dump and are read when they are asked for.
 *
 * One thread at a time; the kernel and the view are borrowed. In a damaged dump some names are
 * missing; all that can be read are found.
 */
#ifndef KERNEL_KALLSYMS_H
#define KERNEL_KALLSYMS_H

#include "kernel/kmem.h"

#define KSYM_NAME_SIZE 512 /* with the NUL, as in the kernel since 6.1 */

struct kallsyms;

struct ksym {
	uint64_t va;
	uint64_t size; /* bytes to the next symbol at another address; 0: it is the last one */
	char type;     /* as nm shows it; lower case: local. Since 7.0 data may have 'T' */
	char name[KSYM_NAME_SIZE];
};

/*
 * -ENOENT: the tables are not in the dump, or cannot be found; -EBADMSG: they are invalid;
 * -ENOMEM. The error trail has the reason.
 */
int kallsyms_open(const struct kernel *k, struct view *v, struct kallsyms **out);
void kallsyms_close(struct kallsyms *s);

/* How many symbols there are, those without a readable name included. */
uint32_t kallsyms_count(const struct kallsyms *s);

/*
 * The address of a name. Of several symbols by that name (of thousands: of some of them) a global
 * one is taken, else the first. If there is none, it may be one that link-time optimization gave
 * another name: "modules.llvm.123".
 * -ENOENT: there is none.
 */
int kallsyms_find(struct kallsyms *s, const char *name, uint64_t *va);

/* The same, with all facts about the symbol. */
int kallsyms_lookup(struct kallsyms *s, const char *name, struct ksym *out);

/*
 * The symbol that va is in: the last one at or below it. Of several at one address the well-known
 * name is taken, not an alias made by the build (__pi_, __cfi_, ...). -ENOENT: below the first
 * symbol or outside the image. va - out->va is the offset in it.
 */
int kallsyms_at(struct kallsyms *s, uint64_t va, struct ksym *out);

/* Symbol number i of kallsyms_count(), in order of address. -ENOENT past the end. */
int kallsyms_nth(struct kallsyms *s, uint32_t i, struct ksym *out);

/* True for addresses of code: the kernel's text and, while it was there, its init text. */
bool kallsyms_is_text(const struct kallsyms *s, uint64_t va);

/* The value of a variable of 1, 2, 4 or 8 bytes, by its name. -ENOENT, -EFAULT, -EIO. */
int kallsyms_read(struct kallsyms *s, const char *name, unsigned width, uint64_t *out);

/* The memory that the symbols are read through; for callers on the same thread. */
struct kmem *kallsyms_kmem(struct kallsyms *s);

#endif
