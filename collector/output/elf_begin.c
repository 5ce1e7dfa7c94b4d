/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf_begin.c - what comes before the page data of an ELF core: headers and notes */
#include "output/elf_impl.h"

#include "base/err.h"
#include "base/util.h"

#include <string.h>

static void fill_header(const struct elf_format *e, const struct dump_info *info, Elf64_Ehdr *out)
{
	bool extended = e->at.nr_phdr >= PN_XNUM;

	*out = (Elf64_Ehdr){
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_CORE,
		.e_machine = info->elf_machine,
		.e_version = EV_CURRENT,
		.e_phoff = e->at.phdr_off,
		.e_shoff = extended ? sizeof(*out) : 0,
		.e_flags = INCOMPLETE,
		.e_ehsize = sizeof(*out),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = extended ? PN_XNUM : (Elf64_Half)e->at.nr_phdr,
		.e_shentsize = extended ? sizeof(Elf64_Shdr) : 0,
		.e_shnum = extended,
	};
}

/* In a flattened stream each byte is written once: the flags are written at the end. */
static int put_header(struct elf_format *e, const struct dump_info *info)
{
	const size_t after = FLAGS_OFF + FLAGS_LEN;
	const Elf64_Shdr first = { .sh_info = (Elf64_Word)e->at.nr_phdr };
	Elf64_Ehdr header;
	int rc;

	fill_header(e, info, &header);
	if (!e->base.sink->write_once) {
		rc = elf_put(e, 0, &header, sizeof(header));
	} else {
		rc = elf_put(e, 0, &header, FLAGS_OFF);
		if (rc == 0)
			rc = elf_put(e, after, (char *)&header + after, sizeof(header) - after);
	}
	return rc == 0 && header.e_shnum ? elf_put(e, sizeof(header), &first, sizeof(first)) : rc;
}

static int flush_phdr(struct elf_format *e)
{
	uint64_t off = e->at.phdr_off + e->phdr_done * sizeof(e->phdr[0]);
	int rc = elf_put(e, off, e->phdr, e->nr_phdr * sizeof(e->phdr[0]));

	e->phdr_done += e->nr_phdr;
	e->nr_phdr = 0;
	return rc;
}

static int add_phdr(struct elf_format *e, const Elf64_Phdr *phdr)
{
	int rc = e->nr_phdr == NR_PHDR ? flush_phdr(e) : 0;

	e->phdr[e->nr_phdr++] = *phdr;
	return rc;
}

static int add_run(void *arg, const struct elf_run *run)
{
	struct elf_format *e = arg;

	return add_phdr(e, &(Elf64_Phdr){
				   .p_type = PT_LOAD,
				   .p_flags = PF_R | PF_W | PF_X,
				   .p_offset = e->at.data_off + run->rank * e->at.page,
				   .p_vaddr = run->va,
				   .p_paddr = run->pfn * e->at.page,
				   .p_filesz = run->nr * e->at.page,
				   .p_memsz = run->nr * e->at.page,
			   });
}

static int put_phdrs(struct elf_format *e, const struct dump_info *info)
{
	int rc = add_phdr(e, &(Elf64_Phdr){
				     .p_type = PT_NOTE,
				     .p_offset = e->at.notes_off,
				     .p_filesz = info->notes.len,
				     .p_memsz = info->notes.len,
			     });

	if (rc == 0)
		rc = elf_layout_runs(&e->at, info, add_run, e);
	return rc < 0 ? rc : flush_phdr(e);
}

int elf_begin_dump(struct format *f, const struct dump_info *info)
{
	struct elf_format *e = container_of(f, struct elf_format, base);
	int rc = elf_layout_open(&e->at, info);

	if (rc < 0)
		return rc;
	e->nr_keep = info->nr_keep;
	f->sink->data_from = e->at.data_off;
	f->sink->data_unit = e->at.page; /* the most important pages come first */
	rc = put_header(e, info);
	if (rc == 0)
		rc = put_phdrs(e, info);
	if (rc == 0)
		rc = elf_put(e, e->at.notes_off, info->notes.data, info->notes.len);
	memset(e->zeros, 0, sizeof(e->zeros));
	f->opens = rc == 0;
	return rc < 0 ? fail(rc, "begin ELF core") : 0;
}
