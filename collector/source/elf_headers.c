/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf_headers.c - program headers into sorted lists, by libelf */
#include "source/elf_headers.h"

#include "base/err.h"
#include "source/elf_head.h"
#include "source/elf_loads.h"

#include <gelf.h>
#include <stdlib.h>
#include <unistd.h>

/* More than any machine has; at 64 bytes each, a false number costs little memory. */
#define MAX_PHDR	(1u << 22)

/* In e_flags, set by makedumpfile and by us. On RISC-V the bit has another meaning. */
#define FLAG_INCOMPLETE 0x1u

/* Of a stream: 64 MiB hold a million program headers. */
#define HEADERS_MAX	(64u << 20)

static void take_load(struct elf_headers *h, const struct elf_load *p)
{
	uint64_t filesz = p->filesz < p->memsz ? p->filesz : p->memsz;

	/* kcore marks what has no physical address with -1. */
	if (p->pa == UINT64_MAX || p->memsz == 0 || p->pa + p->memsz < p->pa ||
	    p->off + filesz < p->off)
		return;
	h->ram[h->nr_ram++] = (struct span){ p->pa, p->pa + p->memsz };
	if (p->va != 0)
		h->hint[h->nr_hint++] = (struct va_hint){ p->va, p->pa, p->memsz };
	if (filesz == 0)
		return;
	h->segment[h->nr_segment++] = (struct elf_segment){ { p->pa, p->pa + filesz }, p->off };
	if (p->off + filesz > h->file_size)
		h->cut_short = true;
}

static int by_start(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* The kernel image has two segments, one as image and one as memory: keep one of them. */
static void merge_ram(struct elf_headers *h)
{
	size_t n = 0;

	qsort(h->ram, h->nr_ram, sizeof(h->ram[0]), by_start);
	for (size_t i = 0; i < h->nr_ram; i++) {
		if (n > 0 && h->ram[i].start <= h->ram[n - 1].end) {
			if (h->ram[i].end > h->ram[n - 1].end)
				h->ram[n - 1].end = h->ram[i].end;
		} else {
			h->ram[n++] = h->ram[i];
		}
	}
	h->nr_ram = n;
}

static void merge_segments(struct elf_headers *h)
{
	struct elf_segment *s = h->segment;
	size_t n = 0;

	qsort(s, h->nr_segment, sizeof(s[0]), by_start);
	for (size_t i = 0; i < h->nr_segment; i++) {
		struct elf_segment next = s[i];
		uint64_t end = n > 0 ? s[n - 1].pa.end : 0;

		if (next.pa.end <= end)
			continue;
		if (next.pa.start < end) {
			next.off += end - next.pa.start;
			next.pa.start = end;
		}
		s[n++] = next;
	}
	h->nr_segment = n;
}

static int alloc_lists(struct elf_headers *h, struct elf_loads *l, size_t nr)
{
	l->load = calloc(nr, sizeof(l->load[0]));
	h->segment = calloc(nr, sizeof(h->segment[0]));
	h->ram = calloc(nr, sizeof(h->ram[0]));
	h->hint = calloc(nr, sizeof(h->hint[0]));
	h->note = calloc(nr, sizeof(h->note[0]));
	if (!l->load || !h->segment || !h->ram || !h->hint || !h->note)
		return fail(-ENOMEM, "%zu program headers", nr);
	return 0;
}

static void take_phdr(struct elf_headers *h, struct elf_loads *l, const GElf_Phdr *ph)
{
	uint64_t end = ph->p_offset + ph->p_filesz;

	if (ph->p_type == PT_LOAD)
		l->load[l->nr++] = (struct elf_load){ ph->p_offset, ph->p_vaddr, ph->p_paddr,
						      ph->p_filesz, ph->p_memsz };
	if (ph->p_type != PT_NOTE || ph->p_filesz == 0)
		return;
	h->note[h->nr_note++] = (struct elf_note_at){ ph->p_offset, ph->p_filesz };
	if (end >= ph->p_offset && end > l->data_start)
		l->data_start = end;
}

static int read_phdrs(Elf *elf, struct elf_headers *h, struct elf_loads *l)
{
	GElf_Ehdr eh;
	size_t nr;
	int rc;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &eh))
		return fail(-ENOEXEC, "not an ELF core file");
	if (gelf_getclass(elf) != ELFCLASS64 || eh.e_ident[EI_DATA] != ELFDATA2LSB)
		return fail(-ENOTSUP, "only 64-bit little-endian cores can be read");
	if (eh.e_type != ET_CORE)
		return fail(-ENOEXEC, "an ELF file, but not a core (type %u)", eh.e_type);
	h->machine = eh.e_machine;
	h->incomplete = eh.e_flags & FLAG_INCOMPLETE && h->machine != EM_RISCV;
	if (elf_getphdrnum(elf, &nr) < 0 || nr == 0)
		return fail(-ENOEXEC, "ELF core without program headers, or cut short");
	if (nr > MAX_PHDR)
		return fail(-ENOEXEC, "ELF core with %zu program headers", nr);

	rc = alloc_lists(h, l, nr);
	l->data_start = eh.e_phoff + nr * sizeof(Elf64_Phdr);
	for (size_t i = 0; rc == 0 && i < nr; i++) {
		GElf_Phdr ph;

		if (!gelf_getphdr(elf, (int)i, &ph))
			return fail(-ENOEXEC, "ELF program header %zu: %s", i, elf_errmsg(-1));
		take_phdr(h, l, &ph);
	}
	return rc;
}

