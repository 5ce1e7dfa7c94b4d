/* SPDX-License-Identifier: GPL-2.0-or-later */
/* elf.c - what an ELF file needs, read from its program headers */
#include "initramfs/image/program/elf.h"

#include "base/err.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct dynamic {
	GElf_Addr strings;
	uint64_t strings_len;
	Elf_Data *data;
	size_t nr;
};

/* Where the bytes at a virtual address lie in the file; false if they do not. */
static bool file_offset(Elf *elf, GElf_Addr va, uint64_t *out)
{
	GElf_Phdr ph;
	size_t nr;

	if (elf_getphdrnum(elf, &nr) < 0)
		return false;
	for (size_t i = 0; i < nr; i++) {
		if (!gelf_getphdr(elf, (int)i, &ph) || ph.p_type != PT_LOAD)
			continue;
		if (va >= ph.p_vaddr && va - ph.p_vaddr < ph.p_filesz) {
			*out = va - ph.p_vaddr + ph.p_offset;
			return true;
		}
	}
	return false;
}

/* A string inside data that ends inside it. */
static const char *string_at(const Elf_Data *data, uint64_t at)
{
	const char *base = data->d_buf;

	if (at >= data->d_size || !memchr(base + at, '\0', data->d_size - at))
		return NULL;
	return base + at;
}

static int set(char **field, const char *value)
{
	free(*field);
	*field = strdup(value);
	return *field ? 0 : -ENOMEM;
}

static int take_entry(const GElf_Dyn *d, const Elf_Data *strings, struct elf_needs *out)
{
	const char *value;

	if (d->d_tag != DT_NEEDED && d->d_tag != DT_RPATH && d->d_tag != DT_RUNPATH)
		return 0;
	value = string_at(strings, d->d_un.d_val);
	if (!value)
		return -ENOEXEC;
	if (d->d_tag == DT_NEEDED)
		return strlist_add(&out->needed, value);
	return set(d->d_tag == DT_RPATH ? &out->rpath : &out->runpath, value);
}

static void find_strings(struct dynamic *dyn)
{
	GElf_Dyn d;

	for (size_t i = 0; i < dyn->nr && gelf_getdyn(dyn->data, (int)i, &d); i++) {
		if (d.d_tag == DT_STRTAB)
			dyn->strings = d.d_un.d_ptr;
		if (d.d_tag == DT_STRSZ)
			dyn->strings_len = d.d_un.d_val;
	}
}

static int read_dynamic(Elf *elf, const GElf_Phdr *ph, struct elf_needs *out)
{
	struct dynamic dyn = { .nr = 0 };
	Elf_Data *strings;
	uint64_t off;
	GElf_Dyn d;
	int rc = 0;

	dyn.data = elf_getdata_rawchunk(elf, (int64_t)ph->p_offset, ph->p_filesz, ELF_T_DYN);
	if (!dyn.data)
		return -ENOEXEC;
	dyn.nr = ph->p_filesz / gelf_fsize(elf, ELF_T_DYN, 1, EV_CURRENT);
	find_strings(&dyn);
	if (!file_offset(elf, dyn.strings, &off))
		return -ENOEXEC;
	strings = elf_getdata_rawchunk(elf, (int64_t)off, dyn.strings_len, ELF_T_BYTE);
	if (!strings)
		return -ENOEXEC;
	for (size_t i = 0; i < dyn.nr && rc == 0 && gelf_getdyn(dyn.data, (int)i, &d); i++) {
		if (d.d_tag == DT_NULL)
			break;
		rc = take_entry(&d, strings, out);
	}
	return rc;
}

static int read_interp(Elf *elf, const GElf_Phdr *ph, struct elf_needs *out)
{
	Elf_Data *data = elf_getdata_rawchunk(elf, (int64_t)ph->p_offset, ph->p_filesz, ELF_T_BYTE);
	const char *value = data ? string_at(data, 0) : NULL;

	return value ? set(&out->interp, value) : -ENOEXEC;
}

static int read_headers(Elf *elf, struct elf_needs *out)
{
	GElf_Ehdr eh;
	GElf_Phdr ph;
	size_t nr;
	int rc = 0;

	if (elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &eh) || elf_getphdrnum(elf, &nr) < 0)
		return -ENOEXEC;
	out->machine = eh.e_machine;
	out->class = eh.e_ident[EI_CLASS];
	for (size_t i = 0; i < nr && rc == 0; i++) {
		if (!gelf_getphdr(elf, (int)i, &ph))
			return -ENOEXEC;
		if (ph.p_type == PT_INTERP)
			rc = read_interp(elf, &ph, out);
		if (ph.p_type == PT_DYNAMIC)
			rc = read_dynamic(elf, &ph, out);
	}
	if (rc == 0 && out->runpath) { /* the linker ignores RPATH then */
		free(out->rpath);
		out->rpath = NULL;
	}
	return rc;
}

int elf_read(const char *path, struct elf_needs *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;
	Elf *elf;

	*out = (struct elf_needs){ .interp = NULL };
	if (fd < 0)
		return fail(-errno, "%s", path);
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	rc = elf ? read_headers(elf, out) : -ENOEXEC;
	elf_end(elf);
	close(fd);
	if (rc < 0) {
		elf_free(out);
		return fail(rc, "%s", path);
	}
	return 0;
}

void elf_free(struct elf_needs *n)
{
	free(n->interp);
	free(n->rpath);
	free(n->runpath);
	strlist_free(&n->needed);
	*n = (struct elf_needs){ .interp = NULL };
}
