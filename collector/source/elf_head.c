/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf_head.c - the first header of an ELF core, made anew where the program headers contradict it
 */
#include "source/elf_head.h"

#include "base/err.h"
#include "base/log.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 64 }; /* program headers read at once */

/* Program headers that follow each other, and can be those of a core. */
struct row {
	uint64_t at; /* where they are in the file */
	size_t nr;
	size_t notes, loads;
	uint64_t data_start; /* the lowest offset that one of them names */
	uint64_t highest;    /* address in memory of the kernel; 0: none is named */
};

static bool take(struct row *r, const Elf64_Phdr *ph)
{
	if (ph->p_type != PT_LOAD && ph->p_type != PT_NOTE)
		return false;
	if (ph->p_offset < r->at + sizeof(*ph) || ph->p_offset + ph->p_filesz < ph->p_offset)
		return false;
	r->nr++;
	if (ph->p_type == PT_NOTE)
		r->notes++;
	else
		r->loads++;
	if (ph->p_filesz > 0 && ph->p_offset < r->data_start)
		r->data_start = ph->p_offset;
	if (ph->p_type == PT_LOAD && ph->p_vaddr > r->highest)
		r->highest = ph->p_vaddr;
	return true;
}

/* The first of a row is that of the notes, as the kernel and every tool for its cores writes it. */
static struct row row_at(const struct infile *in, uint64_t at)
{
	struct row r = { .at = at, .data_start = UINT64_MAX };
	Elf64_Phdr piece[PIECE];
	bool more = at >= sizeof(Elf64_Ehdr) && at < in->size;

	while (more && r.nr < PN_XNUM) {
		uint64_t off = at + r.nr * sizeof(piece[0]);
		size_t n = off < in->size ? (in->size - off) / sizeof(piece[0]) : 0;

		n = n < PIECE ? n : PIECE;
		more = n > 0 && infile_read(in, piece, n * sizeof(piece[0]), off) == 0;
		for (size_t i = 0; more && i < n; i++)
			more = (r.nr > 0 || piece[i].p_type == PT_NOTE) && take(&r, &piece[i]);
	}
	fail_clear();
	return r;
}

static bool is_row(const struct row *r)
{
	return r->notes > 0 && r->loads > 0 && r->nr < PN_XNUM;
}

static bool ident_sound(const Elf64_Ehdr *eh)
{
	return memcmp(eh->e_ident, ELFMAG, SELFMAG) == 0 && eh->e_ident[EI_CLASS] == ELFCLASS64 &&
	       eh->e_ident[EI_DATA] == ELFDATA2LSB && eh->e_ident[EI_VERSION] == EV_CURRENT;
}

/* A count is wrong where more program headers follow, or where the last ones would be data. */
static bool count_sound(const Elf64_Ehdr *eh, const struct row *r)
{
	uint64_t end = r->at + eh->e_phnum * sizeof(Elf64_Phdr);

	if (eh->e_phnum == PN_XNUM)
		return eh->e_shoff != 0;
	return eh->e_phnum >= r->nr && (eh->e_phnum == r->nr || end <= r->data_start);
}

/* Those of which Linux makes cores; what is read of them is decided later. */
static bool machine_sound(const Elf64_Ehdr *eh)
{
	switch (eh->e_machine) {
	case EM_X86_64:
	case EM_AARCH64:
	case EM_386:
	case EM_ARM:
	case EM_MIPS:
	case EM_PPC:
	case EM_PARISC:
	case EM_SPARCV9:
	case EM_IA_64:
	case EM_RISCV:
	case EM_PPC64:
	case EM_S390:
	case EM_LOONGARCH:
		return true;
	}
	return false;
}

/* The half that is sound tells; else x86_64 has its image in the last 2 GiB of all addresses. */
static uint16_t machine_of(const Elf64_Ehdr *eh, const struct row *r)
{
	if ((eh->e_machine & 0xff) == EM_X86_64)
		return EM_X86_64;
	if ((eh->e_machine & 0xff) == EM_AARCH64)
		return EM_AARCH64;
	return r->highest >= 0xffffffff80000000 ? EM_X86_64 : EM_AARCH64;
}

/* Most cores have none; libelf reads none at all where it does not find those that are said. */
static bool sections_sound(const Elf64_Ehdr *eh, uint64_t size)
{
	if (eh->e_shoff == 0 || eh->e_shnum == 0)
		return eh->e_shoff == 0 && eh->e_shnum == 0;
	return eh->e_shentsize == sizeof(Elf64_Shdr) && eh->e_shoff < size &&
	       (size - eh->e_shoff) / sizeof(Elf64_Shdr) >= eh->e_shnum;
}

static bool is_sound(const Elf64_Ehdr *eh, const struct row *r, uint64_t size)
{
	return ident_sound(eh) && eh->e_type == ET_CORE && eh->e_version == EV_CURRENT &&
	       eh->e_phoff == r->at && eh->e_phentsize == sizeof(Elf64_Phdr) &&
	       count_sound(eh, r) && machine_sound(eh) && sections_sound(eh, size);
}

/* Programs, libraries and objects are called that. Sections no kernel's core has. */
static bool is_other_file(const Elf64_Ehdr *eh)
{
	return ident_sound(eh) && eh->e_type >= ET_REL && eh->e_type <= ET_DYN;
}

static void make_sound(Elf64_Ehdr *eh, const struct row *r)
{
	static const unsigned char ident[EI_NIDENT] = { ELFMAG0,    ELFMAG1,	 ELFMAG2,   ELFMAG3,
							ELFCLASS64, ELFDATA2LSB, EV_CURRENT };

	memcpy(eh->e_ident, ident, sizeof(ident));
	eh->e_type = ET_CORE;
	eh->e_version = EV_CURRENT;
	if (!machine_sound(eh))
		eh->e_machine = machine_of(eh, r);
	eh->e_phoff = sizeof(*eh);
	eh->e_ehsize = sizeof(*eh);
	eh->e_phentsize = sizeof(Elf64_Phdr);
	eh->e_phnum = (Elf64_Half)r->nr;
	eh->e_shoff = 0;
	eh->e_shnum = eh->e_shentsize = eh->e_shstrndx = 0;
}

/* Where the header says that they are, else where they mostly are. */
static struct row find_row(const struct infile *in, const Elf64_Ehdr *eh)
{
	struct row r = row_at(in, eh->e_phoff);

	return is_row(&r) ? r : row_at(in, sizeof(*eh));
}

int elf_head_rebuild(const struct infile *in, char **image, size_t *len)
{
	Elf64_Ehdr eh;
	struct row r;

	*image = NULL;
	if (infile_read(in, &eh, sizeof(eh), 0) < 0) {
		fail_clear();
		return 0;
	}
	r = find_row(in, &eh);
	if (!is_row(&r) || is_sound(&eh, &r, in->size) || is_other_file(&eh))
		return 0;
	*len = sizeof(eh) + r.nr * sizeof(Elf64_Phdr);
	*image = malloc(*len);
	if (!*image)
		return fail(-ENOMEM, "%zu bytes of ELF headers", *len);
	make_sound(&eh, &r);
	memcpy(*image, &eh, sizeof(eh));
	log_msg(LOG_ERROR,
		"the ELF header is damaged; the %zu program headers at byte %ju do without it",
		r.nr, (uintmax_t)r.at);
	return infile_read(in, *image + sizeof(eh), *len - sizeof(eh), r.at);
}