/* Bytes of the file that hold all its headers. They must be at the front of a stream. */
static int headers_len(const struct infile *in, uint64_t *out)
{
	uint64_t nr, end;
	Elf64_Ehdr eh;
	Elf64_Shdr sh;

	if (infile_read(in, &eh, sizeof(eh), 0) < 0)
		return fail(-ENOEXEC, "read ELF header");
	nr = eh.e_phnum;
	end = sizeof(eh);
	if (eh.e_shoff && eh.e_shnum && infile_read(in, &sh, sizeof(sh), eh.e_shoff) == 0) {
		end = eh.e_shoff + sizeof(sh);
		nr = nr == PN_XNUM ? sh.sh_info : nr;
	}
	if (nr > 0 && eh.e_phoff + nr * sizeof(Elf64_Phdr) > end)
		end = eh.e_phoff + nr * sizeof(Elf64_Phdr);
	fail_clear();
	if (eh.e_phoff > HEADERS_MAX || end > HEADERS_MAX)
		return fail(-ENOTSUP, "ELF headers up to byte %ju of a stream", (uintmax_t)end);
	*out = end < in->size ? end : in->size;
	return 0;
}

/* libelf reads only files: a stream's headers it gets in memory, and those that were made anew. */
static int read_headers(const struct infile *in, char **image, size_t *size)
{
	uint64_t len = 0;
	int rc = elf_head_rebuild(in, image, size);

	if (rc < 0 || *image || !in->flat)
		return rc;
	rc = headers_len(in, &len);
	if (rc < 0)
		return rc;
	*size = len;
	*image = malloc(len);
	if (!*image)
		return fail(-ENOMEM, "%ju bytes of ELF headers", (uintmax_t)len);
	return infile_read(in, *image, len, 0);
}

static int begin(const struct infile *in, char **image, Elf **out)
{
	size_t len = 0;
	int rc = read_headers(in, image, &len);

	if (rc < 0)
		return rc;
	elf_version(EV_CURRENT);
	*out = *image ? elf_memory(*image, len) : elf_begin(in->fd, ELF_C_READ, NULL);
	return *out ? 0 : fail(-ENOEXEC, "read ELF header: %s", elf_errmsg(-1));
}

int elf_headers_read(const struct infile *in, struct elf_headers *out)
{
	struct elf_loads loads = { NULL, 0, 0 };
	Elf *elf = NULL;
	char *image = NULL;
	int rc;

	*out = (struct elf_headers){ .file_size = in->size };
	if (in->size == 0)
		return fail(-ENOEXEC, "empty file");
	rc = begin(in, &image, &elf);
	if (rc == 0)
		rc = read_phdrs(elf, out, &loads);
	if (rc == 0) {
		elf_loads_repair(in, &loads);
		elf_loads_complete(in, &loads);
	}
	for (size_t i = 0; rc == 0 && i < loads.nr; i++)
		take_load(out, &loads.load[i]);
	free(loads.load);
	elf_end(elf);
	free(image);
	if (rc < 0) {
		elf_headers_fini(out);
		return rc;
	}
	elf_headers_drop_implausible(out);
	merge_ram(out);
	merge_segments(out);
	return 0;
}

void elf_headers_fini(struct elf_headers *h)
{
	free(h->segment);
	free(h->ram);
	free(h->hint);
	free(h->note);
	*h = (struct elf_headers){ 0 };
}
