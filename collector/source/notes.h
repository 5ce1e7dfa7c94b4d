/* SPDX-License-Identifier: GPL-2.0-or-later */
/* notes.h - ELF notes of a core; their bytes are not trusted */
#ifndef SOURCE_NOTES_H
#define SOURCE_NOTES_H

#include "base/types.h"

struct notes_found {
	size_t len;		/* end of the last whole note; padding behind is no note */
	struct blob vmcoreinfo; /* points into the text given; len 0: none */
	struct blob eraseinfo;	/* likewise: what makedumpfile --config erased */
	unsigned nr_cpus;	/* NT_PRSTATUS of "CORE" */
};

/*
 * The descriptor of the nr-th NT_PRSTATUS of "CORE", of the CPU that was saved as nr-th; it points
 * into notes. len 0: there are not so many. Any alignment.
 */
struct blob notes_prstatus(struct blob notes, unsigned nr);

/* Walk notes; a note that runs past the end ends the walk. Never fails. */
void notes_scan(struct blob notes, struct notes_found *out);

/*
 * Copy all complete notes except VMCOREINFO, and append a VMCOREINFO note that holds text. The
 * caller frees out->data. -ENOMEM.
 */
int notes_add_vmcoreinfo(struct blob notes, struct blob text, struct blob *out);

/* The same with ERASEINFO, which an ELF core by makedumpfile has for it. */
int notes_add_eraseinfo(struct blob notes, struct blob text, struct blob *out);

/*
 * The ELF machine whose struct elf_prstatus has the size of the first NT_PRSTATUS of "CORE";
 * EM_NONE: there is none, or no machine that we know has it.
 */
uint16_t notes_machine(struct blob notes);

/*
 * Copy the notes except those of CPUs (NT_PRSTATUS of "CORE") that do not have the size which
 * machine, an ELF machine, gives them: libkdumpfile refuses a dump that has one. Returns how many
 * are left out; 0: there is none, and nothing was copied. The caller frees out->data. -ENOMEM.
 */
int notes_drop_bad_cpus(struct blob notes, unsigned machine, struct blob *out);

#endif
